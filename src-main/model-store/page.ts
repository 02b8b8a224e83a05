/** @file Writes docs/models.md from the registry; its test fails when the page is stale. */
import { readManifests } from './manifest'
import type { Manifest } from './manifest'

const size = (bytes: number | null): string => (bytes === null ? '?' : `${(bytes / 1e9).toFixed(2)} GB`)

function row({ id, name, repository, dialect, licence, weights, unknown }: Manifest): string {
  const sets = weights.map((set) => `${set.id} ${size(set.bytes)}`).join(', ')
  const terms = licence.terms === 'open' ? licence.name : `**${licence.name}: not every use is allowed**`
  return `| \`${id}\` | ${name}<br>${repository} | ${dialect} | ${terms}${licence.isConfirmed ? '' : ` (${licence.source})`} | ${sets} | ${unknown.join(', ') || 'nothing'} |`
}

const notesOf = ({ id, notes }: Manifest): readonly string[] => notes.map(({ en }) => `- \`${id}\`: ${en}`)

export async function modelsPage(manifestsDir: string): Promise<string> {
  const { manifests } = await readManifests(manifestsDir)
  return `# Models

Made by \`npm run docs\` from \`models/manifests\`. Falconet and the text reader PP-OCRv4 come with the app; everything else is added to the model store by a person.

## Ways in

- **Download**: \`eyrie models known\` lists what is known without asking any server; \`eyrie models get ID [--dtype WEIGHTS]\` fetches one, \`--dry-run\` only says what it would take. In the studio: the Models window. Mirrors are named with \`--from URL\` or \`EYRIE_MODELS_FROM\`; they serve \`URL/owner/name/resolve/REVISION/path\` and may tell a list at \`URL/api/models/owner/name/tree/REVISION\`.
- **From disk**: \`eyrie models add PATH\` takes a folder in the layout of transformers.js (\`config.json\`, \`tokenizer.json\`, \`onnx/…\`) or a zip archive of one, or the one \`.onnx\` file of a YOLO detector that names its classes. This is the way for computers without a network.
- \`eyrie models remove ID\` takes a model out of the store, or what has come of a download.
- \`eyrie models test ID\` asks it once and compares the decoder as it is run with its file as it is, within a stated tolerance; \`eyrie models probe [ID]\` says which execution providers work and why the others do not, what its graphs are, how it keeps keys and values with the times that decided, and the memory of its process.

## What holds for all of them

- No server is asked for anything unless a person asks for a model. https only, plain http to this computer alone; a few redirects, never to link-local addresses or back to this computer; no key, no cookie, no account. A proxy that \`HTTPS_PROXY\` names is gone through, except for hosts in \`NO_PROXY\`.
- Before a download: licence, bytes against the free disk (0.5 GB stays free), and what the weights take in memory against what there is. What cannot fit is refused with the figures. A licence that does not allow every use, or that nobody states, has to be accepted: \`--licence-accepted\`.
- A download that stops is gone on with by the next try, from the byte where it stopped, if the server has the same file (strong ETag, or a hash that was known before). Of another version everything begins anew.
- Every byte is hashed as it comes and compared with the hash that the publisher tells; where nobody tells one, the hash is recorded in the model's card (\`eyrie.json\`) and compared at each load. Compare it with what the publisher shows.
- Names of files are ours, never a server's or an archive's. Only configuration, tokenizer, licence, card and ONNX graphs are taken: no scripts, no pickles, no links (G1, G3). References of a graph to other files are checked before the runtime sees it (G2).
- All or nothing: a model appears in the store by one rename, after it was read and checked there.

## Known models

Rows are public exports as the field describes them. "Unknown" is what nobody here has confirmed: \`files\` which weights are there, \`sizes\`, \`hashes\`, \`licence\`, \`loads\` whether this runtime loads them. "?" is a size nobody has told.

| id | model, repository | dialect | licence | weights | unknown |
|---|---|---|---|---|---|
${manifests.map(row).join('\n')}

${manifests.flatMap(notesOf).join('\n')}
`
}
