/**
 * @file The write-ahead log of an import goes to the disk while the import goes on. The commit waits for all of it: begun
 * only then, that takes as long as a tenth of a large import. Nothing depends on it but time.
 */
import { close, closeSync, fdatasync, fstatSync, openSync } from 'node:fs'

const BYTES_AT_A_TIME = 32 * 1024 * 1024

export class LogSync {
  /** null: the log is not there, or cannot be opened beside SQLite; then the commit does all of it. */
  readonly #file: number | null
  #syncedBytes = 0
  #isSyncing = false
  #isClosed = false

  /** `path`: of the database. Its log has no locks of its own, so closing it here loses none (see database.ts). */
  constructor(path: string) {
    this.#file = opened(`${path}-wal`)
  }

  /** Begins, where there is enough and nothing is on its way. */
  look(): void {
    if (this.#file === null || this.#isSyncing || this.#isClosed) return
    const { size } = fstatSync(this.#file)
    if (size - this.#syncedBytes < BYTES_AT_A_TIME) return
    this.#isSyncing = true
    this.#syncedBytes = size
    fdatasync(this.#file, () => {
      // What is wrong with the disk the commit will say.
      this.#isSyncing = false
      if (this.#isClosed && this.#file !== null) close(this.#file)
    })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#file !== null && !this.#isSyncing) closeSync(this.#file)
  }
}

function opened(path: string): number | null {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    void error
    return null
  }
}
