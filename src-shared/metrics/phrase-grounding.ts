/**
 * @file Phrase grounding as MDETR, Ferret and Kosmos-2 score Flickr30k Entities: a phrase is found
 * when one of its first k boxes, in the order written, has IoU ≥ 0.5 with a true box.
 *
 *   any-box      any true box of the phrase will do
 *   merged-box   the true boxes of the phrase are first replaced by the box around them all
 *
 * Phrases without true boxes are not for this measure and are to be left out of the truth.
 */
import type { PixelBox } from '../geometry/space'
import { exclusiveIou } from './overlap-rules'

export type GroundingProtocol = 'any-box' | 'merged-box'
export const GROUNDING_PROTOCOLS: readonly GroundingProtocol[] = ['any-box', 'merged-box']

export interface PhraseSample {
  /** At least one. */
  readonly truth: readonly PixelBox[]
  /** In order of trust or of the text; none is a miss. */
  readonly said: readonly PixelBox[]
  /** people, clothing, …; a phrase counts in each of them, and always in `all`. */
  readonly types: readonly string[]
}

export interface RecallScore {
  readonly phrases: number
  readonly recallAt1: number
  readonly recallAt5: number
  readonly recallAt10: number
  /** Every box counts, however many. */
  readonly upperBound: number
}

const THRESHOLD = 0.5

const enclosing = (boxes: readonly PixelBox[]): PixelBox =>
  boxes.reduce(
    (a, b) =>
      [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])] as unknown as PixelBox
  )

const targetsOf = (truth: readonly PixelBox[], protocol: GroundingProtocol): readonly PixelBox[] =>
  protocol === 'any-box' ? truth : [enclosing(truth)]

/** The largest overlap of any of the said boxes; 0 when there are none. */
export function bestOverlap(
  { truth, said }: Pick<PhraseSample, 'truth' | 'said'>,
  protocol: GroundingProtocol
): number {
  const targets = targetsOf(truth, protocol)
  return said.reduce(
    (best, box) => targets.reduce((most, target) => Math.max(most, exclusiveIou(box, target)), best),
    0
  )
}

/** Place of the first box that hits, from 1; Infinity when none does. */
export function hitPlace({ truth, said }: PhraseSample, protocol: GroundingProtocol): number {
  const targets = targetsOf(truth, protocol)
  const place = said.findIndex((box) => targets.some((target) => exclusiveIou(box, target) >= THRESHOLD))
  return place === -1 ? Infinity : place + 1
}

/** Scores by type of phrase, `all` first; no phrases, no scores. */
export function scorePhraseGrounding(
  samples: Iterable<PhraseSample>,
  protocol: GroundingProtocol
): Readonly<Record<string, RecallScore>> {
  const hits = new Map<string, number[]>()
  for (const sample of samples) {
    const place = hitPlace(sample, protocol)
    for (const type of new Set(['all', ...sample.types])) {
      const places = hits.get(type) ?? []
      places.push(place)
      hits.set(type, places)
    }
  }
  return Object.fromEntries(
    [...hits].map(([type, places]) => {
      const within = (k: number): number => places.filter((place) => place <= k).length / places.length
      const upperBound = within(Number.MAX_SAFE_INTEGER)
      return [
        type,
        { phrases: places.length, recallAt1: within(1), recallAt5: within(5), recallAt10: within(10), upperBound }
      ]
    })
  )
}
