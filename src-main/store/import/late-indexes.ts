/**
 * @file Indexes of regions that are made at the end of an import into a project that has no records yet: sorting all
 * entries once takes less time than finding the place of each. With records in the project they are needed meanwhile.
 */
import { prepared } from '../database'
import type { Database } from '../database'

const LATE = ['region_by_image', 'region_by_label'] as const

export class LateIndexes {
  /** The statements that make them, as the schema has them; the schema must end letter for letter as it was. */
  readonly #statements: string[] = []

  readonly #database: Database

  /** Inside the transaction of the import: whatever ends it, they are there again. */
  constructor(database: Database) {
    this.#database = database
    if (!hasNoRecords(database)) return
    for (const name of LATE) {
      const sql = prepared(database, 'SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name)
      if (typeof sql !== 'string') continue
      this.#statements.push(sql)
      database.exec(`DROP INDEX ${name}`)
    }
  }

  /** Makes the next one; false when all are there. */
  makeNext(): boolean {
    const sql = this.#statements.shift()
    if (sql === undefined) return false
    this.#database.exec(sql)
    return true
  }
}

const hasNoRecords = (database: Database): boolean =>
  prepared(
    database,
    'SELECT EXISTS (SELECT 1 FROM region) + EXISTS (SELECT 1 FROM turn) + EXISTS (SELECT 1 FROM relation)'
  )
    .pluck()
    .get() === 0
