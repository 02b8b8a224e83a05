/** @file Masks against masks, by walking both run lists at once; no raster is ever made. */
import { assert } from '../../errors'
import { coverageOf, iouOf } from '../overlap/ratio'
import type { OverlapAreas } from '../overlap/ratio'
import { RunWriter, emptyMask, maskArea } from './mask'
import type { Mask } from './mask'

const assertSameSize = (a: Mask, b: Mask): void =>
  assert(
    a.size.width === b.size.width && a.size.height === b.size.height,
    `expected masks of one size, got ${a.size.width}×${a.size.height} and ${b.size.width}×${b.size.height}`
  )

/** Stretches in which neither mask changes, in order. */
function walk(a: Mask, b: Mask, visit: (inA: 0 | 1, inB: 0 | 1, length: number) => void): void {
  assertSameSize(a, b)
  let [i, k] = [0, 0]
  let [leftA, leftB] = [a.counts[0] ?? 0, b.counts[0] ?? 0]
  for (;;) {
    while (leftA === 0 && i + 1 < a.counts.length) leftA = a.counts[++i] ?? 0
    while (leftB === 0 && k + 1 < b.counts.length) leftB = b.counts[++k] ?? 0
    const length = Math.min(leftA, leftB)
    if (length === 0) return
    visit(i % 2 === 0 ? 0 : 1, k % 2 === 0 ? 0 : 1, length)
    leftA -= length
    leftB -= length
  }
}

function merged(a: Mask, b: Mask, isInside: (inA: 0 | 1, inB: 0 | 1) => 0 | 1): Mask {
  const runs = new RunWriter()
  walk(a, b, (inA, inB, length) => runs.add(isInside(inA, inB), length))
  return runs.mask(a.size)
}

/** In any of them. All of one size (`InvariantError`); at least one. */
export function uniteMasks(masks: readonly Mask[]): Mask {
  const [first, ...rest] = masks
  assert(first !== undefined, 'expected at least one mask')
  return rest.reduce((all, mask) => merged(all, mask, (a, b) => (a === 1 || b === 1 ? 1 : 0)), first)
}

/** In every one of them. All of one size (`InvariantError`); at least one. */
export function intersectMasks(masks: readonly Mask[]): Mask {
  const [first, ...rest] = masks
  assert(first !== undefined, 'expected at least one mask')
  return rest.reduce((all, mask) => merged(all, mask, (a, b) => (a === 1 && b === 1 ? 1 : 0)), first)
}

/** In `a` but not in `b`. */
export const subtractMask = (a: Mask, b: Mask): Mask => merged(a, b, (inA, inB) => (inA === 1 && inB === 0 ? 1 : 0))

export const invertMask = (mask: Mask): Mask =>
  subtractMask({ size: mask.size, counts: [0, ...emptyMask(mask.size).counts] }, mask)

/** Pixels inside both. */
export function intersectionArea(a: Mask, b: Mask): number {
  let area = 0
  walk(a, b, (inA, inB, length) => {
    if (inA === 1 && inB === 1) area += length
  })
  return area
}

const areasOf = (a: Mask, b: Mask): OverlapAreas => ({
  a: maskArea(a),
  b: maskArea(b),
  common: intersectionArea(a, b)
})

/** Intersection over union, 0..1; 0 when both are empty, never NaN. */
export const maskIou = (a: Mask, b: Mask): number => iouOf(areasOf(a, b))

/**
 * How much of `a` lies in `b`, 0..1; 0 when `a` is empty. With a detection as `a` and a crowd as `b` it is
 * what COCO calls the IoU with `iscrowd`.
 */
export const maskCoverage = (a: Mask, b: Mask): number => coverageOf(areasOf(a, b))
