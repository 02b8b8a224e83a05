/**
 * @file What a person should decide about a file whose regions are spelled in its texts, each said once for each file:
 * that no dialect was named where numbers look like places, and which picture pixels are counted on.
 */
import type { ImportIssue } from '../../reading/item'
import type { ReaderOptions } from '../../reading/reader'
import { doubted } from '../issue'
import type { Whereabouts } from '../issue'
import type { RecordReading, TextSpelling } from './record-reading'

/** Four numbers in a row, as every dialect of boxes has them, or Kosmos-like location tokens. */
const FOUR_NUMBERS = /(?:\d+(?:\.\d+)?[^\p{L}\d\n.]{1,6}){3}\d|(?:<(?:loc|patch_index|bin|p)_?\d+>){2}/u

export class SpellingDoubts {
  readonly #file: string
  readonly #spelling: TextSpelling | null
  readonly #isSpaceNamed: boolean
  #example: string | null = null
  #hasToldDialect = false
  #hasToldSize = false

  constructor(file: string, spelling: TextSpelling | null, options: ReaderOptions) {
    this.#file = file
    this.#spelling = spelling
    this.#isSpaceNamed = options.space !== undefined
  }

  see(value: string): void {
    if (this.#spelling === null && this.#example === null) this.#example = FOUR_NUMBERS.exec(value)?.[0] ?? null
  }

  issues(reading: RecordReading, where: Whereabouts): readonly ImportIssue[] {
    const found: ImportIssue[] = []
    if (this.#example !== null && !this.#hasToldDialect) {
      this.#hasToldDialect = true
      const message = `Numbers as ${JSON.stringify(this.#example)} may be places of regions; no dialect is named, so they were read as words.`
      found.push(doubted({ ...where, file: this.#file }, 'import/no-dialect', message))
    }
    const resized = this.#sizeInDoubt(reading)
    if (resized !== null && !this.#hasToldSize) {
      this.#hasToldSize = true
      const { width, height } = reading.size
      const message = `Pixels were counted on the picture as ${this.#spelling?.dialect.profile.name ?? ''} resizes it (${resized} for an image of ${width} × ${height}); name the space “original” if they are of the image itself.`
      found.push(doubted({ ...where, file: this.#file }, 'import/which-size', message))
    }
    return found
  }

  /** The size that pixels are counted on, where nobody said so and it makes a difference. */
  #sizeInDoubt(reading: RecordReading): string | null {
    const dialect = this.#spelling?.dialect
    if (dialect === undefined || this.#isSpaceNamed || !reading.hasRegions) return null
    if (dialect.profile.space !== 'resized' || dialect.resizedSize === undefined) return null
    const { width, height } = dialect.resizedSize(reading.size)
    return width === reading.size.width && height === reading.size.height ? null : `${width} × ${height}`
  }
}
