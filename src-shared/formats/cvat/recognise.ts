/** @file Telling CVAT's XML from other XML: its root, and what stands in it. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import { rootNameOf } from '../kit/xml'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 32 * 1024
const MOST_LOOKED_AT = 16

export async function recogniseCvat(source: DataSource): Promise<Recognition | null> {
  let score = 0
  const paths: string[] = []
  for (const { path } of source.files.filter((file) => isNamed(file.path, 'xml')).slice(0, MOST_LOOKED_AT)) {
    const head = (await headText(source, path, HEAD_BYTES)) ?? ''
    if (rootNameOf(head) !== 'annotations') continue
    const isCertain = /<version>\s*1\.\d\s*<\/version>/.test(head) || /<(image|track)\s[^>]*\bid=/.test(head)
    score = Math.max(score, isCertain ? 0.97 : 0.5)
    paths.push(path)
  }
  return score === 0 ? null : { score, because: 'XML with the root <annotations> and images in it', paths }
}
