/** @file Which files belong together: refs in a folder, and the instances.json they are about. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import { cocoMarks } from '../coco/recognise'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 64 * 1024
const PICKLES = ['p', 'pkl', 'pickle']

export interface RefFolder {
  readonly instances: string
  readonly refs: readonly string[]
}
export interface RefFiles {
  readonly folders: readonly RefFolder[]
  /** Refs without instances. */
  readonly lone: readonly string[]
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

async function isRefs(source: DataSource, path: string): Promise<boolean> {
  const isPickle = PICKLES.some((extension) => isNamed(path, extension))
  if (!isPickle && !isNamed(path, 'json')) return false
  const head = await headText(source, path, HEAD_BYTES)
  if (head === null) return false
  if (isPickle) return /ref_id|sent_id/.test(head) || /^g?refs?\b/i.test(nameOf(path))
  // An empty list may be refs only by its name.
  if (/^\s*\[\s*\]\s*$/.test(head)) return /^g?refs?\b/i.test(nameOf(path))
  return /^\s*\[/.test(head) && /"ann_id"\s*:/.test(head) && /"sentences"\s*:/.test(head)
}

/** Refs take the COCO file of their own folder: one called instances.json before others. */
export async function refFiles(source: DataSource): Promise<RefFiles> {
  const refs = new Map<string, string[]>()
  const instances = new Map<string, string>()
  for (const { path } of source.files) {
    const folder = parentOf(path)
    if (await isRefs(source, path)) {
      refs.set(folder, [...(refs.get(folder) ?? []), path])
      continue
    }
    if (!isNamed(path, 'json')) continue
    const head = await headText(source, path, HEAD_BYTES)
    const isBetter = !instances.has(folder) || nameOf(path).toLowerCase() === 'instances.json'
    if (head !== null && isBetter && cocoMarks(head) !== null) instances.set(folder, path)
  }
  const folders: RefFolder[] = []
  const lone: string[] = []
  for (const [folder, paths] of refs) {
    const found = instances.get(folder)
    if (found === undefined) lone.push(...paths)
    else folders.push({ instances: found, refs: paths })
  }
  return { folders, lone }
}

export async function recogniseRefCoco(source: DataSource): Promise<Recognition | null> {
  const { folders, lone } = await refFiles(source)
  if (folders.length === 0 && lone.length === 0) return null
  const paths = [...folders.flatMap(({ instances, refs }) => [instances, ...refs]), ...lone]
  return folders.length === 0
    ? { score: 0.6, because: 'refs as RefCOCO has them, but no instances.json beside them', paths }
    : { score: 0.98, because: 'instances.json with refs beside it, as RefCOCO has them', paths }
}
