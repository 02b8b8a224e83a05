/**
 * @file What an answer may say next, token by token: the door between the loop of an answer, which
 * knows nothing of grammars, and `../grammar`, which knows nothing of models.
 */

/** Deterministic; one object is one answer, told each token of it in order. */
export interface Constraint {
  /** Ids that may come next, ascending; null: any id. Empty only when nothing but an end is left. Valid until the next `accept`. */
  allowed(): Int32Array | null
  /** True when the answer may end here: an end token is legal, besides `allowed`. */
  readonly canEnd: boolean
  /**
   * Ids that must come next whatever the model thinks, since only one text is legal and the tokenizer
   * splits it in this way; may be empty. They may be fed in one call, each still told to `accept`.
   */
  forced(): readonly number[]
  /** Throws an InvariantError for an id that is not allowed. */
  accept(id: number): void
  /** An independent copy, for n-best and batches. */
  fork(): Constraint
}
