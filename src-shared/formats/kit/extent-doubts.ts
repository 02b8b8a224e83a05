/**
 * @file What the boxes of one file say about its units (E1, E2), for formats that name images in any order: counted over
 * the file and told at its end; a box outside its image is told at once. Everything is read as written.
 */
import type { ImageSize, PixelBox } from '../../geometry/space'
import type { ImportIssue } from '../reading/item'
import type { BoxOrder } from './box-fields'
import { doubted } from './issue'
import type { Whereabouts } from './issue'

/** A border may be missed by so much of the image's side: what rounding in floating point does. */
const BORDER_TOLERANCE = 1e-6
/** Below this an image may well be covered by numbers from 0 to 1. */
const SMALLEST_SIDE_PX = 8
/** So much of a file must speak for a doubt about all of it. */
const MOST_OF = 0.9
/** One box outside may be careless drawing. */
const FEWEST_OUTSIDE = 2

/** Nearer to the left and upper edge a size is easily larger than a place. */
const FAR_FROM_EDGE = 8
/** So many boxes that may be corners, and none that may not, are no chance. */
const FEWEST_CORNERS = 8

const isWithin = (box: readonly number[], width: number, height: number): boolean => {
  const [x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN] = box
  return (
    x0 >= -BORDER_TOLERANCE * width &&
    y0 >= -BORDER_TOLERANCE * height &&
    x1 <= width * (1 + BORDER_TOLERANCE) &&
    y1 <= height * (1 + BORDER_TOLERANCE)
  )
}

export class BoxExtents {
  #seen = 0
  #fractions = 0
  #outside = 0
  #swapped = 0
  #otherOrder = 0
  /** Those of the fractions that are no whole pixel. */
  #tiny = 0
  /** Corners and sizes that would be two corners well inside the image, and such that would not. */
  #mayBeCorners = 0
  #areNoCorners = 0

  readonly file: string
  readonly order: BoxOrder

  constructor(file: string, order: BoxOrder) {
    this.file = file
    this.order = order
  }

  /** Corners in pixels. `isOurs`: Eyrie wrote the record, so its units are not in doubt. */
  see(corners: PixelBox, { width, height }: ImageSize, where: Whereabouts, isOurs = false): ImportIssue | null {
    const [x0, y0, x1, y1] = corners
    this.#seen++
    if (!isOurs && x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1 && Math.min(width, height) >= SMALLEST_SIDE_PX) {
      this.#fractions++
      if (!corners.every(Number.isInteger)) this.#tiny++
    }
    if (!isOurs && this.order === 'xywh') {
      if (x1 - x0 <= x0 || y1 - y0 <= y0) this.#areNoCorners++
      else if (x0 >= width / FAR_FROM_EDGE && y0 >= height / FAR_FROM_EDGE) this.#mayBeCorners++
    }
    if (isWithin(corners, width, height)) return null
    if (!isOurs) {
      this.#outside++
      if (width !== height && isWithin(corners, height, width)) this.#swapped++
      const other = this.order === 'xyxy' ? [x0, y0, x0 + x1, y0 + y1] : [x0, y0, x1 - x0, y1 - y0]
      if ((other[0] ?? 0) < (other[2] ?? 0) && (other[1] ?? 0) < (other[3] ?? 0) && isWithin(other, width, height))
        this.#otherOrder++
    }
    const message = `It reaches from (${x0}, ${y0}) to (${x1}, ${y1}), outside the image of ${width} × ${height} pixels.`
    return doubted(where, 'import/outside-image', message)
  }

  /** Once the file is read. */
  *issues(): Generator<ImportIssue> {
    const where = { file: this.file }
    const isMost = (count: number, of: number): boolean => count > 0 && count >= of * MOST_OF
    if (isMost(this.#fractions, this.#seen) || this.#tiny > 0) {
      const message = `${this.#fractions} of ${this.#seen} boxes lie between 0 and 1; they may be fractions, but were read as pixels.`
      yield doubted(where, 'import/maybe-normalized', message)
    }
    if (this.#mayBeCorners >= FEWEST_CORNERS && this.#areNoCorners === 0) {
      const message =
        'All boxes would be [left, top, right, bottom] as well; they were read as [left, top, width, height].'
      yield doubted(where, 'import/maybe-corners', message)
      return
    }
    if (this.#outside < FEWEST_OUTSIDE) return
    if (isMost(this.#swapped, this.#outside)) {
      const message = `${this.#swapped} of ${this.#outside} boxes outside their image would lie inside with x and y swapped; they were read as written.`
      yield doubted(where, 'import/maybe-swapped-axes', message)
    }
    if (this.order === 'xywh' && isMost(this.#otherOrder, this.#outside)) {
      const message = `${this.#otherOrder} of ${this.#outside} boxes outside their image would lie inside as [left, top, right, bottom]; they were read as [left, top, width, height].`
      yield doubted(where, 'import/maybe-corners', message)
    }
  }
}
