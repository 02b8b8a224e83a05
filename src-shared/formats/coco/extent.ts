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

/** Nearer to the left and upper edge a size is easily larger than a place. */
const FAR_FROM_EDGE = 8
/** So many boxes that may be corners, and none that may not, are no chance. */
const FEWEST_CORNERS = 8
/** An area that is said and one that is multiplied may differ by rounding. */
const SAME_AREA = 1e-3
/** For each box whose area is that of its size, so many that are not. */
const FEW_OF = 4

const isFraction = ({ x0, y0, x1, y1 }: Extent): boolean => x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1

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
  /** Those of them that are no whole pixel. */
  #tiny = 0
  #outside = 0
  #swapped = 0
  #asCorners = 0
  /** Boxes that would be good corners, well inside the image, and boxes that would be none. */
  #mayBeCorners = 0
  #areNoCorners = 0
  /** Boxes whose area is that of corners, and of a size. */
  #areaOfCorners = 0
  #areaOfSize = 0
  /** Annotations whose keypoints are so near the corner that they may be fractions. */
  #fractionPoints = 0
  /** Eyrie wrote the file: what lies outside was outside before. */
  isSureOfUnits = false

  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  #seeBox([left = NaN, top = NaN, c = NaN, d = NaN]: readonly number[], area: unknown, size: ImageSize): void {
    if (c <= left || d <= top) this.#areNoCorners++
    else if (left >= size.width / FAR_FROM_EDGE && top >= size.height / FAR_FROM_EDGE) this.#mayBeCorners++
    if (typeof area !== 'number') return
    const isArea = (width: number, height: number): boolean => Math.abs(width * height - area) <= SAME_AREA * area
    if (isArea(c, d)) this.#areaOfSize++
    else if (c > left && d > top && isArea(c - left, d - top)) this.#areaOfCorners++
  }

  /** Of an annotation that has a box besides. */
  seeKeypoints(extent: Extent | null, box: Extent | null): void {
    if (extent === null || box === null || !isFraction(extent) || isFraction(box)) return
    const { x0, y0, x1, y1 } = extent
    if (![x0, y0, x1, y1].every(Number.isInteger)) this.#fractionPoints++
  }

  /** `bbox`: the numbers of a box as the file has them, where there is one; `area`: what the file says of it. */
  see(
    extent: Extent,
    bbox: readonly number[] | null,
    { width, height }: ImageSize,
    where: Whereabouts,
    area: unknown = null
  ): ImportIssue | null {
    const { x0, y0, x1, y1 } = extent
    this.#seen++
    if (isFraction(extent) && Math.min(width, height) >= SMALLEST_SIDE_PX) {
      this.#fractions++
      if (![x0, y0, x1, y1].every(Number.isInteger)) this.#tiny++
    }
    if (bbox !== null) this.#seeBox(bbox, area, { width, height })
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
    if (this.#fractionPoints > 0) {
      const message = `The keypoints of ${this.#fractionPoints} annotations lie between 0 and 1 and their boxes do not; they may be fractions, but were read as pixels.`
      yield doubted(where, 'import/maybe-normalized', message)
    }
    if (isMost(this.#fractions, this.#seen) || this.#tiny > 0) {
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
    } else if (this.#areaOfCorners > this.#areaOfSize * FEW_OF) {
      const message = `The area of ${this.#areaOfCorners} boxes is that of bbox as [left, top, right, bottom]; they were read as [left, top, width, height].`
      yield doubted(where, 'import/maybe-corners', message)
    } else if (this.#mayBeCorners >= FEWEST_CORNERS && this.#areNoCorners === 0 && this.#areaOfSize === 0) {
      const message = `All boxes would be [left, top, right, bottom] as well; they were read as [left, top, width, height].`
      yield doubted(where, 'import/maybe-corners', message)
    }
  }
}
