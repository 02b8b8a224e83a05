import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitmapFromMask } from '../../../../src-shared/geometry/mask'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { createMaskReader } from './read-masks'

interface Map {
  readonly size: ImageSize
  readonly data: Float64Array
}

/** Bilinear without aligned corners, one step after the other, as it is described. */
function interpolated({ size, data }: Map, to: ImageSize): Map {
  const result = new Float64Array(to.width * to.height)
  const place = (target: number, from: number, length: number): readonly [number, number, number] => {
    const at = Math.max(0, ((target + 0.5) * from) / length - 0.5)
    const first = Math.min(from - 1, Math.floor(at))
    return [first, Math.min(from - 1, first + 1), at - first]
  }
  for (let y = 0; y < to.height; y++) {
    const [top, bottom, down] = place(y, size.height, to.height)
    for (let x = 0; x < to.width; x++) {
      const [left, right, across] = place(x, size.width, to.width)
      const row = (line: number): number =>
        (1 - across) * data[line * size.width + left]! + across * data[line * size.width + right]!
      result[y * to.width + x] = (1 - down) * row(top) + down * row(bottom)
    }
  }
  return { size: to, data: result }
}

function cut({ size, data }: Map, to: ImageSize): Map {
  const kept = new Float64Array(to.width * to.height)
  for (let y = 0; y < to.height; y++) kept.set(data.subarray(y * size.width, y * size.width + to.width), y * to.width)
  return { size: to, data: kept }
}

const side = fc.integer({ min: 1, max: 40 })
const sizes = fc.record({ width: side, height: side })

describe('a mask read in one step', () => {
  it('is the one that is enlarged, cut and brought to the picture step by step, for pictures of any size', () => {
    fc.assert(
      fc.property(
        fc.record({ grid: sizes, canvas: sizes, image: sizes, seed: fc.integer(), isSquashed: fc.boolean() }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        ({ grid, canvas, image, seed, isSquashed }, across, down) => {
          const shown = {
            width: Math.max(1, Math.round(canvas.width * across)),
            height: Math.max(1, Math.round(canvas.height * down))
          }
          const logits = Float32Array.from(
            { length: grid.width * grid.height },
            (_, i) => Math.sin(seed + i * 12.9898) * 9
          )
          const start = { size: grid, data: Float64Array.from(logits) }
          const expected = isSquashed
            ? interpolated(start, image)
            : interpolated(cut(interpolated(start, canvas), shown), image)
          const mask = createMaskReader({ grid, canvas, shown, image }, isSquashed)(logits)
          bitmapFromMask(mask).forEach((pixel, i) => {
            // Places are rounded to float32 on the way: what is nearly 0 may fall to either side.
            if (Math.abs(expected.data[i]!) > 1e-3) expect(pixel).toBe(expected.data[i]! > 0 ? 1 : 0)
          })
        }
      )
    )
  })
})
