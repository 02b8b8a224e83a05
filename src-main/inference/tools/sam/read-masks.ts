/**
 * @file From the decoder's map of logits, which covers the whole canvas on a coarse grid, to pixels of the
 * picture: enlarged to the canvas, cut to the part that shows the picture, brought to the picture's size;
 * inside is what is above 0. The steps are linear along each axis, so they are one here.
 * Source: `post_process_masks` of SamImageProcessor and Sam2ImageProcessorFast in transformers 4.57, and the
 * description of bilinear `interpolate` without aligned corners in PyTorch.
 */
import { maskFromCounts } from '../../../../src-shared/geometry/mask'
import type { Mask } from '../../../../src-shared/geometry/mask'
import { InvariantError } from '../../../../src-shared/errors'
import type { ImageSize } from '../../../../src-shared/geometry/space'

/** Where each target position is read: `reach` positions of the source from `starts` on, with their weights. */
interface Reading {
  readonly reach: number
  /** `[targets]`; every one of them leaves room for `reach` positions where the source has as many. */
  readonly starts: Int32Array
  /** `[targets, reach]`. */
  readonly weights: Float64Array
}

const f32 = Math.fround

/** Bilinear from `from` to `to` positions; places are computed in float32, as the reference does. */
function stretched(from: number, to: number): Reading {
  const starts = new Int32Array(to)
  const weights = new Float64Array(to * 2)
  const scale = f32(from / to)
  for (let target = 0; target < to; target++) {
    const at = Math.max(0, f32(f32(scale * f32(target + 0.5)) - 0.5))
    const first = Math.min(from - 1, Math.floor(at))
    const share = first === from - 1 ? 0 : f32(at - first)
    starts[target] = first
    weights[target * 2] = 1 - share
    weights[target * 2 + 1] = share
  }
  return { reach: 2, starts, weights }
}

/** `second` reads what `first` has written. */
function after(first: Reading, second: Reading): Reading {
  const targets = second.starts.length
  const last = first.starts.length - 1
  const startOf = (middle: number): number => first.starts[Math.min(last, middle)] ?? 0
  const spans = Array.from(second.starts, (middle) => startOf(middle + second.reach - 1) - startOf(middle))
  const reach = first.reach + spans.reduce((most, span) => Math.max(most, span), 0)
  const starts = Int32Array.from(second.starts, startOf)
  const weights = new Float64Array(targets * reach)
  for (let target = 0; target < targets; target++) {
    for (let i = 0; i < second.reach; i++) {
      const middle = Math.min(last, (second.starts[target] ?? 0) + i)
      const weight = second.weights[target * second.reach + i] ?? 0
      const offset = target * reach + startOf(middle) - (starts[target] ?? 0)
      for (let k = 0; k < first.reach; k++)
        weights[offset + k] = (weights[offset + k] ?? 0) + weight * (first.weights[middle * first.reach + k] ?? 0)
    }
  }
  return { reach, starts, weights }
}

export interface MaskGrid {
  /** Of the map of logits. */
  readonly grid: ImageSize
  readonly canvas: ImageSize
  /** Part of the canvas, from its top left corner, that shows the picture. */
  readonly shown: ImageSize
  readonly image: ImageSize
}

function axis(grid: number, canvas: number, shown: number, image: number, isSquashed: boolean): Reading {
  return isSquashed ? stretched(grid, image) : after(stretched(grid, canvas), stretched(shown, image))
}

/**
 * Reads masks of one picture from maps of one grid, float32 `[grid height, grid width]`. `isSquashed`: the whole canvas
 * shows the picture, and the reference goes to its size in one step.
 */
export function createMaskReader(
  { grid, canvas, shown, image }: MaskGrid,
  isSquashed: boolean
): (logits: Float32Array) => Mask {
  const columns = axis(grid.width, canvas.width, shown.width, image.width, isSquashed)
  const rows = axis(grid.height, canvas.height, shown.height, image.height, isSquashed)
  return (logits) => {
    const counts: number[] = []
    let value = false
    let begun = 0
    // Places behind the end of a column have no weight, and must be numbers all the same.
    const column = new Float64Array(grid.height + rows.reach)
    const { starts, weights, reach } = rows
    const { height } = image
    for (let x = 0; x < image.width; x++) {
      readColumn(logits, grid, columns, x, column)
      for (let y = 0, weight = 0; y < height; y++) {
        const start = starts[y]!
        let logit = 0
        for (let i = 0; i < reach; i++, weight++) logit += weights[weight]! * column[start + i]!
        if (logit > 0 !== value) {
          counts.push(x * height + y - begun)
          begun = x * height + y
          value = !value
        }
      }
    }
    counts.push(image.width * height - begun)
    const { mask } = maskFromCounts(counts, image)
    if (mask === null) throw new InvariantError('expected runs that fill the picture')
    return mask
  }
}

/** One column of the picture, at the heights of the grid. */
function readColumn(logits: Float32Array, grid: ImageSize, columns: Reading, x: number, column: Float64Array): void {
  column.fill(0)
  for (let i = 0; i < columns.reach; i++) {
    const weight = columns.weights[x * columns.reach + i] ?? 0
    const place = (columns.starts[x] ?? 0) + i
    if (weight === 0 || place >= grid.width) continue
    for (let y = 0; y < grid.height; y++) column[y] = column[y]! + weight * logits[y * grid.width + place]!
  }
}
