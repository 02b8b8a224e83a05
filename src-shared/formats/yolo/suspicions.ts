/**
 * @file What the rows of a YOLO data set say about themselves when they are seen together: numbers that were read as
 * centre and size and may be corners, and triangles that may be a box with a confidence and the number of a track, as
 * Ultralytics writes them (`save_txt`, `save_conf`).
 */
import { doubted } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import type { ImportIssue } from '../reading/item'
import type { Row } from './rows'

/** A few boxes outside may be careless drawing; from so many on, their shape says more. */
const FEWEST_OUTSIDE = 2
const MOST_OF = 0.9
/** What writing with six decimals does at the border. */
const BORDER_TOLERANCE = 1e-5
/** Nearer to the left and upper edge a size is easily larger than a place. */
const FAR_FROM_EDGE = 1 / 8
/** So many boxes that may be corners, and none that may not, are no chance. */
const FEWEST_CORNERS = 8
const TRIANGLE_NUMBERS = 6

export class RowSuspicions {
  #firstBox: Whereabouts | null = null
  #outside = 0
  #cornersOutside = 0
  /** Boxes that would be good corners, well inside the image, and boxes that would be none. */
  #mayBeCorners = 0
  #areNoCorners = 0
  #firstTrack: Whereabouts | null = null
  #tracks = 0
  /** Outlines that are no box with a confidence and a track. */
  #otherOutlines = 0

  see({ shape }: Row, text: string, where: Whereabouts): void {
    if (shape.type !== 'box' && shape.type !== 'polygon') return
    const numbers = text
      .trim()
      .split(/\s+/)
      .slice(1, 1 + TRIANGLE_NUMBERS + 1)
      .map(Number)
    if (shape.type === 'box') this.#seeBox(numbers, where)
    else if (mayBeTrack(numbers)) {
      this.#firstTrack ??= where
      this.#tracks++
    } else this.#otherOutlines++
  }

  #seeBox([x = NaN, y = NaN, c = NaN, d = NaN]: readonly number[], where: Whereabouts): void {
    this.#firstBox ??= where
    const areCorners = isWithin(x, y, c, d) && x < c && y < d
    if (!areCorners) this.#areNoCorners++
    else if (x >= FAR_FROM_EDGE && y >= FAR_FROM_EDGE) this.#mayBeCorners++
    if (isWithin(x - c / 2, y - d / 2, x + c / 2, y + d / 2)) return
    this.#outside++
    if (areCorners) this.#cornersOutside++
  }

  *issues(): Generator<ImportIssue> {
    if (this.#firstTrack !== null && this.#otherOutlines === 0) {
      const message = `${this.#tracks} rows may be a box, its confidence and the number of a track, as Ultralytics writes them; they were read as triangles.`
      yield doubted(this.#firstTrack, 'import/maybe-track', message)
    }
    if (this.#firstBox === null) return
    const where = { file: this.#firstBox.file }
    if (this.#outside >= FEWEST_OUTSIDE && this.#cornersOutside >= this.#outside * MOST_OF) {
      const message = `${this.#cornersOutside} of ${this.#outside} boxes outside their image would lie inside if their numbers were left, top, right, bottom; they were read as centre and size.`
      yield doubted(where, 'import/maybe-corners', message)
    } else if (this.#mayBeCorners >= FEWEST_CORNERS && this.#areNoCorners === 0) {
      const message = 'All boxes would be left, top, right, bottom as well; their numbers were read as centre and size.'
      yield doubted(where, 'import/maybe-corners', message)
    }
  }
}

const isWithin = (x0: number, y0: number, x1: number, y1: number): boolean =>
  x0 >= -BORDER_TOLERANCE && y0 >= -BORDER_TOLERANCE && x1 <= 1 + BORDER_TOLERANCE && y1 <= 1 + BORDER_TOLERANCE

/** A box within the image, a fraction, and a whole number from 1. */
function mayBeTrack(numbers: readonly number[]): boolean {
  if (numbers.length !== TRIANGLE_NUMBERS) return false
  const [x = NaN, y = NaN, width = NaN, height = NaN, confidence = NaN, track = NaN] = numbers
  const isBox = width > 0 && height > 0 && isWithin(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
  return isBox && confidence > 0 && confidence <= 1 && Number.isSafeInteger(track) && track >= 1
}
