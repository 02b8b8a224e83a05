/** @file `segmentation` of an annotation: outlines or run lengths. */
import { boundsOfMask, compressedFromMask, maskFromCompressed, maskFromCounts } from '../../geometry/mask'
import { normalizedPointsFromPixels } from '../../geometry/convert'
import type { MaskShape, MultipolygonShape, PolygonShape } from '../../geometry/region-shape'
import type { ImageSize } from '../../geometry/space'
import { isObject, nameValue, own } from '../kit/json-fields'
import { MOST_MASK_PIXELS } from '../kit/mask-shapes'
import { NumberList } from '../reading/number-list'
import type { PixelRing } from '../reading/outlines'
import type { Extent } from './extent'
import { isSide } from '../kit/sides'

/** Something about a segmentation that a person should know; `code` without `import/`. */
export interface Finding {
  readonly code: 'bad-outline' | 'bad-mask' | 'flat-outline' | 'mask-size'
  readonly message: string
}

export interface Segmentation {
  /** Outlines, at least one; null: it has none that can be read, or is a mask. */
  readonly rings: readonly PixelRing[] | null
  readonly mask: MaskShape | null
  readonly extent: Extent | null
  readonly finding: Finding | null
}

const failed = (code: Finding['code'], message: string): Segmentation => ({
  rings: null,
  mask: null,
  extent: null,
  finding: { code, message }
})

/** null: there is none, as for boxes. */
export function readSegmentation(value: unknown, size: ImageSize): Segmentation | null {
  if (value === undefined || value === null) return null
  if (Array.isArray(value)) return value.length === 0 ? null : readOutlines(value)
  if (isObject(value)) return readRunLengths(value, size)
  return failed('bad-outline', `Its segmentation should be outlines or run lengths, not ${nameValue(value)}.`)
}

interface Growing {
  x0: number
  y0: number
  x1: number
  y1: number
}

function readOutlines(value: readonly unknown[]): Segmentation {
  const isFlat = typeof value[0] === 'number'
  const extent: Growing = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }
  let rings: PixelRing[] | null = null
  let problem: string | null = null
  for (let i = 0; i < (isFlat ? 1 : value.length); i++) {
    const ring = readRing(isFlat ? value : value[i], extent)
    if (typeof ring === 'string') problem ??= ring
    // Most have one: a list that is pushed to takes room for seventeen.
    else if (rings === null) rings = [ring]
    else rings.push(ring)
  }
  if (rings === null) return failed('bad-outline', `Its outline cannot be read: ${problem ?? 'it is empty'}.`)
  const finding: Finding | null =
    problem !== null
      ? { code: 'bad-outline', message: `One of its ${value.length} outlines is left out: ${problem}.` }
      : isFlat
        ? { code: 'flat-outline', message: 'Its segmentation is one list of numbers; it was read as one outline.' }
        : null
  return { rings, mask: null, extent, finding }
}

export function shapeOfRings(rings: readonly PixelRing[], size: ImageSize): PolygonShape | MultipolygonShape {
  const [first = [], ...others] = rings.map(({ numbers, start, corners }) =>
    normalizedPointsFromPixels(Array.prototype.slice.call(numbers, start, start + corners * 2) as number[], size)
  )
  return others.length === 0 ? { type: 'polygon', points: first } : { type: 'multipolygon', rings: [first, ...others] }
}

/** A text says what is wrong with it. Millions of numbers pass here: one look at each. */
function readRing(value: unknown, extent: Growing): PixelRing | string {
  const isList = value instanceof NumberList
  if (!isList && !Array.isArray(value)) return `an outline should be a list of numbers, not ${nameValue(value)}`
  const numbers = (isList ? value.block : value) as ArrayLike<unknown>
  const start = isList ? value.start : 0
  const length = isList ? value.length : (value as readonly unknown[]).length
  if (length % 2 === 1) return `an outline has ${length} numbers, which are no pairs`
  let { x0, y0, x1, y1 } = extent
  for (let i = 0; i < length; i += 2) {
    const x = numbers[start + i]
    const y = numbers[start + i + 1]
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
      return `point ${i / 2} of an outline should be two numbers, not ${nameValue(x)} and ${nameValue(y)}`
    if (x < x0) x0 = x
    if (x > x1) x1 = x
    if (y < y0) y0 = y
    if (y > y1) y1 = y
  }
  const end = start + length
  const isClosed = length > 2 && numbers[start] === numbers[end - 2] && numbers[start + 1] === numbers[end - 1]
  const corners = length / 2 - (isClosed ? 1 : 0)
  if (corners < 3) return `an outline has ${corners} corners`
  ;[extent.x0, extent.y0, extent.x1, extent.y1] = [x0, y0, x1, y1]
  return { numbers: numbers as ArrayLike<number>, start, corners }
}

function readRunLengths(value: Readonly<Record<string, unknown>>, size: ImageSize): Segmentation {
  const counts = own(value, 'counts')
  const written = own(value, 'size')
  const [height, width]: readonly unknown[] = Array.isArray(written) && written.length === 2 ? written : []
  if (!isSide(height) || !isSide(width))
    return failed('bad-mask', `The size of its mask should be [height, width], not ${nameValue(written)}.`)
  if (width * height > MOST_MASK_PIXELS)
    return failed('bad-mask', `Its mask has ${width} × ${height} pixels; at most ${MOST_MASK_PIXELS} are read.`)
  const raster = { width, height }
  const strange = Array.isArray(counts) ? counts.find((count) => typeof count !== 'number') : undefined
  if (strange !== undefined) return failed('bad-mask', `Its counts should be whole numbers, not ${nameValue(strange)}.`)
  const { mask, diagnostic } =
    typeof counts === 'string'
      ? maskFromCompressed(counts, raster)
      : Array.isArray(counts)
        ? maskFromCounts(counts as readonly number[], raster)
        : { mask: null, diagnostic: { message: `Its counts should be a text or a list, not ${nameValue(counts)}.` } }
  if (mask === null) return failed('bad-mask', `Its mask cannot be read. ${diagnostic.message}`)
  const bounds = boundsOfMask(mask)
  if (bounds === null) return failed('bad-mask', 'Its mask is empty.')
  const isFull = width === size.width && height === size.height
  const [sx, sy] = [size.width / width, size.height / height]
  const message = `Its mask counts on ${width} × ${height} pixels, the image has ${size.width} × ${size.height}; it is stretched over the image.`
  return {
    rings: null,
    mask: { type: 'mask', size: raster, counts: compressedFromMask(mask) },
    extent: { x0: bounds[0] * sx, y0: bounds[1] * sy, x1: bounds[2] * sx, y1: bounds[3] * sy },
    finding: isFull ? null : { code: 'mask-size', message }
  }
}
