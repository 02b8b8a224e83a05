/** @file Telling files of Pascal VOC from other XML by their beginning. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import { rootNameOf } from '../kit/xml'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 8 * 1024
/** In a folder of a hundred thousand files, these tell what it is. */
const MOST_LOOKED_AT = 64

export const isVoc = (head: string): boolean =>
  rootNameOf(head) === 'annotation' && /<(object|size|filename|segmented)\b/.test(head)

export async function recogniseVoc(source: DataSource): Promise<Recognition | null> {
  const candidates = source.files.filter(({ path }) => isNamed(path, 'xml')).map(({ path }) => path)
  const step = Math.max(1, Math.floor(candidates.length / MOST_LOOKED_AT))
  const others = new Set<string>()
  let ours = 0
  for (let i = 0; i < candidates.length; i += step) {
    const path = candidates[i] ?? ''
    const head = await headText(source, path, HEAD_BYTES)
    if (head !== null && isVoc(head)) ours++
    else others.add(path)
  }
  if (ours === 0) return null
  return {
    score: 0.9,
    because: 'XML files with an <annotation> each, as Pascal VOC and LabelImg write them',
    paths: candidates.filter((path) => !others.has(path))
  }
}
