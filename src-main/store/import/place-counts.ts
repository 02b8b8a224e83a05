/**
 * @file What the places of an import say of themselves as a whole (E1, E2): how many regions reach beyond their image or
 * have no area, and whether they look like fractions read as pixels, or like x and y swapped.
 */
import type { ImageSize, NormalizedBox } from '../../../src-shared/geometry/space'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { IssueGroup } from '../../../src-shared/formats/reading/issue-tally'

/** Fractions of the image's side: what rounding to some decimals does to a border. */
const BORDER_TOLERANCE = 1e-6
/** Below this an image may well be covered by numbers from 0 to 1. */
const SMALLEST_SIDE_PX = 8

const HAS_AREA: Readonly<Record<RegionShape['type'], boolean>> = {
  box: true,
  point: false,
  quad: true,
  polygon: true,
  polyline: false,
  multipolygon: true,
  mask: true,
  keypoints: false
}

export class PlaceCounts {
  outside = 0
  withoutArea = 0
  #seen = 0
  #tiny = 0
  #allWhole = true
  #swapped = 0
  readonly #firstTiny: string[] = []
  readonly #firstSwapped: string[] = []

  /** `size` in upright pixels, null when nobody knows. */
  see(
    type: RegionShape['type'],
    [x0, y0, x1, y1]: NormalizedBox,
    size: ImageSize | null,
    record: string | number
  ): void {
    if (HAS_AREA[type] && (x0 === x1 || y0 === y1)) this.withoutArea += 1
    const [left, right] = x0 < x1 ? [x0, x1] : [x1, x0]
    const [top, bottom] = y0 < y1 ? [y0, y1] : [y1, y0]
    const isOutside =
      left < -BORDER_TOLERANCE ||
      top < -BORDER_TOLERANCE ||
      right > 1 + BORDER_TOLERANCE ||
      bottom > 1 + BORDER_TOLERANCE
    if (isOutside) this.outside += 1
    if (size === null) return
    const { width, height } = size
    const [xPx, yPx] = [right * width, bottom * height]
    if (Math.min(width, height) >= SMALLEST_SIDE_PX) {
      this.#seen += 1
      if (xPx <= 1 && yPx <= 1 && left >= 0 && top >= 0) {
        this.#tiny += 1
        if (!isWhole(xPx) || !isWhole(yPx)) this.#allWhole = false
        note(this.#firstTiny, record)
      }
    }
    const tolerance = 1 + BORDER_TOLERANCE
    const fitsSwapped = left >= 0 && top >= 0 && xPx <= height * tolerance && yPx <= width * tolerance
    if (isOutside && width !== height && fitsSwapped) {
      this.#swapped += 1
      note(this.#firstSwapped, record)
    }
  }

  /** Of the whole; a reader that knows more says so of each image. */
  doubts(): readonly IssueGroup[] {
    const found: IssueGroup[] = []
    if (this.#seen > 0 && this.#tiny === this.#seen && !this.#allWhole) {
      found.push(
        doubt(
          'import/maybe-normalized',
          this.#tiny,
          this.#firstTiny,
          'All coordinates lie in the first pixel of their images; they may be fractions, but were read as pixels.'
        )
      )
    }
    if (this.#swapped > 0 && this.#swapped === this.outside) {
      found.push(
        doubt(
          'import/maybe-swapped-axes',
          this.#swapped,
          this.#firstSwapped,
          'All that lies outside its image would lie inside with x and y swapped; it was read as written.'
        )
      )
    }
    return found
  }
}

const MAX_NOTED = 5
const note = (list: string[], record: string | number): void =>
  void (list.length < MAX_NOTED && list.push(String(record)))
const isWhole = (px: number): boolean => Math.abs(px - Math.round(px)) < 1e-9

const doubt = (code: string, count: number, records: readonly string[], message: string): IssueGroup => ({
  severity: 'doubt',
  code,
  count,
  examples: records.map((record) => ({ file: '', line: null, record, message }))
})
