/**
 * @file The ways pictures are made ready for a network, each with the rounding of the code that does it.
 * Sizes and offsets in whole pixels; a side never falls below 1, where the sources fail or leave an empty picture.
 */
import { assert } from '../../errors'
import { squareCanvas } from '../convert'
import { roundTiesToEven } from '../round'
import type { ImageSize, PixelBox } from '../space'
import { isExifOrientation } from './step'
import type { ViewStep, WindowStep } from './step'
import type { RasterSpace, ViewTransform } from './transform'

/** A transform of an upright picture into a view, by the given steps. */
export const viewOf = (source: ImageSize, ...steps: readonly ViewStep[]): ViewTransform<'pixel', 'view'> => ({
  from: 'pixel',
  to: 'view',
  source,
  steps
})

/**
 * From the pixels of a file to the upright picture. `stored` is the size in the file; an orientation
 * that EXIF does not know counts as 1, as viewers do.
 */
export const uprightFromStored = (stored: ImageSize, orientation: number): ViewTransform<'stored', 'pixel'> => ({
  from: 'stored',
  to: 'pixel',
  source: stored,
  steps: [{ type: 'orient', orientation: isExifOrientation(orientation) ? orientation : 1 }]
})

/** Where the picture lies on the square it is padded to. */
export type SquarePlacement =
  /** Offsets `(long − short) // 2`, the larger half right or bottom: Shikra, LLaVA, All-Seeing v2 (`squareCanvas`). */
  | 'centre'
  /** All of the margin right or bottom: Pix2Seq, OWLv2. */
  | 'top-left'

/** A square with the side of the longer one. */
export function padToSquare(size: ImageSize, placement: SquarePlacement): WindowStep {
  const { side, left, top } = squareCanvas(size)
  const [x, y] = placement === 'centre' ? [0 - left, 0 - top] : [0, 0]
  return { type: 'window', left: x, top: y, width: side, height: side }
}

/** Both sides to the given size, whatever the aspect: Qwen-VL, Kosmos-2, Florence-2. */
export const squash = (target: ImageSize): ViewStep => ({ type: 'resize', ...target })

/** How code gets from the side that is asked for to the other one. */
export interface SideRule {
  readonly rounding: 'truncate' | 'half-even' | 'half-up' | 'ceil'
  /** What is divided first; the results differ in the last bit, and then by a pixel. */
  readonly order: 'side*other/given' | 'other*(side/given)' | 'side*(other/given)'
}
/** `int(size * long / short)`. Source: pytorch/vision torchvision/transforms/functional.py, `_compute_resized_output_size`; transformers `get_resize_output_image_size`. */
export const TORCHVISION_SIDE: SideRule = { rounding: 'truncate', order: 'side*other/given' }
/** `int(side * (size / long) + 0.5)`. Source: facebookresearch/segment-anything segment_anything/utils/transforms.py, `get_preprocess_shape`. */
export const SEGMENT_ANYTHING_SIDE: SideRule = { rounding: 'half-up', order: 'other*(side/given)' }
/** `round(height / width * size)`. Source: Pillow `ImageOps.contain`. */
export const PILLOW_SIDE: SideRule = { rounding: 'half-even', order: 'side*(other/given)' }

const ROUND: Readonly<Record<SideRule['rounding'], (value: number) => number>> = {
  truncate: Math.trunc,
  'half-even': roundTiesToEven,
  'half-up': (value) => Math.floor(value + 0.5),
  ceil: Math.ceil
}
function otherSide(side: number, given: number, other: number, { rounding, order }: SideRule): number {
  const exact =
    order === 'side*other/given'
      ? (side * other) / given
      : order === 'other*(side/given)'
        ? other * (side / given)
        : side * (other / given)
  return Math.max(1, ROUND[rounding](exact))
}

const isSide = (side: number): boolean => Number.isInteger(side) && side > 0

/** The shorter side becomes `side`, the aspect stays. */
export function resizeShortestSide({ width, height }: ImageSize, side: number, rule = TORCHVISION_SIDE): ViewStep {
  assert(isSide(side), `expected a side in whole pixels, got ${side}`)
  return width <= height
    ? { type: 'resize', width: side, height: otherSide(side, width, height, rule) }
    : { type: 'resize', width: otherSide(side, height, width, rule), height: side }
}

/** The longer side becomes `side`, the aspect stays. */
export function resizeLongestSide({ width, height }: ImageSize, side: number, rule = TORCHVISION_SIDE): ViewStep {
  assert(isSide(side), `expected a side in whole pixels, got ${side}`)
  return width >= height
    ? { type: 'resize', width: side, height: otherSide(side, width, height, rule) }
    : { type: 'resize', width: otherSide(side, height, width, rule), height: side }
}

/** How code rounds `(side − crop) / 2`, which is negative where the crop is larger than the picture. */
export type CentreRule =
  /** `round` where it cuts, `//` where it pads. Source: torchvision `center_crop`. */
  | 'torchvision'
  /** `//`; the odd pixel of a margin left or top. Source: transformers image_transforms.py, `center_crop`. */
  | 'transformers'
  /** `int`; the odd pixel of a margin right or bottom. Source: transformers image_processing_backends, `TorchvisionBackend.center_crop`. */
  | 'transformers-fast'

function centreOffset(side: number, crop: number, rule: CentreRule): number {
  const half = (side - crop) / 2
  if (rule === 'transformers') return Math.floor(half)
  const offset = rule === 'torchvision' && half >= 0 ? roundTiesToEven(half) : Math.trunc(half)
  return offset === 0 ? 0 : offset
}

/** The middle of the picture; where it is larger than the picture, the picture is in its middle. */
export const centreCrop = (size: ImageSize, crop: ImageSize, rule: CentreRule): WindowStep => ({
  type: 'window',
  left: centreOffset(size.width, crop.width, rule),
  top: centreOffset(size.height, crop.height, rule),
  ...crop
})

/** What the box holds; its corners must be ordered and apart, and may lie outside the picture. */
export function cropTo(box: PixelBox): WindowStep {
  const [left, top, right, bottom] = box
  assert(left < right && top < bottom, `expected a crop with an area, got ${JSON.stringify(box)}`)
  return { type: 'window', left, top, width: right - left, height: bottom - top }
}

/** Adds a step to the end. */
export const withSteps = <From extends RasterSpace, To extends RasterSpace>(
  transform: ViewTransform<From, To>,
  ...steps: readonly ViewStep[]
): ViewTransform<From, To> => ({ ...transform, steps: [...transform.steps, ...steps] })
