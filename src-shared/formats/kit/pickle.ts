/**
 * @file Pickles that hold plain data: numbers, texts, booleans, None, lists, tuples, dicts. Nothing in a pickle is ever
 * run: opcodes that name, build or call something are refused by name, and so is every opcode that is not known here.
 * Protocols 0 to 5 (docs.python.org/3/library/pickletools; CPython Lib/pickletools.py lists the opcodes).
 *
 * A dict becomes an object without prototype, a tuple or a set a list, bytes of Python 2's `str` a text (UTF-8), an
 * integer beyond 2^53 a bigint. The result may hold one list in two places, and even in itself: walk it to a fixed depth.
 */
import { AppError } from '../../errors'
import { StrictDecoder } from '../reading/text-encoding'
import { PickleBytes } from './pickle-bytes'
import type { PickleFault } from './pickle-bytes'

const MARK = Symbol('mark')
type Stacked = unknown

/** What would run code or fetch objects, by opcode. */
const REFUSED: Readonly<Record<number, string>> = {
  0x63: 'GLOBAL',
  0x69: 'INST',
  0x6f: 'OBJ',
  0x52: 'REDUCE',
  0x62: 'BUILD',
  0x50: 'PERSID',
  0x51: 'BINPERSID',
  0x81: 'NEWOBJ',
  0x82: 'EXT1',
  0x83: 'EXT2',
  0x84: 'EXT4',
  0x92: 'NEWOBJ_EX',
  0x93: 'STACK_GLOBAL',
  0x97: 'NEXT_BUFFER',
  0x98: 'READONLY_BUFFER'
}

/** Throws `import/pickle`, with the offset in bytes, and `import/encoding`. Linear in the bytes. */
export function readPickle(file: string, bytes: Uint8Array): unknown {
  const fail: PickleFault = (at, reason) => {
    throw new AppError('import/pickle', `${file}, byte ${at}: ${reason}.`, {
      nextStep: 'Save the data as JSON in Python (json.dump) and import that.',
      data: { file, at }
    })
  }
  return new Machine(file, new PickleBytes(bytes, fail), fail).run()
}

class Machine {
  #stack: Stacked[] = []
  readonly #memo = new Map<number, unknown>()

  readonly file: string
  readonly input: PickleBytes
  readonly fail: PickleFault

  constructor(file: string, input: PickleBytes, fail: PickleFault) {
    this.file = file
    this.input = input
    this.fail = fail
  }

  run(): unknown {
    for (;;) {
      const at = this.input.at
      const opcode = this.input.byte()
      if (opcode === 0x2e) {
        const value = this.#pop(at)
        if (this.#stack.length > 0) this.fail(at, 'it ends with more than one value')
        return value
      }
      this.#step(opcode, at)
    }
  }

  #step(opcode: number, at: number): void {
    const refused = REFUSED[opcode]
    if (refused !== undefined) this.fail(at, `it holds more than plain data (${refused}), and is not opened`)
    const scalar = this.#scalar(opcode, at)
    if (scalar !== undefined) {
      this.#stack.push(scalar.value)
      return
    }
    switch (opcode) {
      case 0x80: {
        const protocol = this.input.byte()
        if (protocol > 5) this.fail(at, `it is of protocol ${protocol}, which is not known`)
        return
      }
      case 0x95: // FRAME
        this.input.size(8)
        return
      case 0x28:
        this.#stack.push(MARK)
        return
      case 0x30: // POP
        if (this.#stack.length === 0) this.fail(at, 'a value is missing')
        this.#stack.pop()
        return
      case 0x31: // POP_MARK
        this.#toMark(at)
        return
      case 0x32: // DUP
        this.#stack.push(this.#top(at))
        return
      default:
        if (this.#container(opcode, at) || this.#remember(opcode, at)) return
        this.fail(at, `there is no opcode 0x${opcode.toString(16).padStart(2, '0')}`)
    }
  }

  /** Values that stand in the bytes themselves. */
  #scalar(opcode: number, at: number): { readonly value: unknown } | undefined {
    const { input } = this
    switch (opcode) {
      case 0x4e:
        return { value: null }
      case 0x88:
        return { value: true }
      case 0x89:
        return { value: false }
      case 0x4a:
        return { value: input.int32() }
      case 0x4b:
        return { value: input.byte() }
      case 0x4d:
        return { value: input.size(2) }
      case 0x8a:
        return { value: input.long(input.byte()) }
      case 0x8b:
        return { value: input.long(input.size(4)) }
      case 0x47:
        return { value: input.float64() }
      case 0x46:
        return { value: this.#float(input.line(), at) }
      case 0x49: {
        const digits = input.line()
        if (digits === '00' || digits === '01') return { value: digits === '01' }
        return { value: this.#integer(digits, at) }
      }
      case 0x4c:
        return { value: this.#integer(input.line().replace(/L$/, ''), at) }
      case 0x53:
        return { value: this.#text(input.quoted()) }
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
      case 0x8c: // SHORT_BINUNICODE
        return { value: this.#text(input.take(input.byte())) }
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
      case 0x58: // BINUNICODE
        return { value: this.#text(input.take(input.size(4))) }
      case 0x8d: // BINUNICODE8
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return { value: this.#text(input.take(input.size(8))) }
      case 0x56:
        return { value: input.escaped() }
      default:
        return undefined
    }
  }

  #container(opcode: number, at: number): boolean {
    switch (opcode) {
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
      case 0x8f: // EMPTY_SET
        this.#stack.push([])
        return true
      case 0x7d: // EMPTY_DICT
        this.#stack.push(Object.create(null))
        return true
      case 0x6c: // LIST
      case 0x74: // TUPLE
      case 0x91: // FROZENSET
        this.#stack.push(this.#toMark(at))
        return true
      case 0x64: {
        // DICT
        const pairs = this.#toMark(at)
        const dict: object = Object.create(null) as object
        this.#set(dict, pairs, at)
        this.#stack.push(dict)
        return true
      }
      case 0x85:
      case 0x86:
      case 0x87: {
        // TUPLE1..3
        const count = opcode - 0x84
        const items = Array.from({ length: count }, () => this.#pop(at)).reverse()
        this.#stack.push(items)
        return true
      }
      case 0x61: {
        // APPEND
        const item = this.#pop(at)
        this.#list(at).push(item)
        return true
      }
      case 0x65: // APPENDS
      case 0x90: {
        // ADDITEMS
        const items = this.#toMark(at)
        const list = this.#list(at)
        for (const item of items) list.push(item)
        return true
      }
      case 0x73: {
        // SETITEM
        const value = this.#pop(at)
        const key = this.#pop(at)
        this.#set(this.#dict(at), [key, value], at)
        return true
      }
      case 0x75: {
        // SETITEMS
        const pairs = this.#toMark(at)
        this.#set(this.#dict(at), pairs, at)
        return true
      }
      default:
        return false
    }
  }

  #remember(opcode: number, at: number): boolean {
    const { input } = this
    switch (opcode) {
      case 0x70: // PUT
        this.#memo.set(this.#index(input.line(), at), this.#top(at))
        return true
      case 0x71: // BINPUT
        this.#memo.set(input.byte(), this.#top(at))
        return true
      case 0x72: // LONG_BINPUT
        this.#memo.set(input.size(4), this.#top(at))
        return true
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top(at))
        return true
      case 0x67: // GET
        this.#recall(this.#index(input.line(), at), at)
        return true
      case 0x68: // BINGET
        this.#recall(input.byte(), at)
        return true
      case 0x6a: // LONG_BINGET
        this.#recall(input.size(4), at)
        return true
      default:
        return false
    }
  }

  #recall(index: number, at: number): void {
    if (!this.#memo.has(index)) this.fail(at, `it takes up value ${index}, which was never put down`)
    this.#stack.push(this.#memo.get(index))
  }

  #index(digits: string, at: number): number {
    if (!/^\d{1,15}$/.test(digits)) this.fail(at, 'the number of a value is no number')
    return Number(digits)
  }

  #integer(digits: string, at: number): number | bigint {
    if (!/^[+-]?\d{1,400}$/.test(digits)) this.fail(at, 'an integer is none, or has more than 400 digits')
    const value = Number(digits)
    return Number.isSafeInteger(value) ? value + 0 : BigInt(digits)
  }

  #float(digits: string, at: number): number {
    const special = /^([+-]?)(inf|nan)$/.exec(digits)
    if (special !== null) return special[2] === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(digits)) this.fail(at, 'a number is none')
    return Number(digits)
  }

  #text(bytes: Uint8Array): string {
    const decoder = new StrictDecoder(this.file, UTF_8)
    return decoder.push(bytes) + decoder.end()
  }

  #top(at: number): unknown {
    const top = this.#stack.at(-1)
    if (this.#stack.length === 0 || top === MARK) this.fail(at, 'a value is missing')
    return top
  }

  #pop(at: number): unknown {
    const top = this.#top(at)
    this.#stack.pop()
    return top
  }

  #toMark(at: number): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK)
    if (mark === -1) this.fail(at, 'a mark is missing')
    const items = this.#stack.slice(mark + 1)
    this.#stack.length = mark
    return items
  }

  #list(at: number): unknown[] {
    const top = this.#top(at)
    if (!Array.isArray(top)) this.fail(at, 'something is added to what is no list')
    return top as unknown[]
  }

  #dict(at: number): object {
    const top = this.#top(at)
    if (typeof top !== 'object' || top === null || Array.isArray(top))
      this.fail(at, 'something is set in what is no dict')
    return top as object
  }

  #set(dict: object, pairs: readonly unknown[], at: number): void {
    if (pairs.length % 2 === 1) this.fail(at, 'a key has no value')
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i]
      if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint')
        this.fail(at, 'a key is neither text nor number')
      ;(dict as Record<string, unknown>)[String(key as string | number | bigint)] = pairs[i + 1]
    }
  }
}

const UTF_8 = { name: 'utf-8', markBytes: 0 }
