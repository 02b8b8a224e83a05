/**
 * @file What the numbers of a COCO file say about themselves (E1, E2). Annotations come in no order of images, so what
 * concerns the whole file is counted and told at its end; a region outside its image is told at once.
 */
import type { ImageSize } from '../../geometry/space'
import { doubted } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import type { ImportIssue } from '../reading/item'

/** The smallest box around, in pixels of the upright image. */
export interface Extent {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** A border may be missed by so much of the image's side: what rounding in floating point does. */
const BORDER_TOLERANCE = 1e-6
/** Below this an image may well be covered by numbers from 0 to 1. */
const SMALLEST_SIDE_PX = 8
/** So much of a file must speak for a doubt about all of it. */
const MOST_OF = 0.9
/** A few boxes outside may be careless drawing; from so many on, their shape says more. */
const FEWEST_OUTSIDE = 2

const isWithin = ({ x0, y0, x1, y1 }: Extent, width: number, height: number): boolean =>
  x0 >= -BORDER_TOLERANCE * width &&
  y0 >= -BORDER_TOLERANCE * height &&
  x1 <= width * (1 + BORDER_TOLERANCE) &&
  y1 <= height * (1 + BORDER_TOLERANCE)

export const overlapOfUnion = (a: Extent, b: Extent): number => {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0)
  const both = width > 0 && height > 0 ? width * height : 0
  const union = (a.x1 - a.x0) * (a.y1 - a.y0) + (b.x1 - b.x0) * (b.y1 - b.y0) - both
  return union > 0 ? both / union : 1
}

export class ExtentDoubts {
  #seen = 0
  #fractions = 0
  #outside = 0
  #swapped = 0
  #asCorners = 0
  /** Eyrie wrote the file: what lies outside was outside before. */
  isSureOfUnits = false

  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  /** `bbox`: the numbers of a box as the file has them, where there is one. */
  see(
    extent: Extent,
    bbox: readonly number[] | null,
    { width, height }: ImageSize,
    where: Whereabouts
  ): ImportIssue | null {
    const { x0, y0, x1, y1 } = extent
    this.#seen++
    if (x1 <= 1 && y1 <= 1 && x0 >= 0 && y0 >= 0 && Math.min(width, height) >= SMALLEST_SIDE_PX) this.#fractions++
    if (isWithin(extent, width, height)) return null
    this.#outside++
    if (width !== height && isWithin(extent, height, width)) this.#swapped++
    if (bbox !== null) {
      const [left = NaN, top = NaN, right = NaN, bottom = NaN] = bbox
      if (left < right && top < bottom && isWithin({ x0: left, y0: top, x1: right, y1: bottom }, width, height))
        this.#asCorners++
    }
    const message = `It reaches from (${x0}, ${y0}) to (${x1}, ${y1}), outside the image of ${width} × ${height} pixels.`
    return doubted(where, 'import/outside-image', message)
  }

  /** Once the file is read. */
  *issues(): Generator<ImportIssue> {
    if (this.isSureOfUnits) return
    const where = { file: this.file }
    const isMost = (count: number, of: number): boolean => count > 0 && count >= of * MOST_OF
    if (isMost(this.#fractions, this.#seen)) {
      const message = `${this.#fractions} of ${this.#seen} regions lie between 0 and 1; they may be fractions, but were read as pixels.`
      yield doubted(where, 'import/maybe-normalized', message)
    }
    if (this.#outside >= FEWEST_OUTSIDE && isMost(this.#swapped, this.#outside)) {
      const message = `${this.#swapped} of ${this.#outside} regions outside their image would lie inside with x and y swapped; they were read as written.`
      yield doubted(where, 'import/maybe-swapped-axes', message)
    }
    if (this.#outside >= FEWEST_OUTSIDE && isMost(this.#asCorners, this.#outside)) {
      const message = `${this.#asCorners} of ${this.#outside} boxes outside their image would lie inside if bbox were [left, top, right, bottom]; they were read as [left, top, width, height].`
      yield doubted(where, 'import/maybe-corners', message)
    }
  }
}
