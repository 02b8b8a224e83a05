/**
 * @file The part of a JSON file that is in memory: its bytes by their place in the buffer, what they say, and where they
 * lie in the file, in lines and columns, however much of it was dropped before. `json-splitter.ts` decides what is read.
 */
import { AppError } from '../../errors'
import { jsonError, readExactJson } from './exact-json'
import { PlainJson } from './plain-json'

declare const TextDecoder: new (
  encoding: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { decode(bytes: Uint8Array): string }

const NEWLINE = 0x0a
/** The block of their numbers is four times as large. */
const MOST_PLAIN_BYTES = 4 * 1024 * 1024
/** Letters of what is not understood; a message shows one word of them. */
const WORD_BYTES = 24

/** For messages and for counting lines: the strict decoder has the say over what is read. */
const LOSSY = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

export class JsonWindow {
  readonly path: string
  readonly #strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  readonly #plain: PlainJson | null
  /** As large as what comes; most files are small, and many are read. */
  #bytes = new Uint8Array(0)
  #length = 0
  /** Where byte `#told` lies in the file; lines from 1, `#column` UTF-16 units before it on its line. */
  #told = 0
  #line = 1
  #column = 0

  /** `numberLists`: lists of numbers in elements may be `NumberList`s, which stand until the next are read. */
  constructor(path: string, numberLists: boolean) {
    this.path = path
    this.#plain = numberLists ? new PlainJson() : null
  }

  /** Good until the next `take`; those from `length` on are left from before. */
  get bytes(): Uint8Array {
    return this.#bytes
  }
  get length(): number {
    return this.#length
  }

  /** Puts a copy of a chunk behind the bytes that are there. */
  take(chunk: Uint8Array): void {
    if (this.#length + chunk.byteLength > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.#bytes.byteLength * 2, this.#length + chunk.byteLength))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(chunk, this.#length)
    this.#length += chunk.byteLength
  }

  /** Drops the first `count` bytes, which nobody needs again: byte `count` is byte 0 then. */
  drop(count: number): void {
    this.pass(count)
    this.#bytes.copyWithin(0, count, this.#length)
    this.#length -= count
    this.#told -= count
  }

  /** Counts lines up to a byte that begins a letter; places before it can no longer be told. */
  pass(to: number): void {
    if (to <= this.#told) return
    this.#count(LOSSY.decode(this.#bytes.subarray(this.#told, to)))
    this.#told = to
  }

  /** Elements, with what stands between them. Throws `import/json` and `import/encoding`. */
  elements(start: number, end: number): readonly unknown[] {
    const elements = end - start > MOST_PLAIN_BYTES ? null : (this.#plain?.objects(this.#bytes, start, end) ?? null)
    if (elements === null) return this.#exact(start, end, '[', ']') as readonly unknown[]
    this.pass(start)
    this.#countAscii(this.#bytes.subarray(start, end))
    this.#told = end
    return elements
  }

  /** One whole value. Throws as `elements`. */
  value(start: number, end: number): unknown {
    return this.#exact(start, end, '', '')
  }

  /** A name with its quotes. Throws as `elements`. */
  name(start: number, end: number): string {
    const { value, fault } = readExactJson(this.#text(start, end))
    if (fault !== null) throw this.error(start + fault.at, fault.reason)
    return value as string
  }

  /** What is wrong at a byte. */
  error(at: number, reason: string): AppError {
    this.pass(at)
    return jsonError(this.path, this.#line, this.#column + 1, reason)
  }

  /** That something else should stand at a byte. */
  unexpected(at: number, wanted: string): string {
    const text = LOSSY.decode(this.#bytes.subarray(at, Math.min(this.#length, at + WORD_BYTES)))
    // Whether a second mark follows may not be known yet; a slash has no other meaning in JSON.
    if (text.startsWith('/')) return 'comments are not allowed'
    const word = /^[\w+.-]+/.exec(text)?.[0] ?? [...text][0] ?? ''
    return `${JSON.stringify(word)} stands where ${wanted} should be`
  }

  /** By the engine's own parser, between marks that the file does not have. */
  #exact(start: number, end: number, before: string, after: string): unknown {
    this.pass(start)
    const text = this.#text(start, end)
    const { value, fault } = readExactJson(`${before}${text}${after}`, Infinity)
    if (fault !== null) {
      const at = Math.min(Math.max(0, fault.at - before.length), text.length)
      this.#count(text.slice(0, at))
      throw jsonError(this.path, this.#line, this.#column + 1, fault.reason)
    }
    this.#count(text)
    this.#told = end
    return value
  }

  #text(start: number, end: number): string {
    try {
      return this.#strict.decode(this.#bytes.subarray(start, end))
    } catch (cause) {
      this.pass(start)
      throw new AppError('import/encoding', `${this.path} is not valid UTF-8 after line ${this.#line}.`, {
        nextStep: 'Save the file as UTF-8 and import it again.',
        data: { file: this.path, line: this.#line },
        cause
      })
    }
  }

  #count(text: string): void {
    let last = -1
    for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) {
      this.#line++
      last = next
    }
    this.#column = last === -1 ? this.#column + text.length : text.length - last - 1
  }

  /** As `#count`, where every byte is a letter. */
  #countAscii(bytes: Uint8Array): void {
    let last = -1
    for (let next = bytes.indexOf(NEWLINE); next !== -1; next = bytes.indexOf(NEWLINE, next + 1)) {
      this.#line++
      last = next
    }
    this.#column = last === -1 ? this.#column + bytes.length : bytes.length - last - 1
  }
}
