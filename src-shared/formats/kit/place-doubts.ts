/**
 * @file What the numbers of one image say about themselves (E1, E2): places outside the image, x and y swapped,
 * fractions where pixels are expected. Read as they are; a person is told.
 */
import type { ImageSize, PixelPoint } from '../../geometry/space'
import type { ImportIssue } from '../reading/item'
import { doubted } from './issue'

/** A border may be missed by so much of the image's side: what rounding to some decimals does. */
const BORDER_TOLERANCE = 1e-6
/** Below this an image may well be covered by numbers from 0 to 1. */
const SMALLEST_SIDE_PX = 8

/** Pixels of a resized picture are no longer whole when they are counted on the image. */
const isAboutOne = (value: number): boolean => Math.abs(value - 1) < 0.05

interface Extent {
  readonly record: string
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

const isWithin = ({ x0, y0, x1, y1 }: Extent, width: number, height: number): boolean =>
  x0 >= -BORDER_TOLERANCE * width &&
  y0 >= -BORDER_TOLERANCE * height &&
  x1 <= width * (1 + BORDER_TOLERANCE) &&
  y1 <= height * (1 + BORDER_TOLERANCE)

export class PlaceDoubts {
  readonly #outside: Extent[] = []
  #seen = 0
  /** Regions between 0 and 1 that are no whole pixel, or the whole square. */
  #tiny = 0

  readonly size: ImageSize
  readonly file: string
  readonly #isSureOfUnits: boolean

  /** `isSureOfUnits`: Eyrie wrote the file, so its units and axes are not in doubt. */
  constructor(size: ImageSize, file: string, isSureOfUnits = false) {
    this.size = size
    this.file = file
    this.#isSureOfUnits = isSureOfUnits
  }

  /** Pixels, as the file means them. */
  see(record: string, points: readonly PixelPoint[]): void {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
    let isWhole = true
    for (const [x, y] of points) {
      ;[x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)]
      if (!Number.isInteger(x) || !Number.isInteger(y)) isWhole = false
    }
    if (x0 === Infinity) return
    this.#seen++
    // From 0 to 1 on both axes: one pixel in the corner, or far likelier all of the image.
    const isUnit = points.length > 1 && x0 === 0 && y0 === 0 && isAboutOne(x1) && isAboutOne(y1)
    if (isUnit || (!isWhole && x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1)) this.#tiny++
    const extent = { record, x0, y0, x1, y1 }
    if (!isWithin(extent, this.size.width, this.size.height)) this.#outside.push(extent)
  }

  /** Once the image is read. */
  issues(): readonly ImportIssue[] {
    const { size, file } = this
    const { width, height } = size
    const pixels = `${width} × ${height} pixels`
    const isTiny = !this.#isSureOfUnits && this.#tiny > 0
    const found: ImportIssue[] = []
    if (isTiny && Math.min(width, height) >= SMALLEST_SIDE_PX) {
      const message = `Of ${this.#seen} places, ${this.#tiny} lie between 0 and 1 in an image of ${pixels}; they may be fractions, but were read as pixels.`
      found.push(doubted({ file }, 'import/maybe-normalized', message))
    }
    const areSwapped =
      !this.#isSureOfUnits &&
      this.#outside.length > 0 &&
      width !== height &&
      this.#outside.every((extent) => isWithin(extent, height, width))
    if (areSwapped) {
      const message = `What lies outside the image of ${pixels} would lie inside with x and y swapped; it was read as written.`
      found.push(doubted({ file }, 'import/maybe-swapped-axes', message))
    }
    for (const { record, x0, y0, x1, y1 } of this.#outside) {
      const message = `It reaches from (${x0}, ${y0}) to (${x1}, ${y1}), outside the image of ${pixels}.`
      found.push(doubted({ file, record }, 'import/outside-image', message))
    }
    return found
  }
}
