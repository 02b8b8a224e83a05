/** @file What a decoder knows so far, as a handle (ADR 0009). */

/** Where keys and values lie; several handles may share it. */
export interface KeyValueStorage {
  readonly sizeBytes: number
}

/** Never changes: going on makes another one. Its holder releases it; afterwards it may not be used. */
export interface KeyValueCache {
  /** Positions it covers. */
  readonly length: number
  /** Position of the next token; not the length where features share positions (m-RoPE) or counting starts at 1. */
  readonly next: number
  readonly storage: KeyValueStorage
  /** A handle of its own on the first `length` positions, behind which the next token takes position `next`; null where this kind cannot be cut there. */
  cut(length: number, next: number): KeyValueCache | null
  release(): void
}
