/**
 * @file A JSON file of any size as batches of elements. One scan over the bytes finds where the elements of a top-level
 * array begin and end, and slices of whole elements go to the engine's own parser: memory is one slice and what is
 * parsed of it, whatever the file weighs. The scan checks what lies between elements, the parser what lies in them.
 *
 * States, in `{"images": [{…}, {…}], "info": 1}`:
 *
 *   start → key → colon → section ─ `[` → first-element → element → after-element ─ `]` → after-section → … → done
 *                              └─ else → value ──────────────────────────────────────→ after-section
 */
import { AppError } from '../../errors'
import { jsonError, readExactJson } from './exact-json'
import { ENDS } from './json-state'
import type { State } from './json-state'
import { PlainJson } from './plain-json'
import type { JsonBatch } from './source'
import { asUtf8 } from './utf8-chunks'
import { ValueScan } from './value-scan'

declare const TextDecoder: new (
  encoding: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { decode(bytes: Uint8Array): string }

export interface JsonSplitterOptions {
  /** About how many bytes are parsed at once. */
  readonly sliceBytes?: number
  /** One element, or one section that is no list of objects: rejects with `import/too-large` above. */
  readonly maxElementBytes?: number
  readonly maxDepth?: number
  /** Sections to give; others are passed over: their end is found, what is in them is not read. Default: all. */
  readonly only?: ReadonlySet<string> | undefined
  /** Lists of numbers may come as `NumberList`s, which stand until the next batch is asked for. Default: never. */
  readonly numberLists?: boolean | undefined
}
type Limits = Required<Omit<JsonSplitterOptions, 'only' | 'numberLists'>>

const DEFAULTS: Limits = {
  sliceBytes: 256 * 1024,
  maxElementBytes: 64 * 1024 * 1024,
  maxDepth: 512
}

const [QUOTE, BACKSLASH, COMMA, COLON, NEWLINE] = [0x22, 0x5c, 0x2c, 0x3a, 0x0a]
/** What is parsed at once is what a collection of the young finds alive and makes old. */
const PLAIN_SLICE_BYTES = 64 * 1024
/** The block of their numbers is four times as large. */
const MOST_PLAIN_BYTES = 4 * 1024 * 1024
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Bytes of one UTF-8 file in, batches out. A chunk may be reused once `push` has been read to its end. */
export class JsonSplitter {
  readonly #path: string
  readonly #options: Limits
  readonly #only: ReadonlySet<string> | undefined
  readonly #plain: PlainJson | null
  readonly #strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  /** As large as what comes; most files are small, and many are read. */
  #bytes = new Uint8Array(0)
  #length = 0
  #at = 0

  #state: State = 'start'
  /** A list at the top, or sections by name. */
  #isList = false
  #sections = new Set<string>()
  #section = ''
  /** The name being read begins here. */
  #keyStart = -1

  /** The value being read: an element of a list, or all of a section that is none. */
  #valueStart = -1
  #isElement = false
  /** It is passed over, and no byte of it is kept. */
  #isPassedOver = false
  readonly #scan = new ValueScan()
  /** In a name: the next byte is escaped. */
  #isEscaped = false

  /** Whole elements that wait for the parser, as bytes [from, to) of the buffer. */
  #sliceStart = -1
  #sliceEnd = -1
  #index = 0
  /** A named list of which no element was an object yet: it may turn out to be a plain value. */
  #undecided: unknown[] | null = null
  #undecidedBytes = 0

  /** Where `#told` lies in the file; lines from 1, `#column` UTF-16 units before it on its line. */
  #told = 0
  #line = 1
  #column = 0

  constructor(path: string, options: JsonSplitterOptions = {}) {
    this.#path = path
    this.#options = {
      ...DEFAULTS,
      ...(options.numberLists === true ? { sliceBytes: PLAIN_SLICE_BYTES } : {}),
      ...options
    }
    this.#only = options.only
    this.#plain = options.numberLists === true ? new PlainJson() : null
  }

  *push(chunk: Uint8Array): Generator<JsonBatch> {
    this.#take(chunk)
    while (this.#at < this.#length) {
      if (this.#state !== 'in-element') {
        this.#step()
        if (this.#state === 'after-section' && this.#index !== -1) yield* this.#listClosed()
        continue
      }
      const end = this.#scanValue()
      if (end === -1) continue
      if (this.#isPassedOver) {
        this.#isPassedOver = false
        this.#state = 'after-section'
        this.#index = -1
      } else if (this.#isElement) {
        this.#elementEnded(end)
        if (end - this.#sliceStart >= this.#options.sliceBytes) yield* this.#flush()
      } else yield this.#valueEnded(end)
    }
    yield* this.#flush()
    this.#forget()
  }

  *end(): Generator<JsonBatch> {
    if (this.#state === 'in-element' && this.#scan.isScalar && !this.#isElement && this.#isTop())
      yield this.#valueEnded(this.#length)
    if (this.#state !== 'done') throw this.#error(this.#length, ENDS[this.#state])
  }

  /** Only a scalar that is the whole file has no name and no list around it. */
  #isTop(): boolean {
    return !this.#isList && this.#sections.size === 0
  }

  #take(chunk: Uint8Array): void {
    if (this.#length + chunk.byteLength > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.#bytes.byteLength * 2, this.#length + chunk.byteLength))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(chunk, this.#length)
    this.#length += chunk.byteLength
  }

  /** Drops the bytes nobody needs again. */
  #forget(): void {
    const keep = this.#valueStart >= 0 ? this.#valueStart : this.#keyStart >= 0 ? this.#keyStart : this.#length
    if (this.#length - keep > this.#options.maxElementBytes) throw this.#tooLarge()
    if (keep === 0) return
    this.#tell(keep)
    this.#bytes.copyWithin(0, keep, this.#length)
    this.#length -= keep
    this.#at -= keep
    this.#told -= keep
    if (this.#valueStart >= 0) this.#valueStart = 0
    if (this.#sliceStart >= 0) this.#sliceStart = 0
    if (this.#keyStart >= 0) this.#keyStart = 0
  }

  /** One byte outside of values. */
  #step(): void {
    const at = this.#at++
    const byte = this.#bytes[at] ?? 0
    if (this.#state === 'in-key') {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) this.#keyEnded(at)
      return
    }
    if (isSpace(byte)) return
    switch (this.#state) {
      case 'start':
        if (byte === OPEN_BRACE) this.#state = 'first-key'
        else if (byte === OPEN_BRACKET) {
          this.#isList = true
          this.#beginList(at)
        } else this.#beginValue(at, byte, false)
        return
      case 'first-key':
      case 'key':
        if (byte === QUOTE) {
          this.#keyStart = at
          this.#state = 'in-key'
        } else if (byte === CLOSE_BRACE && this.#state === 'first-key') this.#state = 'done'
        else
          throw this.#error(at, byte === CLOSE_BRACE ? 'a comma stands before }' : this.#unexpected(at, 'a name in "'))
        return
      case 'colon':
        if (byte !== COLON) throw this.#error(at, 'a : is missing')
        this.#state = 'section'
        return
      case 'section':
        if (this.#only?.has(this.#section) === false) {
          this.#beginValue(at, byte, false)
          this.#isPassedOver = true
          this.#valueStart = -1
        } else if (byte === OPEN_BRACKET) this.#beginList(at)
        else this.#beginValue(at, byte, false)
        return
      case 'first-element':
      case 'element':
        if (byte !== CLOSE_BRACKET) this.#beginValue(at, byte, true)
        else if (this.#state === 'element') throw this.#error(at, 'a comma stands before ]')
        else this.#state = 'after-section'
        return
      case 'after-element':
        if (byte === COMMA) this.#state = 'element'
        else if (byte === CLOSE_BRACKET) this.#state = 'after-section'
        else throw this.#error(at, this.#unexpected(at, 'a comma or ]'))
        return
      case 'after-section':
        if (byte === COMMA) this.#state = 'key'
        else if (byte === CLOSE_BRACE) this.#state = 'done'
        else throw this.#error(at, this.#unexpected(at, 'a comma or }'))
        return
      default:
        throw this.#error(at, 'more stands after its end')
    }
  }

  /** What a closed list leaves behind. */
  *#listClosed(): Generator<JsonBatch> {
    yield* this.#flush()
    const held = this.#undecided
    const [section, isList] = [this.#section, this.#isList]
    if (held !== null && held.length > 0) yield { kind: 'value', section, value: held }
    // An empty list is said to be there.
    else if (this.#index === 0) yield { kind: 'elements', section, firstIndex: 0, elements: [] }
    this.#undecided = null
    this.#index = -1
    if (isList) this.#state = 'done'
  }

  #keyEnded(at: number): void {
    const start = this.#keyStart
    const { value, fault } = readExactJson(this.#text(start, at + 1))
    if (fault !== null) throw this.#error(start + fault.at, fault.reason)
    const section = value as string
    if (this.#sections.has(section))
      throw this.#error(start, `the section ${JSON.stringify(section)} stands there twice`)
    this.#sections.add(section)
    this.#section = section
    this.#keyStart = -1
    this.#state = 'colon'
  }

  #beginList(at: number): void {
    this.#tell(at + 1)
    this.#state = 'first-element'
    this.#index = 0
    this.#undecided = this.#isList ? null : []
    this.#undecidedBytes = 0
  }

  #beginValue(at: number, byte: number, isElement: boolean): void {
    if (byte === COMMA || byte === COLON || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === 0x2f)
      throw this.#error(at, this.#unexpected(at, 'a value'))
    this.#valueStart = at
    if (isElement && this.#sliceStart === -1) this.#sliceStart = at
    this.#isElement = isElement
    this.#scan.begin(byte)
    // The first byte is read again by the scan, which then needs no state of its own for it.
    this.#at = at
    this.#state = 'in-element'
  }

  /** Goes on until the value is whole: its end, or -1 when the bytes ran out. */
  #scanValue(): number {
    const end = this.#scan.goOn(this.#bytes, this.#at, this.#length, this.#options.maxDepth)
    this.#at = this.#scan.at
    if (this.#scan.isTooDeep)
      throw this.#error(this.#at - 1, `it is nested deeper than ${this.#options.maxDepth} levels`)
    return end
  }

  /** It waits for the parser. */
  #elementEnded(end: number): void {
    this.#valueStart = -1
    this.#state = 'after-element'
    this.#sliceEnd = end
  }

  #valueEnded(end: number): JsonBatch {
    const value = this.#parse(this.#valueStart, end, false)
    this.#valueStart = -1
    this.#state = this.#isTop() ? 'done' : 'after-section'
    this.#index = -1
    return { kind: 'value', section: this.#section, value }
  }

  /** Parses the whole elements that wait. */
  *#flush(): Generator<JsonBatch> {
    if (this.#sliceEnd === -1) {
      // Only a part of an element is there: it stays.
      if (this.#valueStart === -1) this.#sliceStart = -1
      return
    }
    const bytes = this.#sliceEnd - this.#sliceStart
    const elements = this.#parseElements(this.#sliceStart, this.#sliceEnd)
    this.#sliceStart = this.#valueStart
    this.#sliceEnd = -1
    const firstIndex = this.#index
    this.#index += elements.length
    if (this.#undecided === null) {
      yield { kind: 'elements', section: this.#section, firstIndex, elements }
      // Whatever still knows the batch would keep all of it, until it is old and costs more to collect.
      if (this.#plain !== null) (elements as unknown[]).length = 0
      return
    }
    for (const element of elements) this.#undecided.push(element)
    this.#undecidedBytes += bytes
    if (this.#undecidedBytes > this.#options.maxElementBytes) throw this.#tooLarge()
    if (!elements.some(isObject)) return
    const held = this.#undecided
    this.#undecided = null
    yield { kind: 'elements', section: this.#section, firstIndex: 0, elements: held }
  }

  /** Elements and what stands between them. */
  #parseElements(start: number, end: number): readonly unknown[] {
    const elements = end - start > MOST_PLAIN_BYTES ? null : (this.#plain?.objects(this.#bytes, start, end) ?? null)
    if (elements === null) return this.#parse(start, end, true) as readonly unknown[]
    this.#tell(start)
    // Every byte is a letter of ASCII.
    const slice = this.#bytes.subarray(start, end)
    let last = -1
    for (let next = slice.indexOf(NEWLINE); next !== -1; next = slice.indexOf(NEWLINE, next + 1)) {
      this.#line++
      last = next
    }
    this.#column = last === -1 ? this.#column + slice.length : slice.length - last - 1
    this.#told = end
    return elements
  }

  #parse(start: number, end: number, isSlice: boolean): unknown {
    this.#tell(start)
    const text = this.#text(start, end)
    const { value, fault } = readExactJson(isSlice ? `[${text}]` : text)
    if (fault !== null) {
      const at = Math.min(Math.max(0, fault.at - (isSlice ? 1 : 0)), text.length)
      this.#count(text.slice(0, at))
      throw jsonError(this.#path, this.#line, this.#column + 1, fault.reason)
    }
    this.#count(text)
    this.#told = end
    return value
  }

  #text(start: number, end: number): string {
    try {
      return this.#strict.decode(this.#bytes.subarray(start, end))
    } catch (cause) {
      this.#tell(start)
      throw new AppError('import/encoding', `${this.#path} is not valid UTF-8 after line ${this.#line}.`, {
        nextStep: 'Save the file as UTF-8 and import it again.',
        data: { file: this.#path, line: this.#line },
        cause
      })
    }
  }

  /** Counts lines up to a byte of the buffer. */
  #tell(to: number): void {
    if (to <= this.#told) return
    this.#count(LOSSY.decode(this.#bytes.subarray(this.#told, to)))
    this.#told = to
  }

  #count(text: string): void {
    let last = -1
    for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) {
      this.#line++
      last = next
    }
    this.#column = last === -1 ? this.#column + text.length : text.length - last - 1
  }

  #unexpected(at: number, wanted: string): string {
    const text = LOSSY.decode(this.#bytes.subarray(at, Math.min(this.#length, at + 24)))
    // Whether a second mark follows may not be known yet; a slash has no other meaning in JSON.
    if (text.startsWith('/')) return 'comments are not allowed'
    const word = /^[\w+.-]+/.exec(text)?.[0] ?? [...text][0] ?? ''
    return `${JSON.stringify(word)} stands where ${wanted} should be`
  }

  #error(at: number, reason: string): AppError {
    // What waits for the parser stands before, and so do its faults.
    if (this.#sliceEnd !== -1) this.#parse(this.#sliceStart, this.#sliceEnd, true)
    this.#tell(at)
    return jsonError(this.#path, this.#line, this.#column + 1, reason)
  }

  #tooLarge(): AppError {
    const what = this.#section === '' ? 'An element' : `Something in the section ${JSON.stringify(this.#section)}`
    const { maxElementBytes } = this.#options
    return new AppError('import/too-large', `${what} of ${this.#path} is larger than ${maxElementBytes} bytes.`, {
      nextStep: 'Check that it is the file you mean.',
      data: { file: this.#path, maxBytes: maxElementBytes }
    })
  }
}

/** For messages only: the strict decoder has the say over what is stored. */
const LOSSY = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The batches of a file whose bytes come in chunks of any size; UTF-8 or UTF-16, with or without a mark. */
export async function* splitJson(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: JsonSplitterOptions = {}
): AsyncGenerator<JsonBatch> {
  const splitter = new JsonSplitter(path, options)
  for await (const chunk of asUtf8(path, chunks)) yield* splitter.push(chunk)
  yield* splitter.end()
}
