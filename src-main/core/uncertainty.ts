/**
 * @file From the numbers of an answer to the coordinates of its regions. Which number moves which coordinate, and by
 * how much, is found by reading the answer again with the number changed by one step: so any dialect, any order of
 * axes and any space comes out right, and numbers that are words move nothing.
 */
import type { ParseResult } from '../../src-shared/dialects/dialect'
import { coordinatesOf } from '../../src-shared/geometry/shape'
import type { GroundedText, RegionId } from '../../src-shared/grounded/nodes'
import { visitNodes } from '../../src-shared/grounded/visit'
import { spreadOfNumber } from './number-spread'
import type { DigitToken } from './number-spread'
import type { TokenRival } from './ports'

/** In the order and units of the region's coordinates: fractions of the upright image. */
export interface RegionUncertainty {
  readonly expected: readonly number[]
  readonly deviations: readonly number[]
}

/** Letters read again, numbers times length; a longer answer is a list that nobody looks at number by number. */
const MOST_WORK = 4_000_000

interface NumberPlace {
  readonly start: number
  readonly end: number
}

function numbersOf(source: string, tree: GroundedText): readonly NumberPlace[] {
  const places = new Map<number, NumberPlace>()
  visitNodes(tree.children, (node) => {
    if ((node.type !== 'phrase' && node.type !== 'mention') || node.position === undefined) return
    if (node.regionIds.length === 0) return
    const { start, end } = node.position
    for (const match of source.slice(start, end).matchAll(/\d+(?:\.\d+)?/g)) {
      const at = start + match.index
      places.set(at, { start: at, end: at + match[0].length })
    }
  })
  return [...places.values()]
}

/** The number a step away from `text`, as many letters long; up, or down from the largest. */
function neighbour(text: string): string {
  const digits = text.replace('.', '')
  const isFull = /^(?:9+|10*)$/.test(digits)
  const next = String(BigInt(digits) + (isFull ? -1n : 1n)).padStart(digits.length, '0')
  const point = text.indexOf('.')
  return point === -1 ? next : `${next.slice(0, point)}.${next.slice(point)}`
}

/** `parse` reads an answer as `tree` was read. Tokens' texts concatenate to `source`. */
export function regionUncertainties(
  source: string,
  tree: GroundedText,
  tokens: { readonly texts: readonly string[]; readonly rivals: readonly (readonly TokenRival[] | null)[] },
  parse: (source: string) => ParseResult
): ReadonlyMap<RegionId, RegionUncertainty> {
  const found = new Map<RegionId, { expected: number[]; variances: number[] }>()
  const { texts, rivals } = tokens
  if (texts.length !== rivals.length || texts.join('') !== source) return new Map()
  const numbers = numbersOf(source, tree)
  if (numbers.length * source.length > MOST_WORK) return new Map()
  const before = tree.regions.map(({ shape }) => [...coordinatesOf(shape)])
  /** Regions that a number moves of which nothing is known. */
  const unknown = new Set<RegionId>()
  for (const { start, end } of numbers) {
    const text = source.slice(start, end)
    const changed = neighbour(text)
    const step = Number(changed) - Number(text)
    const after = parse(source.slice(0, start) + changed + source.slice(end)).tree.regions
    if (after.length !== before.length) continue
    const digits: DigitToken[] = []
    let at = 0
    texts.forEach((token, place) => {
      const own = /\d+/.exec(token)
      const from = at + (own?.index ?? 0)
      if (own !== null && from >= start && from + own[0].length <= end) {
        digits.push({ at: from - start, digits: own[0], rivals: rivals[place] ?? [] })
      }
      at += token.length
    })
    const spread = spreadOfNumber(text, digits)
    for (const [index, { id, shape }] of tree.regions.entries()) {
      const old = before[index] ?? []
      const now = [...coordinatesOf(after[index]?.shape ?? shape)]
      if (now.length !== old.length || now.every((value, i) => value === old[i])) continue
      if (spread === null) {
        unknown.add(id)
        continue
      }
      const sums = found.get(id) ?? { expected: [...old], variances: old.map(() => 0) }
      found.set(id, sums)
      for (const [i, value] of now.entries()) {
        const slope = (value - (old[i] ?? 0)) / step
        sums.expected[i] = (sums.expected[i] ?? 0) + slope * (spread.expected - Number(text))
        sums.variances[i] = (sums.variances[i] ?? 0) + (slope * spread.deviation) ** 2
      }
    }
  }
  return new Map(
    [...found]
      .filter(([id]) => !unknown.has(id))
      .map(([id, { expected, variances }]) => [id, { expected, deviations: variances.map(Math.sqrt) }])
  )
}
