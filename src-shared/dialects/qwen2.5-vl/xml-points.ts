/**
 * @file `<points x1="312" y1="204" x2="640" y2="410" alt="the dogs">the dogs</points>`: what the model
 * answers when it is asked for XML. Source: `decode_xml_points` of the Qwen2.5-VL plotting helper, gone
 * from its repository and read from copies.
 */
import { readTuple } from '../kit/group'
import type { TupleRule } from '../kit/group'
import { WAIT, asRaw, asWords } from '../kit/item-stream'
import type { ItemSource, Reading, RegionReading, Waiting } from '../kit/item-stream'
import type { IssueCode } from '../kit/issues'

export const POINTS_OPEN = '<points'
const POINTS_CLOSE = '</points>'
const STOP = /[<>]/g
/** A tag, or the JSON that follows words which only begin like points. */
const BODY_STOP = /[<{`]/g
const ATTRIBUTES = /^(?:\s+[a-z]+\d*=(?:"[^"]*"|'[^']*'))+\s*$/
const NUMBERED = /\b([xy])(\d+)=["']\s*(-?\d+(?:\.\d+)?)\s*["']/g

/** x and y of one number belong together; a point that lacks one makes the whole `arity`. */
function tuplesOf(attributes: string): readonly (readonly number[])[] {
  const points = new Map<string, { x?: number; y?: number }>()
  for (const [, axis, index = '', value] of attributes.matchAll(NUMBERED)) {
    points.set(index, { ...points.get(index), [axis === 'x' ? 'x' : 'y']: Number(value) })
  }
  return [...points.values()].map(({ x, y }) => [x, y].filter((value) => value !== undefined))
}

export function readXmlPoints(item: ItemSource, rule: TupleRule): Reading | Waiting {
  const { source, isEnd, mode, context } = item
  const next = source[POINTS_OPEN.length]
  if (next !== undefined && next.trim() !== '') return asWords(POINTS_OPEN.length)
  // What stands behind may be changed after this was asked, so words must not even begin like it.
  if (item.isProbe === true) return asRaw(POINTS_OPEN.length, 'not-a-number')
  STOP.lastIndex = POINTS_OPEN.length
  const attributesEnd = STOP.exec(source)?.index
  if (attributesEnd === undefined) return isEnd ? asRaw(source.length, 'truncated') : WAIT
  const attributes = source.slice(POINTS_OPEN.length, attributesEnd)
  if (source[attributesEnd] === '<' || !ATTRIBUTES.test(attributes)) return asWords(POINTS_OPEN.length)
  BODY_STOP.lastIndex = attributesEnd
  const bodyEnd = BODY_STOP.exec(source)?.index
  if (bodyEnd === undefined) return isEnd ? asRaw(source.length, 'truncated') : WAIT
  const close = source.slice(bodyEnd, bodyEnd + POINTS_CLOSE.length)
  if (close !== POINTS_CLOSE) {
    if (POINTS_CLOSE.startsWith(close)) return isEnd ? asRaw(source.length, 'truncated') : WAIT
    // The line break before a list belongs to the list.
    return asRaw(source.slice(0, bodyEnd).trimEnd().length, 'not-a-number')
  }
  const end = bodyEnd + POINTS_CLOSE.length
  const issues = new Set<IssueCode>()
  const regions: RegionReading[] = []
  for (const numbers of tuplesOf(attributes)) {
    const read = readTuple({ numbers, isOfficial: true, hasWhitespace: false }, rule, mode, context)
    for (const code of read.issues) issues.add(code)
    if (read.shape !== null) regions.push({ shape: read.shape })
  }
  if (regions.length === 0) return asRaw(end, [...issues][0] ?? 'arity')
  const inside = source.slice(attributesEnd + 1, bodyEnd)
  const start = attributesEnd + 1 + inside.length - inside.trimStart().length
  const words = inside.trim() === '' ? null : { start, end: attributesEnd + 1 + inside.trimEnd().length }
  return {
    end,
    parts: [{ is: 'group', start: 0, end, words, regions }],
    issues: [...issues].map((code) => ({ code, start: 0, end }))
  }
}
