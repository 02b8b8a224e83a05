/** @file How a list is walked by keys: arrows, Home and End, pages, and the first letters of a name. Pure. */

const PAGE = 8

/** Where `key` leads from `at` (-1: nowhere yet) among `count` rows; null: it is no key of a list. Ends do not wrap. */
export function rowAfterKey(key: string, at: number, count: number): number | null {
  if (count === 0) return null
  const within = (row: number): number => Math.max(0, Math.min(count - 1, row))
  switch (key) {
    case 'ArrowDown':
      return within(at + 1)
    case 'ArrowUp':
      return within(at - 1)
    case 'PageDown':
      return within(at + PAGE)
    case 'PageUp':
      return within(at - PAGE)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

/** Letters nearer in time than this are one word. */
const ONE_WORD_MS = 700

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()

/** Collects letters as they are typed and finds the row whose name begins with them. */
export class TypeAhead {
  #typed = ''
  #typedAtMs = -Infinity

  /** Row to go to, the one at `at` included while a word grows; null: none begins so, or `key` is no letter. */
  find(key: string, names: readonly string[], at: number, nowMs: number): number | null {
    if ([...key].length !== 1 || (key === ' ' && this.#typed === '')) return null
    if (nowMs - this.#typedAtMs > ONE_WORD_MS) this.#typed = ''
    this.#typedAtMs = nowMs
    this.#typed += folded(key)
    // The same letter again goes on to the next name with it.
    const isRepeated = this.#typed.length > 1 && [...this.#typed].every((letter) => letter === this.#typed[0])
    const wanted = isRepeated ? (this.#typed[0] ?? '') : this.#typed
    const from = Math.max(0, isRepeated || this.#typed.length === 1 ? at + 1 : at)
    for (let step = 0; step < names.length; step++) {
      const row = (from + step) % names.length
      if (folded(names[row] ?? '').startsWith(wanted)) return row
    }
    return null
  }
}
