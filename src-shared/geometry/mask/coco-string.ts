/**
 * @file The compressed form of run lengths in COCO files: a run is a number in base 32, low digits
 * first, two's complement, one printable character (48 to 111) each.
 *
 *     character − 48 =  1 more? │ 0 or 1 … 16 (sign, in the last one) … 1
 *                       bit 5     bits 4 to 0: five bits of the number
 *
 * From the fourth run on, what is written is the difference to the run before the previous one.
 * Source: cocodataset/cocoapi common/maskApi.c, `rleToString`, `rleFrString`.
 */
import type { ImageSize } from '../space'
import { maskFromCounts, maskProblem } from './mask'
import type { Mask, MaskResult } from './mask'

const FIRST = 48
const BASE = 32
const SIGN = 16
/** Seven digits hold 34 bits and a sign: more than any raster has. */
const MOST_DIGITS = 7
/** Runs before this one are written as they are. */
const FIRST_DIFFERENCE = 3

export function compressedFromMask({ counts }: Mask): string {
  let text = ''
  counts.forEach((count, i) => {
    let rest = i < FIRST_DIFFERENCE ? count : count - (counts[i - 2] ?? 0)
    for (;;) {
      const digit = ((rest % BASE) + BASE) % BASE
      rest = Math.floor(rest / BASE)
      const isLast = digit >= SIGN ? rest === -1 : rest === 0
      text += String.fromCharCode(FIRST + digit + (isLast ? 0 : BASE))
      if (isLast) return
    }
  })
  return text
}

/** Codes: `mask/bad-string`, and those of `maskFromCounts`. */
export function maskFromCompressed(text: string, size: ImageSize): MaskResult {
  const counts: number[] = []
  let [value, weight, digits] = [0, 1, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) - FIRST
    if (code < 0 || code >= 2 * BASE)
      return maskProblem('bad-string', `Character ${at} of the run lengths is none that COCO writes.`)
    value += (code % BASE) * weight
    weight *= BASE
    if (code >= BASE) {
      if (++digits === MOST_DIGITS) return maskProblem('bad-string', `The run at character ${at} is too long.`)
      continue
    }
    if (code >= SIGN) value -= weight
    counts.push(counts.length < FIRST_DIFFERENCE ? value : value + (counts.at(-2) ?? 0))
    ;[value, weight, digits] = [0, 1, 0]
  }
  if (weight !== 1) return maskProblem('bad-string', 'The run lengths end in the middle of a number.')
  return maskFromCounts(counts, size)
}
