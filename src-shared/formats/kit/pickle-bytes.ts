/** @file The arguments of a pickle's opcodes: numbers, lengths, lines. Part of `pickle.ts`. */

/** Never returns. */
export type PickleFault = (at: number, reason: string) => never

const MOST_LONG_BYTES = 256
const LF = 0x0a

export class PickleBytes {
  #at = 0
  readonly #view: DataView

  readonly bytes: Uint8Array
  readonly fail: PickleFault

  constructor(bytes: Uint8Array, fail: PickleFault) {
    this.bytes = bytes
    this.fail = fail
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get at(): number {
    return this.#at
  }

  /** Moves on; gives where it was. */
  #advance(count: number): number {
    const at = this.#at
    if (at + count > this.bytes.byteLength) {
      this.fail(at, 'it is cut off')
    }
    this.#at = at + count
    return at
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1))
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }
  /** Big-endian, alone among all. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }
  /** Unsigned, little-endian. */
  size(bytes: 2 | 4 | 8): number {
    const at = this.#advance(bytes)
    if (bytes === 2) return this.#view.getUint16(at, true)
    if (bytes === 4) return this.#view.getUint32(at, true)
    const size = this.#view.getBigUint64(at, true)
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(at, 'a length is larger than any file')
    return Number(size)
  }
  /** Two's complement, little-endian, of so many bytes. */
  long(count: number): number | bigint {
    if (count > MOST_LONG_BYTES)
      this.fail(this.#at, `an integer has ${count} bytes; at most ${MOST_LONG_BYTES} are read`)
    const at = this.#advance(count)
    let value = 0n
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#view.getUint8(at + i))
    if (count > 0 && this.#view.getUint8(at + count - 1) >= 0x80) value -= 1n << BigInt(8 * count)
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  }
  take(count: number): Uint8Array {
    const at = this.#advance(count)
    return this.bytes.subarray(at, at + count)
  }

  #lineBytes(): Uint8Array {
    const end = this.bytes.indexOf(LF, this.#at)
    if (end === -1) this.fail(this.#at, 'it is cut off')
    const line = this.bytes.subarray(this.#at, end)
    this.#at = end + 1
    return line
  }
  /** A line as Latin-1, without its end. */
  line(): string {
    return latin1(this.#lineBytes()).replace(/\r$/, '')
  }

  /** A Python 2 `repr` of a `str`: quotes and escapes, as the bytes they stand for. */
  quoted(): Uint8Array {
    const at = this.#at
    const text = this.line().trim()
    const quote = text[0]
    if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote)
      this.fail(at, 'a text has no quotes')
    const bytes: number[] = []
    const inner = text.slice(1, -1)
    for (let i = 0; i < inner.length; i++) {
      if (inner[i] !== '\\') {
        bytes.push(inner.charCodeAt(i))
        continue
      }
      const escape = /^(?:x([\dA-Fa-f]{2})|([0-7]{1,3})|(.))/s.exec(inner.slice(i + 1, i + 4))
      if (escape === null) return this.fail(at, 'an escape is cut off')
      i += escape[0].length
      if (escape[1] !== undefined) bytes.push(parseInt(escape[1], 16))
      else if (escape[2] !== undefined) bytes.push(parseInt(escape[2], 8) & 0xff)
      else {
        const known = ESCAPES[escape[3] ?? '']
        if (known === undefined) this.fail(at, `the escape \\${escape[3] ?? ''} is not known`)
        else bytes.push(known)
      }
    }
    return Uint8Array.from(bytes)
  }

  /** `raw-unicode-escape`: \uXXXX and \UXXXXXXXX, else Latin-1. */
  escaped(): string {
    const at = this.#at
    const text = latin1(this.#lineBytes()).replace(/\\u([\dA-Fa-f]{4})|\\U([\dA-Fa-f]{8})/g, (_, short, long) => {
      const codePoint = parseInt((short ?? long) as string, 16)
      if (codePoint > 0x10ffff) this.fail(at, 'a character is none')
      return String.fromCodePoint(codePoint)
    })
    if (/\p{Surrogate}/u.test(text)) this.fail(at, 'half of a character stands alone')
    return text
  }
}

const ESCAPES: Readonly<Record<string, number>> = {
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  v: 0x0b
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
