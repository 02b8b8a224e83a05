/** @file Counts of one export. Memory does not grow with the number of documents. */
import type { Loss } from '../dialects/dialect'
import type { ImageRecord } from '../document/records'
import type { ExportCounts, ExportLoss, ExportSummary } from './format'

interface LossCount {
  count: number
  readonly first: Loss
  readonly where: string
}

export class Tally {
  readonly #counts: { -readonly [K in keyof ExportCounts]: number } = {
    images: 0,
    regions: 0,
    dialogues: 0,
    turns: 0,
    records: 0
  }
  readonly #skipped = new Map<string, number>()
  readonly #losses = new Map<string, LossCount>()

  count(what: keyof ExportCounts, by = 1): void {
    this.#counts[what] += by
  }

  /** Something is left out; `reason` is a code that the window translates. */
  skip(reason: string, by = 1): void {
    if (by > 0) this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + by)
  }

  lose(loss: Loss, image: ImageRecord): void {
    const known = this.#losses.get(loss.code)
    if (known === undefined) this.#losses.set(loss.code, { count: 1, first: loss, where: image.relativePath })
    else known.count++
  }

  summary(): ExportSummary {
    const losses = [...this.#losses].map(([code, { count, first, where }]): ExportLoss => {
      const message = `${first.message} ${count === 1 ? 'Once' : `${count} times`}; first in ${where}.`
      return { code, message, path: first.path, count }
    })
    const skipped = [...this.#skipped].map(([reason, count]) => ({ reason, count }))
    return { counts: { ...this.#counts }, skipped, losses }
  }
}
