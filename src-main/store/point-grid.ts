/**
 * @file Points that a file gave in pixels with a few decimals, as whole numbers: the steps from one to the next take two
 * bytes where a 64-bit float takes eight. Exact: what would not come back to the last bit is not packed.
 *
 *     normalized = whole / 10 ** decimals / side        as `normalizedFromPixel` makes it of the decimal in the file
 */
import type { ImageSize } from '../../src-shared/geometry/space'

export interface PointGrid extends ImageSize {
  /** Of a pixel. */
  readonly decimals: number
}

/** COCO writes two; with four, all that write three are there too. */
const DECIMALS = [2, 4] as const
const MOST_DECIMALS = 9
/** So that the difference of two fits into 31 bits. */
const MOST_WHOLE = 2 ** 29
/** Of one number, packed. */
export const MOST_PACKED_BYTES = 5

/** Where the bytes end that were written from `at` on, and the grid; null: the points lie on none that was tried. */
export function packPoints(
  points: Float64Array,
  { width, height }: ImageSize,
  into: Uint8Array,
  at: number
): { readonly end: number; readonly grid: PointGrid } | null {
  for (const decimals of DECIMALS) {
    const end = packOn(points, width, height, 10 ** decimals, into, at)
    if (end !== -1) return { end, grid: { decimals, width, height } }
  }
  return null
}

/** Where the bytes end; -1: a point is not on the grid. */
function packOn(
  points: Float64Array,
  width: number,
  height: number,
  scale: number,
  into: Uint8Array,
  start: number
): number {
  let at = start
  let lastX = 0
  let lastY = 0
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] as number
    const y = points[i + 1] as number
    const wholeX = Math.round(x * width * scale)
    const wholeY = Math.round(y * height * scale)
    // NaN is neither.
    if (!(Math.abs(wholeX) < MOST_WHOLE && Math.abs(wholeY) < MOST_WHOLE)) return -1
    if (wholeX / scale / width !== x || wholeY / scale / height !== y) return -1
    at = putStep((wholeX - lastX) | 0, into, at)
    at = putStep((wholeY - lastY) | 0, into, at)
    lastX = wholeX
    lastY = wholeY
  }
  return at
}

/** Seven bits a byte, the lowest first; small steps to either side are small numbers. */
function putStep(step: number, into: Uint8Array, start: number): number {
  let at = start
  let rest = ((step << 1) ^ (step >> 31)) >>> 0
  while (rest > 0x7f) {
    into[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  into[at++] = rest
  return at
}

/** `count` points; null: the bytes are not exactly those. */
export function unpackPoints(bytes: Uint8Array, count: number, grid: PointGrid): Float64Array<ArrayBuffer> | null {
  // Each number takes a byte or more: whatever a damaged row says, no more memory is asked for than it has bytes.
  if (count * 2 > bytes.length) return null
  const points = new Float64Array(count * 2)
  const scale = 10 ** grid.decimals
  const sides = [grid.width, grid.height] as const
  const last = [0, 0]
  let at = 0
  for (let i = 0; i < points.length; i += 1) {
    const axis = (i & 1) as 0 | 1
    let packed = 0
    let shift = 0
    for (;;) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 28) return null
      packed |= (byte & 0x7f) << shift
      shift += 7
      if (byte < 0x80) break
    }
    const whole = (last[axis] ?? 0) + ((packed >>> 1) ^ -(packed & 1))
    last[axis] = whole
    points[i] = whole / scale / sides[axis]
  }
  return at === bytes.length ? points : null
}

const isSide = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/** [decimals, width, height] as they stand in a row; null: they are no grid. */
export function pointGridOf(parts: readonly unknown[]): PointGrid | null {
  const [decimals, width, height, ...more] = parts
  const isKnown = Number.isInteger(decimals) && (decimals as number) >= 0 && (decimals as number) <= MOST_DECIMALS
  return isKnown && isSide(width) && isSide(height) && more.length === 0
    ? { decimals: decimals as number, width, height }
    : null
}
