/** @file Which files are Visual Genome's, told by the keys of their first record; names and folders vary. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 16 * 1024

export type GenomeKind = 'images' | 'regions' | 'objects' | 'relationships'
export type GenomeFiles = Readonly<Record<GenomeKind, readonly string[]>>

const has = (text: string, key: string): boolean => new RegExp(`"${key}"\\s*:`).test(text)

function kindOf(head: string): GenomeKind | null {
  if (!/^\s*\[\s*\{/.test(head)) return null
  if (/"relationships"\s*:\s*\[/.test(head)) return 'relationships'
  if (/"regions"\s*:\s*\[/.test(head)) return 'regions'
  if (/"objects"\s*:\s*\[/.test(head) && has(head, 'image_id')) return 'objects'
  if (has(head, 'image_id') && has(head, 'width') && has(head, 'height') && has(head, 'url')) return 'images'
  return null
}

export async function genomeFiles(source: DataSource): Promise<GenomeFiles> {
  const found: Record<GenomeKind, string[]> = { images: [], regions: [], objects: [], relationships: [] }
  for (const { path } of source.files) {
    if (!isNamed(path, 'json')) continue
    const head = await headText(source, path, HEAD_BYTES)
    const kind = head === null ? null : kindOf(head)
    if (kind !== null) found[kind].push(path)
  }
  return found
}

/** JSON that is none of them and says something. */
export async function otherJsonFiles(source: DataSource, known: GenomeFiles): Promise<readonly string[]> {
  const ours = new Set(Object.values(known).flat())
  const found: string[] = []
  for (const { path } of source.files) {
    if (ours.has(path) || !isNamed(path, 'json')) continue
    // A list without an image is a list of none.
    if ((await headText(source, path, HEAD_BYTES))?.trim() !== '[]') found.push(path)
  }
  return found
}

export async function recogniseGenome(source: DataSource): Promise<Recognition | null> {
  const { images, regions, objects, relationships } = await genomeFiles(source)
  const said = [...regions, ...objects, ...relationships]
  if (said.length === 0) return null
  return {
    score: images.length > 0 ? 0.98 : 0.9,
    because: 'lists of images with regions, objects or relationships, as Visual Genome has them',
    paths: [...images, ...said]
  }
}
