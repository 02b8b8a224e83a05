/** @file Telling COCO files from other JSON by their beginning. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 64 * 1024

const SECTIONS = ['images', 'annotations', 'categories'] as const

export interface CocoMarks {
  /** 0..1 */
  readonly score: number
  readonly because: string
}

/** null: certainly none. What stands in the head of a large file is one section of records, or less. */
export function cocoMarks(head: string): CocoMarks | null {
  if (!/^\s*\{/.test(head)) return null
  const sections = SECTIONS.filter((name) => new RegExp(`"${name}"\\s*:\\s*\\[`).test(head))
  const images = /"file_name"\s*:\s*"/.test(head) && /"(width|height|id)"\s*:/.test(head)
  const annotations = /"image_id"\s*:/.test(head)
  if (sections.length === 0 || /"(shapes|imageData|_via_img_metadata)"\s*:/.test(head)) return null
  const isCoco =
    (sections.includes('images') && images) ||
    (sections.includes('annotations') && annotations) ||
    (sections.includes('categories') && /"(supercategory|name)"\s*:/.test(head)) ||
    sections.length >= 2
  if (!isCoco) return null
  return { score: sections.length >= 2 ? 0.9 : 0.8, because: `JSON with ${sections.join(', ')}, as COCO has them` }
}

/** In natural order of paths. */
export async function cocoFiles(
  source: DataSource
): Promise<readonly { readonly path: string; readonly marks: CocoMarks }[]> {
  const found: { readonly path: string; readonly marks: CocoMarks }[] = []
  for (const { path } of source.files) {
    if (!isNamed(path, 'json')) continue
    const head = await headText(source, path, HEAD_BYTES)
    const marks = head === null ? null : cocoMarks(head)
    if (marks !== null) found.push({ path, marks })
  }
  return found
}

export async function recogniseCoco(source: DataSource): Promise<Recognition | null> {
  const found = await cocoFiles(source)
  const best = found.reduce<CocoMarks | null>(
    (most, { marks }) => (marks.score > (most?.score ?? 0) ? marks : most),
    null
  )
  return best === null ? null : { ...best, paths: found.map(({ path }) => path) }
}
