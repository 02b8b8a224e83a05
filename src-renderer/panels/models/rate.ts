/** @file How fast bytes come, over the last seconds and not since the beginning. Pure. */
import type { StoreProgress } from '../../../src-shared/ipc/contract'

/** Shorter than this says nothing. */
const LEAST_MS = 500
const WINDOW_MS = 5_000

export class Rate {
  #phase: StoreProgress['phase'] | null = null
  #seen: { readonly atMs: number; readonly done: number }[] = []

  /** Bytes a second; null: too early to tell. */
  of({ phase, done }: StoreProgress, nowMs: number): number | null {
    const last = this.#seen.at(-1)
    // Another phase counts anew, and so does a file that began anew.
    if (phase !== this.#phase || (last !== undefined && done < last.done)) this.#seen = []
    this.#phase = phase
    this.#seen.push({ atMs: nowMs, done })
    while (this.#seen.length > 2 && nowMs - (this.#seen[0]?.atMs ?? nowMs) > WINDOW_MS) this.#seen.shift()
    const [first] = this.#seen
    if (first === undefined || nowMs - first.atMs < LEAST_MS) return null
    return ((done - first.done) / (nowMs - first.atMs)) * 1_000
  }
}
