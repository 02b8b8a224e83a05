/**
 * @file Collects what one gesture changes into one transaction: at most one change per record, none
 * that changes nothing. Builders use it; ids and the clock come in from the caller.
 */
import { isSameJson } from './same'
import type { ImageDocument, ImageId, Origin, RecordKind, RecordKinds } from './records'
import type { Change, Transaction } from './transaction'

export interface EditContext {
  /** Unique id of the transaction to be made. */
  readonly transactionId: string
  readonly nowMs: number
  /** Who makes the change; default `human`. */
  readonly origin?: Origin
}

export class Edit {
  readonly #changes = new Map<string, Change>()

  /** Last write wins; `before` stays what it was when the record was first touched. */
  set<K extends RecordKind>(kind: K, id: string, before: RecordKinds[K] | null, after: RecordKinds[K] | null): void {
    const key = `${kind} ${id}`
    const first = this.#changes.get(key)
    this.#changes.set(key, {
      kind,
      id,
      before: first === undefined ? before : first.before,
      after
    } as unknown as Change)
  }

  /** null when nothing would change: a command that answers "could I?" with no. */
  finish(label: string, imageId: ImageId | null, context: EditContext): Transaction | null {
    const changes = [...this.#changes.values()].filter((change) => !isSameJson(change.before, change.after))
    if (changes.length === 0) return null
    const { transactionId, nowMs, origin = 'human' } = context
    return { id: transactionId, label, origin, imageId, changes, createdAtMs: nowMs }
  }
}

export const regionOf = (document: ImageDocument, id: string) => document.regions.find((region) => region.id === id)
export const turnOf = (document: ImageDocument, id: string) => document.turns.find((turn) => turn.id === id)
