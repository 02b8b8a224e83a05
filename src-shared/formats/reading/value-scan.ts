/**
 * @file Where one JSON value ends, in bytes that come in pieces: brackets are counted, texts are passed over. What is in
 * it is not checked; that is for the parser that gets its bytes. Every byte of a file goes through this loop.
 */
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

/** What a byte means inside a value: nothing, a text begins, a level opens, a level closes. */
const MEANING = new Uint8Array(256)
MEANING[QUOTE] = 1
MEANING[OPEN_BRACE] = MEANING[OPEN_BRACKET] = 2
MEANING[CLOSE_BRACE] = MEANING[CLOSE_BRACKET] = 3

const endsScalar = (byte: number): boolean =>
  byte === COMMA ||
  byte === CLOSE_BRACE ||
  byte === CLOSE_BRACKET ||
  byte === COLON ||
  byte === 0x20 ||
  (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b && byte !== 0x0c)

export class ValueScan {
  /** Where it stopped: behind the value, or where the bytes ran out. */
  at = 0
  /** It stopped behind a bracket that opens one level too many. */
  isTooDeep = false
  isScalar = false
  #depth = 0
  #inText = false
  #isEscaped = false

  /** A value that begins with `first`, which `goOn` then reads again. */
  begin(first: number): void {
    this.isScalar = first !== QUOTE && MEANING[first] !== 2
    this.isTooDeep = false
    this.#depth = 0
    this.#inText = false
    this.#isEscaped = false
  }

  /** From byte `at` until the value is whole: its end, or -1 when the bytes ran out. A scalar ends before what ends it. */
  goOn(bytes: Uint8Array, start: number, length: number, maxDepth: number): number {
    let at = start
    if (this.isScalar) {
      while (at < length && !endsScalar(bytes[at] as number)) at++
      this.at = at
      return at < length ? at : -1
    }
    let depth = this.#depth
    let inText = this.#inText
    if (this.#isEscaped && at < length) {
      this.#isEscaped = false
      at++
    }
    let end = -1
    while (at < length) {
      if (inText) {
        let byte = 0
        while (at < length && (byte = bytes[at++] as number) !== QUOTE) {
          if (byte !== BACKSLASH) continue
          if (at < length) at++
          else this.#isEscaped = true
        }
        if (byte !== QUOTE) break
        inText = false
        if (depth === 0) {
          end = at
          break
        }
        continue
      }
      const meaning = MEANING[bytes[at++] as number] as number
      if (meaning === 0) continue
      if (meaning === 1) inText = true
      else if (meaning === 2) {
        depth++
        if (depth > maxDepth) {
          this.isTooDeep = true
          break
        }
      } else if (--depth === 0) {
        end = at
        break
      }
    }
    this.at = at
    this.#depth = depth
    this.#inText = inText
    return end
  }
}
