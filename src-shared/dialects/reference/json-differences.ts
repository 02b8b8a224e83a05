/**
 * @file Where our reading of JSON answers parts from readers that load the whole answer at once. For
 * test files only.
 */
import { agrees } from './agreement'
import type { Difference } from './agreement'

export type Found = readonly (readonly [label: string, box: readonly number[]])[]
interface JsonCase {
  readonly input: { readonly text: string }
}
export interface JsonDifferenceCounts {
  readonly strings: number
  readonly points: number
  readonly reversed: number
  readonly lost: number
  readonly unlabelled: number
  readonly unread: number
}

const TOLERANCE = 1e-5

export const withSortedCorners = (found: Found): Found =>
  found.map(([label, [a = NaN, b = NaN, c = NaN, d = NaN]]) => [
    label,
    [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
  ])

/** Everything they found is in ours, in order. */
function holds(ours: Found, theirs: Found): boolean {
  let at = 0
  for (const one of ours) if (agrees(one, theirs[at], TOLERANCE)) at++
  return at === theirs.length
}

/** A reader that raised found nothing. */
const foundBy = (answer: unknown): Found => (Array.isArray(answer) ? (answer as Found) : [])

/** `isWhole`: their reader can load the text at once. Counts as in `Difference`. */
export const jsonDifferences = <Case extends JsonCase>(
  counts: JsonDifferenceCounts,
  isWhole: (source: string) => boolean
): readonly Difference<Case>[] => [
  {
    says: 'A number in quotes: Python may turn it into one, and no model was trained to write it; ours drops the object.',
    count: counts.strings,
    is: ({ input: { text } }, ours) => /\["\d+", *"/.test(text) && foundBy(ours).length === 0
  },
  {
    says: 'A point: their reader knows boxes only.',
    count: counts.points,
    is: ({ input: { text } }, ours, theirs) =>
      text.includes('point_2d') &&
      foundBy(ours).every(([, numbers]) => numbers.length === 2) &&
      foundBy(theirs).length === 0
  },
  {
    says: 'Reversed corners: their reader keeps them as they are, the plotting helper of the authors and ours swap them.',
    count: counts.reversed,
    is: (_one, ours, theirs) => Array.isArray(theirs) && agrees(ours, withSortedCorners(foundBy(theirs)), TOLERANCE)
  },
  {
    says: 'A box with a wrong count of numbers: their reader raises and loses the whole answer, ours drops that object.',
    count: counts.lost,
    is: (_one, ours, theirs) => typeof theirs === 'string' && Array.isArray(ours)
  },
  {
    says: 'An object without a label, or with another key for it: their reader skips it or gives up, ours is a region without words.',
    count: counts.unlabelled,
    is: (_one, ours, theirs) => {
      const labelled = foundBy(ours).filter(([label]) => label !== '')
      return (
        labelled.length < foundBy(ours).length &&
        holds(withSortedCorners(foundBy(ours)), withSortedCorners(foundBy(theirs)))
      )
    }
  },
  {
    says: 'Their reader loads the answer at once, so one broken place loses all of it or all that follows; ours reads every whole object.',
    count: counts.unread,
    is: ({ input: { text } }, ours, theirs) =>
      !isWhole(text) &&
      foundBy(ours).length > foundBy(theirs).length &&
      holds(withSortedCorners(foundBy(ours)), withSortedCorners(foundBy(theirs)))
  }
]
