/**
 * @file Reads Florence-2's answers: a label, then a run of numbers that only the task tells the shape of.
 *
 *     wheel<loc_704><loc_576><loc_866><loc_772><loc_149><loc_584><loc_310><loc_773>
 *     └ before ┘└ one run: two boxes, or one quad, or one polygon ────────────────┘
 */
import type { ShapeKind } from '../../geometry/region-shape'
import { isCoordinateCount } from '../../geometry/shape'
import { readTuple } from '../kit/group'
import { WAIT, asRaw, asWords } from '../kit/item-stream'
import type { ItemReader, ItemSource, Part, Reading, RegionReading, Waiting } from '../kit/item-stream'
import type { IssueCode } from '../kit/issues'
import { isCutToken, isLast, isPartOf, openersOf, scanRun } from '../kit/token-run'
import type { Run, TokenForm } from '../kit/token-run'
import { BEYOND, florence2Codec } from './codec'
import { FLORENCE2_PROFILE, answerOf } from './profile'

export const LOC: TokenForm = { prefix: '<loc_', suffix: '>', gap: '', width: null }
export const POLYGON_OPEN = '<poly>'
export const POLYGON_CLOSE = '</poly>'
export const POLYGON_BETWEEN = '<sep>'
/** Marks that follow each other; without a number inside they are words. */
const NEXT_POLYGON = POLYGON_OPEN + LOC.prefix
export const STOP_TOKENS = FLORENCE2_PROFILE.stopTokens ?? []
const STRAYS = [POLYGON_BETWEEN, POLYGON_CLOSE]
const OPENERS = [LOC.prefix, POLYGON_OPEN, ...STRAYS, ...STOP_TOKENS]

const SIZES = { box: 4, quad: 8 } as const

/** Regions so far, and what was found about them. */
class Found {
  readonly regions: RegionReading[] = []
  readonly issues = new Set<IssueCode>()
  /** Why the first numbers that are no region are none. */
  refused: IssueCode | null = null

  /** False: the numbers are no region. */
  add(kind: ShapeKind, numbers: readonly number[], run: Run, item: ItemSource): boolean {
    const isNegative = numbers.some((value) => value < 0)
    const { shape, issues } = readTuple(
      { numbers, isOfficial: !isNegative, hasWhitespace: run.hasWhitespace, isExact: run.isExact },
      { codec: florence2Codec, max: () => BEYOND, kindOf: () => kind },
      item.mode,
      item.context
    )
    for (const code of issues) this.issues.add(code)
    if (shape !== null) this.regions.push({ shape })
    else this.refused ??= issues[0] ?? 'not-a-number'
    return shape !== null
  }
}

/** Offsets of the label before the opener, from the opener on: its words, and where what belongs to it begins. */
function labelBefore(before: string, kind: ShapeKind): { words: { start: number; end: number }; start: number } {
  const inside = before.slice(before.lastIndexOf(kind === 'quad' ? '\n' : '<') + 1)
  const start = inside.length - inside.trimStart().length
  const words = { start: start - inside.length, end: Math.max(start, inside.trimEnd().length) - inside.length }
  return { words, start: -inside.length }
}

const tailIssue = (item: ItemSource, at: number): IssueCode | null => {
  const isAtEnd = isLast(item, at, STOP_TOKENS)
  return isAtEnd === null ? null : isAtEnd ? 'truncated' : 'arity'
}

function answerWith(
  item: ItemSource,
  found: Found,
  kind: ShapeKind,
  end: number,
  tail: { readonly end: number; readonly reason: IssueCode } | null
): Reading {
  const { words, start } = labelBefore(item.before, kind)
  const parts: Part[] = [{ is: 'group', start, end, words, regions: found.regions }]
  const issues: Reading['issues'][number][] = [...found.issues].map((code) => ({ code, start: 0, end }))
  if (tail === null) return { end, parts, issues }
  // Space before what is dropped is words: a printed region ends before it, and reads so again.
  const dropped = item.source.slice(end, tail.end)
  const from = end + dropped.length - dropped.trimStart().length
  if (tail.end > from) parts.push({ is: 'raw', start: from, end: tail.end, reason: tail.reason })
  return { end: tail.end, parts, issues: [...issues, { code: tail.reason, start: from, end: tail.end }] }
}

/** Boxes or quads: as many as the run holds whole. */
function readRun(item: ItemSource, kind: 'box' | 'quad'): Reading | Waiting {
  const size = SIZES[kind]
  const run = scanRun(LOC, item, 0, size, item.isProbe === true ? 1 : Infinity)
  if (run.state === 'waiting') return WAIT
  const last = run.state === 'cut' ? item.source.length : (run.ends.at(-1) ?? 0)
  if (last === 0) return asWords(item.opener.length)
  if (item.isProbe === true) return asRaw(last, 'arity')
  const tail = run.state === 'cut' ? 'truncated' : tailIssue(item, last)
  if (tail === null) return WAIT
  // The official reader wants a label and gives it one quad.
  const isStrictQuad = kind === 'quad' && item.mode === 'strict'
  const { words } = labelBefore(item.before, kind)
  if (isStrictQuad && words.start === words.end) return asRaw(last, 'arity')
  const whole = isStrictQuad ? Math.min(size, run.numbers.length) : run.numbers.length
  const found = new Found()
  let end = 0
  for (let i = size; i <= whole; i += size) {
    if (!found.add(kind, run.numbers.slice(i - size, i), run, item)) break
    end = run.ends[i - 1] ?? 0
  }
  const reason = found.refused ?? (run.numbers.length - whole >= size ? 'arity' : tail)
  if (found.regions.length === 0) return asRaw(last, reason)
  return answerWith(item, found, kind, end, last > end ? { end: last, reason } : null)
}

/** Pairs with separators between polygons, in marks or bare; marked ones may follow each other. */
function readPolygons(item: ItemSource): Reading | Waiting {
  const { source, isEnd, mode } = item
  const found = new Found()
  let at = 0
  let end = 0
  let isOpen = false
  let reason: IssueCode | null = null
  /** Behind the last region: where what is dropped begins. */
  let tailStart: number | null = null
  const mayBe = (token: string): boolean => !isEnd && isPartOf(token, source, at)
  for (;;) {
    if (!isOpen && source.startsWith(POLYGON_OPEN, at)) {
      isOpen = true
      at += POLYGON_OPEN.length
    } else if (at > 0 && mayBe(POLYGON_OPEN)) return WAIT
    const run = scanRun(LOC, item, at, Infinity, item.isProbe === true ? 1 : Infinity)
    if (run.state === 'waiting') return WAIT
    if (run.numbers.length === 0 && at <= POLYGON_OPEN.length)
      return run.state === 'cut' ? asRaw(source.length, 'truncated') : asWords(item.opener.length)
    if (item.isProbe === true) return asRaw(run.ends.at(-1) ?? at, 'arity')
    const last = run.ends.at(-1) ?? at
    const pairs = run.numbers.length - (run.numbers.length % 2)
    const isPolygon = isCoordinateCount('polygon', pairs)
    const isTaken = isPolygon && found.add('polygon', run.numbers.slice(0, pairs), run, item)
    if (isTaken) end = run.ends[pairs - 1] ?? end
    // A separator that nothing follows is a mark behind the last number.
    const isOnlyMark: boolean = run.numbers.length === 0 && run.state === 'whole' && tailStart === null
    tailStart = isTaken && end === last ? null : isOnlyMark ? at : end
    at = last
    if (run.state === 'cut') {
      at = source.length
      tailStart ??= end
      reason ??= 'truncated'
      break
    }
    if (tailStart !== null) {
      const tail = tailIssue(item, at)
      if (tail === null) return WAIT
      reason ??= found.refused ?? tail
    }
    if (source.startsWith(POLYGON_BETWEEN, at)) {
      at += POLYGON_BETWEEN.length
      continue
    }
    if (mayBe(POLYGON_BETWEEN) || (isOpen && mayBe(POLYGON_CLOSE))) return WAIT
    if (!isOpen) break
    if (!source.startsWith(POLYGON_CLOSE, at)) {
      if (mode === 'lenient') found.issues.add('missing-bracket')
      break
    }
    at += POLYGON_CLOSE.length
    isOpen = false
    // The closing mark belongs to the polygons before it, also when what follows is dropped.
    if (tailStart === null) end = at
    if (mayBe(NEXT_POLYGON)) return WAIT
    if (source.startsWith(NEXT_POLYGON, at)) continue
    // A number cut off by the end is one behind the mark too, as it is behind bare numbers.
    const isCut = isCutToken(LOC, item, at)
    if (isCut === null) return WAIT
    if (isCut) {
      tailStart ??= end
      reason ??= 'truncated'
      at = source.length
    }
    break
  }
  if (found.regions.length === 0) return asRaw(at, reason ?? 'arity')
  // Marks behind the last number belong to the regions.
  const regionsEnd = tailStart ?? at
  return answerWith(item, found, 'polygon', regionsEnd, reason === null ? null : { end: at, reason })
}

export const florence2Reader: ItemReader = {
  openers: openersOf(OPENERS),
  longestOpener: Math.max(...OPENERS.map((token) => token.length)),
  stopTokens: STOP_TOKENS,
  read(item) {
    const answer = answerOf(item.context.settings)
    // Of a polygon they are its marks; alone they would join what they come to stand behind.
    if (STRAYS.includes(item.opener)) return asRaw(item.opener.length, 'arity')
    if (answer === 'polygons') return readPolygons(item)
    if (item.opener === POLYGON_OPEN) return answer === 'boxes' ? readPolygons(item) : asWords(item.opener.length)
    return readRun(item, answer === 'quads' ? 'quad' : 'box')
  }
}
