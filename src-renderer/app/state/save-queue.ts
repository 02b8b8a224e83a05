/**
 * @file Sends edits to the store one by one, in the order they were made, and says truthfully how
 * far they are. "Saved" is said only after the store's promise resolved (A1). A refused edit stops
 * the queue: nothing behind it may overtake it.
 */
import type { Committed, Transaction } from '../../../src-shared/document/transaction'
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
}

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
    if (error.code !== 'store/conflict') {
      this.#failure = error
      this.#tell()
      return
    }
    // Later edits of the same image were made on top of the refused one.
    const dropped = this.#pending.filter((transaction) => transaction.imageId === failed.imageId)
    this.#pending = this.#pending.filter((transaction) => transaction.imageId !== failed.imageId)
    this.#tell()
    this.#events.onConflict(dropped, error)
  }
}
