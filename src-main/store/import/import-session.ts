/** @file The import of a session: at most one at a time, on a connection of its own, in one transaction. */
import { randomUUID } from 'node:crypto'
import type { ImageRecord } from '../../../src-shared/document/records'
import { AppError } from '../../../src-shared/errors'
import type { ImportProgress, ImportRules } from '../../core/ports'
import type { Database } from '../database'
import { BulkLoad } from './bulk-load'
import { LogSync } from './log-sync'
import type { PackedItems } from './packed-items'

/** Opens a connection that the import alone has; `write`: may it write, and is this session the writer? */
export type OpenConnection = (mode: 'read' | 'write') => Database

interface Running {
  readonly database: Database
  readonly load: BulkLoad
  readonly rules: ImportRules
  /** null: a dry run. */
  readonly log: LogSync | null
}

export class ImportSession {
  #running: Running | null = null

  readonly #open: OpenConnection
  readonly #imageRoot: string

  constructor(imageRoot: string, open: OpenConnection) {
    this.#imageRoot = imageRoot
    this.#open = open
  }

  /** Whether other changes must wait. */
  get isWriting(): boolean {
    return this.#running !== null && !this.#running.rules.dryRun
  }

  begin(rules: ImportRules): null {
    if (this.#running !== null) {
      throw new AppError('store/importing', 'Another import is going on in this project.', {
        nextStep: 'Wait until it is done, or cancel it.'
      })
    }
    const database = this.#open(rules.dryRun ? 'read' : 'write')
    try {
      database.exec(rules.dryRun ? 'BEGIN' : 'BEGIN IMMEDIATE')
      const load = new BulkLoad(database, this.#imageRoot, rules)
      this.#running = { database, load, rules, log: rules.dryRun ? null : new LogSync(database.name) }
    } catch (error) {
      database.close()
      throw error
    }
    return null
  }

  add(batch: PackedItems): null {
    this.#step(({ load, log }) => {
      load.add(batch)
      log?.look()
    })
    return null
  }

  setFacts(images: readonly ImageRecord[]): null {
    this.#step(({ load }) => load.setFacts(images))
    return null
  }

  finish(): ImportProgress {
    return this.#step(({ database, load, rules }) => {
      const progress = load.finish({ id: randomUUID(), label: 'dataset.import', createdAtMs: rules.createdAtMs })
      if (progress.state !== 'done') return progress
      database.exec(rules.dryRun ? 'ROLLBACK' : 'COMMIT')
      this.cancel()
      return progress
    })
  }

  cancel(): null {
    const running = this.#running
    this.#running = null
    running?.load.close()
    running?.log?.close()
    // Rolls back what was not committed.
    running?.database.close()
    return null
  }

  /** Whatever goes wrong ends the import: half of it is never kept. */
  #step<T>(work: (running: Running) => T): T {
    if (this.#running === null) {
      throw new AppError(
        'store/no-import',
        'No import is going on: it was cancelled, or the store stopped meanwhile.',
        {
          nextStep: 'Nothing of it was kept. Import again.'
        }
      )
    }
    try {
      return work(this.#running)
    } catch (error) {
      this.cancel()
      throw error
    }
  }
}
