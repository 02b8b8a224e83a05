/** @file Captions as Flickr30k Entities has them: for test files only. */
import fc from 'fast-check'
import { phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'

/** Phrases side by side, some of nothing. */
export const captionWords = (ids: readonly string[]): fc.Arbitrary<readonly GroundedNode[]> => {
  const words = fc.constantFrom('Two men', '左边的猫', '😀 b', "l'été")
  const some = fc.subarray([...ids], { maxLength: Math.min(2, ids.length) })
  const part = fc
    .tuple(fc.constantFrom(' on ', ' . ', ' and 🐕 '), words, some)
    .map(([between, value, regionIds]) => [phrase(value, regionIds), text(between)])
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => normalizeNodes([...parts.flat(), text('.')]))
}
