/** @file Looks into the files of a model before the runtime sees them: hashes (G1) and references to other files (G2). */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { AppError } from '../../../src-shared/errors'
import { readExternalReferences } from '../onnx/external-data'
import type { ExternalReference } from '../onnx/external-data'
import type { ModelFolder } from './model-folder'
import { modelProblem } from './problems'

export async function sha256OfFile(path: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
    onBytes?.((chunk as Buffer).length)
  }
  return hash.digest('hex')
}

const isPlainRelative = (location: string): boolean =>
  location !== '' &&
  location.length <= 512 &&
  !/[\\:\0]/.test(location) &&
  location.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

/** What is verified: a model's folder or a tool's. */
type Verifiable = Pick<ModelFolder, 'dir' | 'card'> & { readonly graphs: Readonly<Record<string, string | undefined>> }

async function checkReference(folder: Verifiable, graph: string, reference: ExternalReference): Promise<void> {
  const { location, offset, length } = reference
  const refused = (reason: string, cause?: unknown): AppError =>
    modelProblem('model/unsafe-reference', folder.card.id, `${graph} wants to read "${location}", ${reason}`, {
      file: graph,
      nextStep: 'Use a model whose files all lie in its own folder.',
      cause
    })
  if (!isPlainRelative(location)) throw refused('which is not a plain path inside the model folder')
  const graphDir = dirname(join(folder.dir, graph))
  const path = join(graphDir, ...location.split('/'))
  let stats
  try {
    const [realDir, realFile] = await Promise.all([realpath(folder.dir), realpath(path)])
    if (!realFile.startsWith(realDir + sep)) throw refused('which leads out of the model folder')
    stats = await lstat(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw refused('which does not exist', cause)
    throw cause
  }
  if (!stats.isFile()) throw refused('which is not a regular file')
  if (stats.nlink > 1) throw refused('which is linked from another place too')
  if (offset + (length ?? 0) > stats.size) throw refused(`of ${stats.size} bytes, beyond its end`)
}

/**
 * Rejects with `model/wrong-hash`, `model/unsafe-reference` or `model/corrupt-graph`. Reads every
 * byte of the model once, about a second per gigabyte; `onBytes` hears how it goes on.
 */
export async function verifyModelFiles(folder: Verifiable, onBytes?: (bytes: number) => void): Promise<void> {
  for (const { path, sha256 } of folder.card.files) {
    const found = await sha256OfFile(join(folder.dir, ...path.split('/')), onBytes)
    if (found !== sha256) {
      throw modelProblem(
        'model/wrong-hash',
        folder.card.id,
        `${path} is not the file its card describes (sha256 ${found.slice(0, 12)}…)`,
        {
          file: path
        }
      )
    }
  }
  for (const graph of Object.values(folder.graphs)) {
    if (graph === undefined) continue
    const seen = new Set<string>()
    for (const reference of readExternalReferences(join(folder.dir, ...graph.split('/')))) {
      const key = JSON.stringify([reference.location, reference.offset, reference.length])
      if (seen.has(key)) continue
      seen.add(key)
      await checkReference(folder, graph, reference)
    }
  }
}
