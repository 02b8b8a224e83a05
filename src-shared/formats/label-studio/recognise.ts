/** @file Telling Label Studio's exports from other lists in JSON. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 32 * 1024
const MOST_LOOKED_AT = 16

const has = (text: string, key: string): boolean => new RegExp(`"${key}"\\s*:`).test(text)

function scoreOf(text: string): number {
  const isTask = has(text, 'data') && ['annotations', 'predictions', 'completions'].some((key) => has(text, key))
  const isResult = has(text, 'from_name') && has(text, 'to_name')
  if (isTask && isResult) return 0.98
  if (has(text, 'annotation_id') && has(text, 'lead_time') && /^\s*\[/.test(text)) return 0.9
  if (isResult) return 0.8
  // Tasks that nobody has annotated yet.
  return isTask && /^\s*\[/.test(text) ? 0.7 : 0
}

export async function recogniseLabelStudio(source: DataSource): Promise<Recognition | null> {
  let score = 0
  const paths: string[] = []
  const candidates = source.files.filter(({ path }) => isNamed(path, 'json'))
  for (const [i, { path }] of candidates.entries()) {
    const found = i < MOST_LOOKED_AT ? scoreOf((await headText(source, path, HEAD_BYTES)) ?? '') : score
    if (found === 0) continue
    score = Math.max(score, found)
    paths.push(path)
  }
  return score === 0 ? null : { score, because: 'tasks with data and results with from_name and to_name', paths }
}
