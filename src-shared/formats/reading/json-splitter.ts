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
import { ENDS } from './json-state'
import type { State } from './json-state'
import { JsonWindow } from './json-window'
import type { JsonBatch } from './source'
import { asUtf8 } from './utf8-chunks'
import { ValueScan } from './value-scan'

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

const [QUOTE, BACKSLASH, COMMA, COLON, SLASH] = [0x22, 0x5c, 0x2c, 0x3a, 0x2f]
/** What is parsed at once is what a collection of the young finds alive and makes old. */
const PLAIN_SLICE_BYTES = 64 * 1024
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Bytes of one UTF-8 file in, batches out. A chunk may be reused once `push` has been read to its end. */
export class JsonSplitter {
  readonly #options: Limits
  readonly #only: ReadonlySet<string> | undefined
  readonly #numberLists: boolean
  /** Places below are bytes of it. */
  readonly #window: JsonWindow
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

  constructor(path: string, options: JsonSplitterOptions = {}) {
    this.#numberLists = options.numberLists === true
    this.#options = { ...DEFAULTS, ...(this.#numberLists ? { sliceBytes: PLAIN_SLICE_BYTES } : {}), ...options }
    this.#only = options.only
    this.#window = new JsonWindow(path, this.#numberLists)
  }

  *push(chunk: Uint8Array): Generator<JsonBatch> {
    this.#window.take(chunk)
    while (this.#at < this.#window.length) {
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
      yield this.#valueEnded(this.#window.length)
    if (this.#state !== 'done') throw this.#error(this.#window.length, ENDS[this.#state])
  }

  /** Only a scalar that is the whole file has no name and no list around it. */
  #isTop(): boolean {
    return !this.#isList && this.#sections.size === 0
  }

  /** Drops the bytes nobody needs again. */
  #forget(): void {
    const { length } = this.#window
    const keep = this.#valueStart >= 0 ? this.#valueStart : this.#keyStart >= 0 ? this.#keyStart : length
    if (length - keep > this.#options.maxElementBytes) throw this.#tooLarge()
    if (keep === 0) return
    this.#window.drop(keep)
    this.#at -= keep
    if (this.#valueStart >= 0) this.#valueStart = 0
    if (this.#sliceStart >= 0) this.#sliceStart = 0
    if (this.#keyStart >= 0) this.#keyStart = 0
  }

  /** One byte outside of values. */
  #step(): void {
    const at = this.#at++
    const byte = this.#window.bytes[at] ?? 0
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
          throw this.#error(
            at,
            byte === CLOSE_BRACE ? 'a comma stands before }' : this.#window.unexpected(at, 'a name in "')
          )
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
        else throw this.#error(at, this.#window.unexpected(at, 'a comma or ]'))
        return
      case 'after-section':
        if (byte === COMMA) this.#state = 'key'
        else if (byte === CLOSE_BRACE) this.#state = 'done'
        else throw this.#error(at, this.#window.unexpected(at, 'a comma or }'))
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
    const section = this.#window.name(start, at + 1)
    if (this.#sections.has(section))
      throw this.#error(start, `the section ${JSON.stringify(section)} stands there twice`)
    this.#sections.add(section)
    this.#section = section
    this.#keyStart = -1
    this.#state = 'colon'
  }

  #beginList(at: number): void {
    this.#window.pass(at + 1)
    this.#state = 'first-element'
    this.#index = 0
    this.#undecided = this.#isList ? null : []
    this.#undecidedBytes = 0
  }

  #beginValue(at: number, byte: number, isElement: boolean): void {
    if (byte === COMMA || byte === COLON || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === SLASH)
      throw this.#error(at, this.#window.unexpected(at, 'a value'))
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
    const { bytes, length } = this.#window
    const end = this.#scan.goOn(bytes, this.#at, length, this.#options.maxDepth)
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
    const value = this.#window.value(this.#valueStart, end)
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
    const elements = this.#window.elements(this.#sliceStart, this.#sliceEnd)
    this.#sliceStart = this.#valueStart
    this.#sliceEnd = -1
    const firstIndex = this.#index
    this.#index += elements.length
    if (this.#undecided === null) {
      yield { kind: 'elements', section: this.#section, firstIndex, elements }
      // Whatever still knows the batch would keep all of it, until it is old and costs more to collect.
      if (this.#numberLists) (elements as unknown[]).length = 0
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

  #error(at: number, reason: string): AppError {
    // What waits for the parser stands before, and so do its faults.
    if (this.#sliceEnd !== -1) this.#window.elements(this.#sliceStart, this.#sliceEnd)
    return this.#window.error(at, reason)
  }

  #tooLarge(): AppError {
    const what = this.#section === '' ? 'An element' : `Something in the section ${JSON.stringify(this.#section)}`
    const { maxElementBytes } = this.#options
    const { path } = this.#window
    return new AppError('import/too-large', `${what} of ${path} is larger than ${maxElementBytes} bytes.`, {
      nextStep: 'Check that it is the file you mean.',
      data: { file: path, maxBytes: maxElementBytes }
    })
  }
}

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
