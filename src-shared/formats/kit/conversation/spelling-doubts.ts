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
const FOUR_NUMBERS = /(?<!\d)(?:\d+(?:\.\d+)?[^\p{L}\d\n.]{1,6}){3}\d|(?:<(?:loc|patch_index|bin|p)_?\d+>){2}/u

export class SpellingDoubts {
  readonly #file: string
  readonly #spelling: TextSpelling | null
  readonly #isSpaceNamed: boolean
  readonly #isDialectNamed: boolean
  readonly #rival: string | null
  #example: string | null = null
  #hasToldDialect = false
  #hasToldSize = false

  /** `rival`: which other dialect is spelled alike and means other numbers, as a sentence. */
  constructor(file: string, spelling: TextSpelling | null, options: ReaderOptions, rival: string | null = null) {
    this.#file = file
    this.#spelling = spelling
    this.#isDialectNamed = options.dialect !== undefined
    this.#rival = this.#isDialectNamed ? null : rival
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
    const counted = this.#pictureInDoubt(reading)
    const said = [counted, counted === null && this.#spelling?.dialect.profile.space !== 'resized' ? null : this.#rival]
    const message = said.filter((part) => part !== null).join(' ')
    if (message !== '' && !this.#hasToldSize && !this.#isSpaceNamed && reading.hasRegions) {
      this.#hasToldSize = true
      found.push(doubted({ ...where, file: this.#file }, 'import/which-size', message))
    }
    return found
  }

  /** Which picture the numbers were counted on, where nobody said so and it makes a difference; null: it makes none. */
  #pictureInDoubt({ size }: RecordReading): string | null {
    const dialect = this.#spelling?.dialect
    if (dialect === undefined) return null
    const { name, space } = dialect.profile
    const { width, height } = size
    if (space === 'padded-square' && !this.#isDialectNamed && width !== height)
      return `Places were counted on the image padded to a square, as ${name} does (one here has ${width} × ${height}); name the space “original” if they are of the image itself.`
    if (space !== 'resized' || dialect.resizedSize === undefined) return null
    const resized = dialect.resizedSize(size)
    return resized.width === width && resized.height === height
      ? null
      : `Pixels were counted on the picture as ${name} resizes it (${resized.width} × ${resized.height} for an image of ${width} × ${height}); name the space “original” if they are of the image itself.`
  }
}
