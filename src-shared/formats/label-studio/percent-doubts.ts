/** @file What the percentages of one image say about themselves: outside, fractions or pixels instead. */
import type { AnnotationShape } from '../../geometry/region-shape'
import { doubted } from '../kit/issue'
import type { ImportIssue } from '../reading/item'
import { boundsOf } from '../round-trip/place'

const BORDER_TOLERANCE = 1e-6
/** A shape that is twice as far out as the image is large was hardly drawn there. */
const FAR_OUT = 3

interface Seen {
  readonly record: string
  readonly bounds: readonly [number, number, number, number]
}

export class PercentDoubts {
  readonly #seen: Seen[] = []

  /** Normalized. Masks cannot lie outside. */
  see(record: string, shape: AnnotationShape): void {
    if (shape.type === 'mask') return
    const bounds = boundsOf(shape)
    if (bounds !== null) this.#seen.push({ record, bounds })
  }

  /** `isSureOfUnits`: Eyrie wrote the file. */
  issues(file: string, task: string, isSureOfUnits: boolean): readonly ImportIssue[] {
    const found: ImportIssue[] = []
    const doubtUnits = (code: `import/${string}`, message: string): void => {
      if (!isSureOfUnits) found.push(doubted({ file, record: task }, code, message))
    }
    const largest = this.#seen.reduce((most, { bounds }) => Math.max(most, bounds[2], bounds[3]), 0)
    if (largest > 0 && largest <= 0.01)
      doubtUnits(
        'import/maybe-normalized',
        'All its numbers are between 0 and 1; they may be fractions, but were read as percent.'
      )
    if (largest >= FAR_OUT)
      doubtUnits(
        'import/maybe-pixels',
        `Its numbers reach ${Math.round(largest * 100)}; they may be pixels, but were read as percent.`
      )
    for (const { record, bounds } of this.#seen) {
      const [x0, y0, x1, y1] = bounds
      const isInside =
        x0 >= -BORDER_TOLERANCE && y0 >= -BORDER_TOLERANCE && x1 <= 1 + BORDER_TOLERANCE && y1 <= 1 + BORDER_TOLERANCE
      if (isInside) continue
      const percents = bounds.map((value) => Number((value * 100).toFixed(2)))
      const message = `It reaches from (${percents[0]}, ${percents[1]}) to (${percents[2]}, ${percents[3]}) percent, outside the image.`
      found.push(doubted({ file, record }, 'import/outside-image', message))
    }
    return found
  }
}
