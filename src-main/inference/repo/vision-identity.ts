/** @file What the features of a picture depend on, besides the picture: for a cache that outlives the process. */
import { createHash } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { GraphName } from './graph-names'
import type { ModelFolder } from './model-folder'

/** A folder of a language model, or of a tool with a vision encoder. */
export interface SeeingFolder extends Pick<ModelFolder, 'dir' | 'card'> {
  readonly graphs: Readonly<Partial<Record<GraphName, string>>>
  /** The code that makes pictures ready. */
  readonly family: { readonly id: string }
}

const SETTINGS = ['config.json', 'preprocessor_config.json', 'processor_config.json']

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // Most families have some of them only.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** The vision encoder's graph with its external data: hashes of the card, which were verified; size and time where it has none. */
async function weightsOf({ dir, card, graphs }: SeeingFolder): Promise<readonly (readonly (string | number)[])[]> {
  const graph = graphs.vision_encoder ?? ''
  const folder = dirname(join(dir, ...graph.split('/')))
  const names = (await readdir(folder)).filter(
    (name) => name === basename(graph) || name.startsWith(`${basename(graph)}_data`)
  )
  return Promise.all(
    names.sort().map(async (name) => {
      const listed = card.files.find(({ path }) => path === `${dirname(graph)}/${name}`)
      if (listed !== undefined) return [name, listed.sha256]
      const { size, mtimeMs } = await stat(join(folder, name))
      return [name, size, mtimeMs]
    })
  )
}

/** `ran`: provider and version of the runtime, whose last digits may differ. */
export async function visionIdentity(folder: SeeingFolder, ran: readonly string[]): Promise<string> {
  const settings = await Promise.all(SETTINGS.map((name) => contentOf(join(folder.dir, name))))
  return createHash('sha256')
    .update(JSON.stringify([folder.family.id, await weightsOf(folder), settings, ran]))
    .digest('hex')
}
