/**
 * @file How sure a model was of each region it wrote.
 *
 * [Note: What a region's confidence is]
 * The geometric mean of the probabilities the model gave to the tokens that spell the region's
 * coordinates: exp(mean of their natural-log probabilities), 0..1. Brackets, commas and words are left
 * out: they say that a region comes, not where it is. It is the model's own opinion under greedy
 * decoding, good for sorting a review queue, not a measured chance of being right; a model's calibration makes that of it
 * (inference/repo/calibration.ts).
 */
import { coordinatesOf } from '../../src-shared/geometry/shape'
import { visitNodes } from '../../src-shared/grounded/visit'
import type { GroundedText, RegionId } from '../../src-shared/grounded/nodes'
import type { TokenRival } from './ports'

interface Span {
  readonly start: number
  readonly end: number
}

/** The numbers in `source[start, end)`, each with its place in the whole. */
function numberSpans(source: string, { start, end }: Span): Span[] {
  return [...source.slice(start, end).matchAll(/\d+(?:\.\d*)?/g)].map((match) => ({
    start: start + match.index,
    end: start + match.index + match[0].length
  }))
}

/**
 * Where the coordinates of each region stand in the answer. A node's own numbers are its last ones:
 * its words come first and may hold numbers too ("player 23[0.1,…]").
 */
export function coordinateSpans(source: string, tree: GroundedText): ReadonlyMap<RegionId, readonly Span[]> {
  const shapes = new Map(tree.regions.map(({ id, shape }) => [id, shape]))
  const spans = new Map<RegionId, readonly Span[]>()
  visitNodes(tree.children, (node) => {
    if ((node.type !== 'phrase' && node.type !== 'mention') || node.position === undefined) return
    const arities = node.regionIds.map((id) => {
      const shape = shapes.get(id)
      return shape === undefined ? 0 : coordinatesOf(shape).length
    })
    const needed = arities.reduce((sum, arity) => sum + arity, 0)
    const numbers = numberSpans(source, node.position)
    if (numbers.length < needed) return
    let at = numbers.length - needed
    node.regionIds.forEach((id, i) => {
      const arity = arities[i] ?? 0
      spans.set(id, numbers.slice(at, at + arity))
      at += arity
    })
  })
  return spans
}

/** The tokens of an answer, in order: arrays of one length. */
export interface SaidTokens {
  readonly texts: readonly string[]
  readonly logProbs: readonly number[]
  /** null: forced, the model was not asked. Missing: nothing is told of it. */
  readonly rivals?: readonly (readonly TokenRival[] | null)[] | undefined
}

/**
 * Confidence by region id; a region whose tokens cannot be told has none. The texts concatenate to `source`; a token
 * that holds several letters of a number counts once, one that was forced not at all.
 */
export function regionConfidences(
  source: string,
  tree: GroundedText,
  { texts, logProbs: all, rivals }: SaidTokens
): ReadonlyMap<RegionId, number> {
  const confidences = new Map<RegionId, number>()
  if (texts.length !== all.length || texts.join('') !== source) return confidences
  const ends: number[] = []
  let length = 0
  for (const token of texts) ends.push((length += token.length))

  for (const [id, spans] of coordinateSpans(source, tree)) {
    const logProbs = all.filter((_, i) => {
      const start = ends[i - 1] ?? 0
      const end = ends[i] ?? 0
      return rivals?.[i] !== null && spans.some((span) => start < span.end && end > span.start)
    })
    if (logProbs.length === 0 || !logProbs.every(Number.isFinite)) continue
    const mean = logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length
    confidences.set(id, Math.min(1, Math.exp(mean)))
  }
  return confidences
}
