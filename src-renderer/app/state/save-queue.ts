/**
 * @file Sends edits to the store one by one, in the order they were made, and says truthfully how
 * far they are. "Saved" is said only after the store's promise resolved (A1). An edit that cannot be
 * written now stops the queue: nothing behind it may overtake it. One that can never be written is
 * given up, with what builds on it and nothing else.
 */
import type { Committed, Transaction } from '../../../src-shared/document/transaction'
import { withDependents } from './dependents'
import { describeError } from './error-info'
import type { ErrorInfo } from './error-info'

export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly count: number }
  | { readonly kind: 'failed'; readonly count: number; readonly error: ErrorInfo }

export interface SaveQueueEvents {
  send(transaction: Transaction): Promise<Committed>
  onState(state: SaveState, pending: readonly Transaction[]): void
  onCommitted(committed: Committed): void
  /** Another window changed the record first; these edits cannot be kept. */
  onConflict(dropped: readonly Transaction[], error: ErrorInfo): void
  /** The core will never take the first of these, whoever asks; the others build on it. */
  onRefused(dropped: readonly Transaction[], error: ErrorInfo): void
}

/** Refusals of the edit itself: the same edit again is refused again. */
const PERMANENT: ReadonlySet<string> = new Set([
  'ipc/invalid-params',
  'store/invalid-transaction',
  'store/dangling-reference',
  'store/transaction-id-reused'
])

export class SaveQueue {
  #pending: Transaction[] = []
  #failure: ErrorInfo | null = null
  #running: Promise<void> | null = null
  readonly #events: SaveQueueEvents

  constructor(events: SaveQueueEvents) {
    this.#events = events
  }

  get pending(): readonly Transaction[] {
    return this.#pending
  }

  get state(): SaveState {
    const count = this.#pending.length
    if (this.#failure) return { kind: 'failed', count, error: this.#failure }
    return count === 0 ? { kind: 'saved' } : { kind: 'saving', count }
  }

  push(transaction: Transaction): void {
    this.#pending = [...this.#pending, transaction]
    this.#tell()
    if (!this.#failure) this.#start()
  }

  /** Tries again after a failure; the ids are the same, so an edit that did arrive is not doubled. */
  retry(): void {
    if (!this.#failure) return
    this.#failure = null
    this.#tell()
    this.#start()
  }

  /** Gives up what is not saved; returns it, so that the caller can say what was lost. */
  discard(): readonly Transaction[] {
    const dropped = this.#pending
    this.#pending = []
    this.#failure = null
    this.#tell()
    return dropped
  }

  /** Resolves true when everything is on disk, false when something could not be saved. */
  async flush(): Promise<boolean> {
    while (this.#running) await this.#running
    return this.#pending.length === 0
  }

  #tell(): void {
    this.#events.onState(this.state, this.#pending)
  }

  #start(): void {
    if (this.#running) return
    this.#running = this.#run().finally(() => {
      this.#running = null
      if (this.#pending.length > 0 && !this.#failure) this.#start()
    })
  }

  async #run(): Promise<void> {
    for (let next = this.#pending[0]; next && !this.#failure; next = this.#pending[0]) {
      try {
        const committed = await this.#events.send(next)
        this.#pending = this.#pending.filter(
          (transaction) => transaction.id !== committed.transaction.id && transaction !== next
        )
        this.#events.onCommitted(committed)
        this.#tell()
      } catch (reason) {
        this.#handleFailure(next, describeError(reason))
      }
    }
  }

  #handleFailure(failed: Transaction, error: ErrorInfo): void {
    // Given up while it was on its way: nobody waits for it.
    if (!this.#pending.includes(failed)) return
    const isConflict = error.code === 'store/conflict'
    if (!isConflict && !PERMANENT.has(error.code)) {
      this.#failure = error
      this.#tell()
      return
    }
    const dropped = withDependents(failed, this.#pending)
    this.#pending = this.#pending.filter((transaction) => !dropped.includes(transaction))
    this.#tell()
    if (isConflict) this.#events.onConflict(dropped, error)
    else this.#events.onRefused(dropped, error)
  }
}
