/**
 * @file A place that has model folders as a hub serves them: `BASE/owner/name/resolve/REVISION/path`, and, where the
 * place tells it, a list of files with their hashes at `BASE/api/models/owner/name/tree/REVISION`. Mirrors and plain
 * file servers give the first and often not the second. Which names are asked for is decided here; a server's list only
 * tells about them, so that no name of a server ever becomes a path (G3).
 */
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'
import { addressProblem } from '../network/address'
import { licenceOf } from '../inference/repo/derive-card'
import type { GraphName } from '../inference/repo/graph-names'
import { WEIGHT_TYPES } from '../inference/repo/weights'
import { hashInEtag } from './download-file'
import type { WantedFile } from './download-file'
import { getOver, textOfAnswer } from './get-over'
import type { Answer, TransferLimits } from './get-over'
import { graphsOf, typeOf } from './manifest'
import type { Manifest, WeightSet } from './manifest'

export const DEFAULT_SOURCE = 'https://huggingface.co'

/** Beside the graphs; the ones that a family cannot do without are asked for by name later. */
const CONFIG_FILES: readonly { readonly path: string; readonly isNeeded: 'always' | 'words' | 'no' }[] = [
  { path: 'config.json', isNeeded: 'always' },
  { path: 'tokenizer.json', isNeeded: 'words' },
  { path: 'tokenizer_config.json', isNeeded: 'words' },
  { path: 'preprocessor_config.json', isNeeded: 'no' },
  { path: 'processor_config.json', isNeeded: 'no' },
  { path: 'generation_config.json', isNeeded: 'no' },
  { path: 'chat_template.jinja', isNeeded: 'no' },
  { path: 'chat_template.json', isNeeded: 'no' },
  { path: 'README.md', isNeeded: 'no' },
  { path: 'LICENSE', isNeeded: 'no' },
  { path: 'LICENSE.md', isNeeded: 'no' },
  { path: 'LICENSE.txt', isNeeded: 'no' },
  { path: 'NOTICE', isNeeded: 'no' }
]
const MOST_CONFIG_BYTES = 64_000_000
const MOST_GRAPH_BYTES = 200_000_000_000
const MOST_CHUNKS = 200
const MOST_LIST_BYTES = 16_000_000
const MOST_PAGES = 20
const MOST_README_BYTES = 2_000_000

/** What a source has of one choice of weights of a model. */
export interface Survey {
  /** The commit, where the source tells it; else what was asked for. */
  readonly revision: string
  readonly files: readonly WantedFile[]
  /** Of the graphs, which is what memory holds at least. */
  readonly weightBytes: number
  /** As the publisher's own card says it; null: it says nothing. */
  readonly licence: string | null
  /** Every host that answered. */
  readonly hosts: readonly string[]
  /** Whether every graph can be compared with a hash that was known before its bytes came. */
  readonly hasHashes: boolean
  readonly notes: readonly string[]
}

/** Without a slash at its end. Throws `model-store/bad-source`. */
export function parseSource(text: string): string {
  const base = text.trim().replace(/\/+$/, '')
  const problem = addressProblem(base)
  if (problem === null) return base
  throw new AppError(
    'model-store/bad-source',
    `${base === '' ? 'An empty text' : base} is no source of models: it ${problem}.`,
    {
      nextStep: `Name an address such as ${DEFAULT_SOURCE}.`,
      data: { source: base }
    }
  )
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const listSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string().max(4_096),
    size: z.number().int().min(0).optional(),
    lfs: z.object({ oid: z.string(), size: z.number().int().min(0) }).nullish()
  })
)

interface Listed {
  readonly bytes: number | null
  readonly sha256: string | null
}

export interface SurveyOptions {
  readonly manifest: Manifest
  readonly set: WeightSet
  /** As `parseSource` gives it. */
  readonly from: string
  readonly signal?: AbortSignal
  readonly limits?: Partial<TransferLimits>
}

/** `<...>; rel="next"` on the same server; null: no more pages. */
function nextPage(link: string | string[] | undefined, from: string): string | null {
  const target = /<([^>]+)>\s*;\s*rel="next"/.exec(Array.isArray(link) ? link.join(',') : (link ?? ''))?.[1]
  if (target === undefined || !URL.canParse(target, from)) return null
  const url = new URL(target, from)
  return url.origin === new URL(from).origin ? url.href : null
}

class Asking {
  readonly #options: SurveyOptions
  readonly hosts = new Set<string>()
  readonly notes: string[] = []
  revision: string

  constructor(options: SurveyOptions) {
    this.#options = options
    this.revision = options.manifest.revision
  }

  urlOf(path: string): string {
    const { from, manifest } = this.#options
    return `${from}/${manifest.repository}/resolve/${encodeURIComponent(this.revision)}/${encoded(path)}`
  }

  async ask(url: string, method: 'GET' | 'HEAD'): Promise<Answer> {
    const { signal, limits } = this.#options
    const answer = await getOver({
      url,
      method,
      // The address of a large file elsewhere is often good for reading it only.
      ...(method === 'HEAD' ? { isEnough: (headers) => headers['x-linked-size'] !== undefined } : {}),
      ...(limits === undefined ? {} : { limits }),
      ...(signal === undefined ? {} : { signal })
    })
    this.hosts.add(answer.host)
    return answer
  }

  /** null: there is no such file. */
  async head(path: string): Promise<(Listed & { readonly commit: string | null }) | null> {
    const answer = await this.ask(this.urlOf(path), 'HEAD')
    answer.close()
    const { status, host, hops, headers } = answer
    if (status === 404 || status === 410) return null
    const isLinked = status >= 300 && status <= 399
    if (status !== 200 && !isLinked) throw cannotSay(host, path, status)
    const header = (name: string): string | undefined => {
      const found = hops.map((hop) => hop[name]).find((value) => value !== undefined)
      return Array.isArray(found) ? found[0] : found
    }
    const linkedSize = header('x-linked-size')
    const size = /^\d{1,15}$/.exec(linkedSize ?? headers['content-length'] ?? '')?.[0]
    return {
      bytes: size === undefined ? null : Number(size),
      sha256: hashInEtag(header('x-linked-etag')),
      commit: /^[0-9a-f]{40}$/.exec(header('x-repo-commit') ?? '')?.[0] ?? null
    }
  }

  /** null: this source tells no list. */
  async list(): Promise<ReadonlyMap<string, Listed> | null> {
    const { from, manifest } = this.#options
    const files = new Map<string, Listed>()
    let url: string | null =
      `${from}/api/models/${manifest.repository}/tree/${encodeURIComponent(this.revision)}?recursive=true`
    for (let page = 0; url !== null && page < MOST_PAGES; page++) {
      const answer: Answer = await this.ask(url, 'GET')
      if (answer.status !== 200) {
        answer.close()
        return null
      }
      const text = await textOfAnswer(answer, MOST_LIST_BYTES)
      let parsed
      try {
        parsed = listSchema.safeParse(JSON.parse(text))
      } catch {
        // A file server answers with a page of its own.
        return null
      }
      if (!parsed.success) return null
      for (const { type, path, size, lfs } of parsed.data) {
        if (type !== 'file') continue
        files.set(path, { bytes: lfs?.size ?? size ?? null, sha256: hashInEtag(lfs?.oid) })
      }
      url = nextPage(answer.headers.link, url)
    }
    return files
  }
}

const cannotSay = (host: string, path: string, status: number): AppError =>
  new AppError(
    status === 401 || status === 403 ? 'model-store/not-allowed' : 'model-store/bad-answer',
    `${host} answered ${status} when asked for ${path}.`,
    {
      nextStep:
        status === 401 || status === 403
          ? 'Its publisher wants you to sign in or to accept terms first, or has no such model: get the folder with a browser, then add it from disk.'
          : 'Try again later, or name another source.',
      data: { host, file: path, status }
    }
  )

const suffixOf = (type: string): string => WEIGHT_TYPES.find(({ id }) => id === type)?.suffix ?? ''

const nowhere = ({ from, manifest }: SurveyOptions, file: string): AppError =>
  new AppError('model-store/missing-file', `${new URL(from).host} has no ${file} of ${manifest.repository}.`, {
    nextStep: 'Choose other weights, or another source.',
    data: { file, repository: manifest.repository }
  })

/** Asks the source what it has; takes no weights. Rejects with `model-store/…`. */
export async function surveySource(options: SurveyOptions): Promise<Survey> {
  const { manifest, set } = options
  const graphs = graphsOf(manifest)
  if (graphs === null) {
    throw new AppError('model-store/not-run', `This version cannot run ${manifest.name}.`, {
      nextStep: 'Choose another model, or update the app.',
      data: { model: manifest.id }
    })
  }
  const asking = new Asking(options)
  const first = await asking.head('config.json')
  if (first === null) throw nowhere(options, 'config.json')
  if (first.commit !== null) asking.revision = first.commit
  const listed = await asking.list()
  if (listed === null)
    asking.notes.push('The source tells no list of its files: the names that such folders have were tried.')
  /** null: there is none. */
  const find = async (path: string): Promise<Listed | null> =>
    listed === null ? asking.head(path) : (listed.get(path) ?? null)
  const files: WantedFile[] = []
  const take = (path: string, { bytes, sha256 }: Listed, mostBytes: number): void => {
    files.push({ url: asking.urlOf(path), path, bytes, mostBytes, sha256: manifest.sha256[path] ?? sha256 })
  }
  for (const { path, isNeeded } of CONFIG_FILES) {
    const found = path === 'config.json' && listed === null ? first : await find(path)
    if (found !== null) take(path, found, MOST_CONFIG_BYTES)
    else if (isNeeded === 'always' || (isNeeded === 'words' && 'family' in manifest.runs)) throw nowhere(options, path)
  }
  let weightBytes = 0
  const takeGraph = async (path: string, isNeeded: boolean): Promise<boolean> => {
    const found = await find(path)
    if (found === null && !isNeeded) return false
    if (found === null) throw nowhere(options, path)
    if (found.bytes === null) {
      throw new AppError('model-store/no-size', `${new URL(options.from).host} does not say how large ${path} is.`, {
        nextStep: 'Name another source: a large file of unknown size is not begun.',
        data: { file: path }
      })
    }
    take(path, found, MOST_GRAPH_BYTES)
    weightBytes += found.bytes
    return true
  }
  for (const graph of graphs) {
    const path = graphPath(graph, set)
    await takeGraph(path, true)
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
      if (!(await takeGraph(`${path}_data${chunk === 0 ? '' : `_${chunk}`}`, false))) break
    }
  }
  const licence = await licenceAt(asking, files)
  return {
    revision: asking.revision,
    files,
    weightBytes,
    licence,
    hosts: [...asking.hosts],
    hasHashes: files.every(({ path, sha256 }) => !path.startsWith('onnx/') || sha256 !== null),
    notes: asking.notes
  }
}

const graphPath = (graph: GraphName, set: WeightSet): string => `onnx/${graph}${suffixOf(typeOf(set, graph))}.onnx`

async function licenceAt(asking: Asking, files: readonly WantedFile[]): Promise<string | null> {
  const readme = files.find(({ path }) => path === 'README.md')
  if (readme === undefined) return null
  const answer = await asking.ask(readme.url, 'GET')
  if (answer.status !== 200) {
    answer.close()
    return null
  }
  const licence = licenceOf(await textOfAnswer(answer, MOST_README_BYTES))
  return licence === '' ? null : licence
}
