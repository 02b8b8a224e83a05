/**
 * @file The ids of the records that one import makes: numbers in the order of its file behind a prefix of its own, so
 * that they sort as the file does and the journal can name all of them at once. A number may stand for a record that the
 * project has already.
 */
import { randomUUID } from 'node:crypto'

/** Of a record's number in its id. */
const NUMBER_DIGITS = 12

export const newIdPrefix = (): string => randomUUID().slice(0, -NUMBER_DIGITS)

export class ImportIds {
  readonly #prefix: string
  /** Numbers of records that the project has already. */
  readonly #known = new Map<number, string>()
  #next = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** The next number, which nothing has yet. */
  take(): number {
    return this.#next++
  }

  of(number: number): string {
    return this.#known.get(number) ?? this.#prefix + number.toString(16).padStart(NUMBER_DIGITS, '0')
  }

  /** The id of the next number. */
  make(): string {
    return this.of(this.#next++)
  }

  /** From now on `number` is the record that has this id. */
  meet(number: number, id: string): void {
    this.#known.set(number, id)
  }
}
