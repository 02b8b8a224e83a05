/** @file Telling MDETR's files from other COCO: images with captions, annotations with spans. */
import { cocoMarks } from '../coco/recognise'
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 64 * 1024
const CAPTIONED_IMAGE = /\{[^{}]*"file_name"\s*:[^{}]*"caption"\s*:|\{[^{}]*"caption"\s*:[^{}]*"file_name"\s*:/

/** Eyrie says so, for a file that may have no caption in it. */
const OURS = /"info"\s*:\s*\{[^{}]*"eyrie"\s*:\s*"mdetr"/

export const isMdetr = (head: string): boolean =>
  OURS.test(head) ||
  (cocoMarks(head) !== null && (/"tokens_(positive|negative)\w*"\s*:/.test(head) || CAPTIONED_IMAGE.test(head)))

export async function mdetrFiles(source: DataSource): Promise<readonly string[]> {
  const found: string[] = []
  for (const { path } of source.files) {
    if (!isNamed(path, 'json')) continue
    const head = await headText(source, path, HEAD_BYTES)
    if (head !== null && isMdetr(head)) found.push(path)
  }
  return found
}

export async function recogniseMdetr(source: DataSource): Promise<Recognition | null> {
  const paths = await mdetrFiles(source)
  return paths.length === 0
    ? null
    : {
        score: 0.97,
        because: 'COCO whose images have captions and whose annotations have spans, as MDETR reads it',
        paths
      }
}
