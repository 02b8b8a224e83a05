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

/** Where each of `length` target positions is read: `reach` positions of the source with their weights. */
interface Reading {
  readonly length: number
  readonly reach: number
  /** `[length, reach]`, both. */
  readonly places: Int32Array
  readonly weights: Float64Array
}

const f32 = Math.fround

/** Bilinear from `from` to `to` positions; places are computed in float32, as the reference does. */
function stretched(from: number, to: number): Reading {
  const places = new Int32Array(to * 2)
  const weights = new Float64Array(to * 2)
  const scale = f32(from / to)
  for (let target = 0; target < to; target++) {
    const at = Math.max(0, f32(f32(scale * f32(target + 0.5)) - 0.5))
    const first = Math.min(from - 1, Math.floor(at))
    const share = f32(at - first)
    places.set([first, Math.min(from - 1, first + 1)], target * 2)
    weights.set([1 - share, share], target * 2)
  }
  return { length: to, reach: 2, places, weights }
}

/** `second` reads what `first` has written. */
function after(first: Reading, second: Reading): Reading {
  const reach = first.reach * second.reach
  const places = new Int32Array(second.length * reach)
  const weights = new Float64Array(second.length * reach)
  for (let target = 0; target < second.length; target++) {
    for (let i = 0; i < second.reach; i++) {
      const middle = second.places[target * second.reach + i] ?? 0
      const weight = second.weights[target * second.reach + i] ?? 0
      for (let k = 0; k < first.reach; k++) {
        places[target * reach + i * first.reach + k] = first.places[middle * first.reach + k] ?? 0
        weights[target * reach + i * first.reach + k] = weight * (first.weights[middle * first.reach + k] ?? 0)
      }
    }
  }
  return { length: second.length, reach, places, weights }
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
 * shows the picture, and the reference goes to its size in one step. Cost: about 10 ns per pixel of the picture.
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
    let run = 0
    const column = new Float64Array(grid.height)
    for (let x = 0; x < image.width; x++) {
      column.fill(0)
      for (let i = x * columns.reach; i < (x + 1) * columns.reach; i++) {
        const [place, weight] = [columns.places[i] ?? 0, columns.weights[i] ?? 0]
        if (weight === 0) continue
        for (let y = 0; y < grid.height; y++)
          column[y] = (column[y] ?? 0) + weight * (logits[y * grid.width + place] ?? 0)
      }
      for (let y = 0; y < image.height; y++) {
        let logit = 0
        for (let i = y * rows.reach; i < (y + 1) * rows.reach; i++)
          logit += (rows.weights[i] ?? 0) * (column[rows.places[i] ?? 0] ?? 0)
        if (logit > 0 !== value) {
          counts.push(run)
          run = 0
          value = !value
        }
        run++
      }
    }
    counts.push(run)
    const { mask } = maskFromCounts(counts, image)
    if (mask === null) throw new InvariantError('expected runs that fill the picture')
    return mask
  }
}
