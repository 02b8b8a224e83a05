/** @file The undo or redo of an import in a session: in parts, on a connection of its own, in one transaction. */
import { AppError } from '../../../src-shared/errors'
import type { ReplayStep } from '../../core/ports'
import type { Database } from '../database'
import { replayBulk } from '../journal'
import type { ReplayDirection, Stamp } from '../journal'
import type { OpenConnection } from './import-session'
import { LogSync } from './log-sync'

/** About as long as whoever reads has to wait for its turn. */
const PART_MS = 30

interface Running {
  readonly database: Database
  readonly parts: ReturnType<typeof replayBulk>
  readonly log: LogSync
}

export class ReplaySession {
  #running: Running | null = null

  readonly #open: OpenConnection

  constructor(open: OpenConnection) {
    this.#open = open
  }

  /** Whether other changes must wait. */
  get isWriting(): boolean {
    return this.#running !== null
  }

  /** The step that is next must be an import's. */
  begin(direction: ReplayDirection, stamp: Stamp): ReplayStep {
    const database = this.#open('write')
    try {
      database.exec('BEGIN IMMEDIATE')
      this.#running = { database, parts: replayBulk(database, direction, stamp), log: new LogSync(database.name) }
    } catch (error) {
      database.close()
      throw error
    }
    return this.#run(0)
  }

  more(): ReplayStep {
    return this.#run(PART_MS)
  }

  /** At least one part, and as many as begin within the time. */
  #run(forMs: number): ReplayStep {
    if (this.#running === null) {
      throw new AppError('store/no-replay', 'Nothing is being taken back or repeated: the store stopped meanwhile.', {
        nextStep: 'Nothing was changed. Do it again.'
      })
    }
    const { database, parts, log } = this.#running
    try {
      const endsMs = performance.now() + forMs
      for (;;) {
        const part = parts.next()
        if (part.done === true) {
          database.exec('COMMIT')
          this.cancel()
          return { state: 'done', committed: part.value }
        }
        log.look()
        if (performance.now() >= endsMs) return { state: 'more', ...part.value }
      }
    } catch (error) {
      this.cancel()
      throw error
    }
  }

  cancel(): void {
    const running = this.#running
    this.#running = null
    running?.log.close()
    // Rolls back what was not committed.
    running?.database.close()
  }
}
