/**
 * @file Items that must wait: for the image they are on, or for a region that words name. On disk, in a database of
 * SQLite's own temporary files, so that a file may name everything before its images, however large it is.
 */
import type { ImportItem } from '../../../src-shared/formats/reading/item'
import { connect, prepared } from '../database'
import type { Database } from '../database'

const ITEMS_PER_ROW = 500

export class Stage {
  #database: Database | null = null
  #waiting: ImportItem[] = []
  #next = 1

  put(item: ImportItem): void {
    this.#waiting.push(item)
    if (this.#waiting.length >= ITEMS_PER_ROW) this.#write()
  }

  /** The next items in the order they were put; null when none is left. */
  take(): readonly ImportItem[] | null {
    this.#write()
    if (this.#database === null) return null
    const json = prepared(this.#database, 'SELECT items_json FROM stage WHERE seq = ?').pluck().get(this.#next)
    if (json === undefined) return null
    this.#next += 1
    return JSON.parse(String(json)) as readonly ImportItem[]
  }

  discard(): void {
    this.#database?.close()
    this.#database = null
    this.#waiting = []
  }

  #write(): void {
    if (this.#waiting.length === 0) return
    if (this.#database === null) {
      this.#database = connect('', 'create')
      // Nothing of it outlives the process.
      this.#database.pragma('journal_mode = OFF')
      this.#database.pragma('synchronous = OFF')
      this.#database.exec('CREATE TABLE stage (seq INTEGER PRIMARY KEY, items_json TEXT NOT NULL) STRICT')
    }
    prepared(this.#database, 'INSERT INTO stage (items_json) VALUES (?)').run(JSON.stringify(this.#waiting))
    this.#waiting = []
  }
}
