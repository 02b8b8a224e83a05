/** @file Fields of a file that a project has no place for: told once a file, not once a record. */
import type { ImportIssue } from '../reading/item'
import { noted } from './issue'

const MOST_NAMED = 20
/** A file may use its own data as keys. */
const MOST_KEPT = 1000

export class LeftOut {
  readonly #keys = new Map<string, number>()

  readonly file: string
  /** What the fields belong to, in words: `images`. */
  readonly of: string

  constructor(file: string, of: string) {
    this.file = file
    this.of = of
  }

  see(key: string): void {
    const count = this.#keys.get(key)
    if (count !== undefined || this.#keys.size < MOST_KEPT) this.#keys.set(key, (count ?? 0) + 1)
  }

  *issues(): Generator<ImportIssue> {
    if (this.#keys.size === 0) return
    const named = [...this.#keys].slice(0, MOST_NAMED).map(([key, count]) => `${key} (${count})`)
    const more = this.#keys.size > MOST_NAMED ? ` and ${this.#keys.size - MOST_NAMED} more` : ''
    const message = `Fields of ${this.of} that are not kept, and how often they stand there: ${named.join(', ')}${more}.`
    yield noted({ file: this.file }, 'import/other-fields', message)
  }
}
