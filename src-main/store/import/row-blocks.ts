/**
 * @file Rows that go into a table many at a time. Whatever a statement does once, it does once for all its rows: a list
 * in a CHECK becomes a table of SQLite's own each time a statement runs, which takes as long as storing an outline.
 */
import { prepared } from '../database'
import type { Database } from '../database'

/** Times the columns, this stays below SQLite's limit of 32 766 values in a statement. */
const ROWS_AT_A_TIME = 128

export class RowBlocks {
  readonly #database: Database
  readonly #width: number
  readonly #one: string
  readonly #many: string
  #values: unknown[] = []

  /** Names are constants of the program (C4); `same`: columns that say the same in every row, as SQL says it. */
  constructor(
    database: Database,
    table: string,
    columns: readonly string[],
    same: Readonly<Record<string, string>> = {}
  ) {
    this.#database = database
    this.#width = columns.length
    const row = `(${[...columns.map(() => '?'), ...Object.values(same)].join(', ')})`
    this.#one = `INSERT INTO ${table} (${[...columns, ...Object.keys(same)].join(', ')}) VALUES ${row}`
    this.#many = `${this.#one}${`, ${row}`.repeat(ROWS_AT_A_TIME - 1)}`
  }

  /** A row in the order of the columns; it is written now or with `flush`, in the order rows came. */
  add(...row: readonly unknown[]): void {
    for (const value of row) this.#values.push(value)
    if (this.#values.length === this.#width * ROWS_AT_A_TIME) this.#write(this.#many, this.#values)
  }

  get isEmpty(): boolean {
    return this.#values.length === 0
  }

  flush(): void {
    const values = this.#values
    for (let at = 0; at < values.length; at += this.#width)
      prepared(this.#database, this.#one).run(...values.slice(at, at + this.#width))
    this.#values = []
  }

  #write(sql: string, values: readonly unknown[]): void {
    prepared(this.#database, sql).run(...values)
    this.#values = []
  }
}
