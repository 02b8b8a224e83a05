/**
 * @file Which files outside itself an ONNX graph wants to read (G2). Walks the protobuf without
 * loading weights: only tags, lengths and the few fields on the way to a tensor are read.
 * Field numbers are those of onnx.proto3 (github.com/onnx/onnx, Apache-2.0).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { AppError } from '../../../src-shared/errors'

export interface ExternalReference {
  readonly tensor: string
  readonly location: string
  readonly offset: number
  /** null: to the end of the file. */
  readonly length: number | null
}

/** What a message may contain that leads to a tensor: field → kind of the nested message. */
type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor'
const NESTED: Readonly<Record<Exclude<Kind, 'tensor'>, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' }
}
const MAX_DEPTH = 64
const MAX_REFERENCES = 100_000
const MAX_TEXT_BYTES = 4_096
const WINDOW_BYTES = 1 << 16

/** Reads a file through a window; skipping costs nothing. */
class Cursor {
  position = 0
  private readonly window = Buffer.alloc(WINDOW_BYTES)
  private start = 0
  private end = 0

  private readonly file: number
  private readonly name: string

  constructor(file: number, name: string) {
    this.file = file
    this.name = name
  }

  broken(reason: string): AppError {
    return new AppError(
      'model/corrupt-graph',
      `${this.name} is not a sound ONNX graph: ${reason} at byte ${this.position}.`,
      {
        nextStep: 'Copy or download the model again and add it once more.',
        data: { file: this.name }
      }
    )
  }

  byte(limit: number): number {
    if (this.position >= limit) throw this.broken('a field runs past its end')
    if (this.position < this.start || this.position >= this.end) {
      this.start = this.position
      this.end = this.start + readSync(this.file, this.window, 0, WINDOW_BYTES, this.start)
      if (this.end === this.start) throw this.broken('the file ends too early')
    }
    return this.window[this.position++ - this.start] ?? 0
  }

  varint(limit: number): number {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte(limit)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asUintN(64, value))
    }
    throw this.broken('a number is too long')
  }

  text(length: number, limit: number): string {
    if (length > MAX_TEXT_BYTES) throw this.broken('a name is too long')
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = this.byte(limit)
    return bytes.toString('utf8')
  }
}

interface Field {
  readonly number: number
  /** Value of a varint; length of a length-delimited field, whose content starts at the cursor. */
  readonly value: number
  readonly isBytes: boolean
}

/** Calls `visit` for each field; whatever it leaves unread of a length-delimited one is skipped. */
function eachField(cursor: Cursor, end: number, visit: (field: Field, contentEnd: number) => void): void {
  while (cursor.position < end) {
    const tag = cursor.varint(end)
    const wire = tag & 7
    if (wire === 1 || wire === 5) {
      cursor.position += wire === 1 ? 8 : 4
    } else if (wire === 0 || wire === 2) {
      const value = cursor.varint(end)
      const contentEnd = wire === 2 ? cursor.position + value : cursor.position
      if (contentEnd > end) throw cursor.broken('a field runs past its end')
      visit({ number: Math.floor(tag / 8), value, isBytes: wire === 2 }, contentEnd)
      cursor.position = contentEnd
    } else throw cursor.broken(`an unknown wire type ${wire}`)
    if (cursor.position > end) throw cursor.broken('a field runs past its end')
  }
}

function readEntry(cursor: Cursor, end: number): readonly [key: string, value: string] {
  let key = ''
  let value = ''
  eachField(cursor, end, (field, contentEnd) => {
    if (!field.isBytes) return
    if (field.number === 1) key = cursor.text(field.value, contentEnd)
    if (field.number === 2) value = cursor.text(field.value, contentEnd)
  })
  return [key, value]
}

const wholeNumber = (cursor: Cursor, text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw cursor.broken(`an offset or length of external data is "${text.slice(0, 40)}"`)
  return Number(text)
}

function readTensor(cursor: Cursor, end: number, found: ExternalReference[]): void {
  let tensor = ''
  let isExternal = false
  const entries = new Map<string, string>()
  eachField(cursor, end, (field, contentEnd) => {
    if (field.isBytes && field.number === 8) tensor = cursor.text(field.value, contentEnd)
    else if (field.isBytes && field.number === 13) entries.set(...readEntry(cursor, contentEnd))
    else if (!field.isBytes && field.number === 14) isExternal = field.value === 1
  })
  if (!isExternal && entries.size === 0) return
  const length = entries.get('length')
  found.push({
    tensor,
    location: entries.get('location') ?? '',
    offset: wholeNumber(cursor, entries.get('offset') ?? '0'),
    length: length === undefined ? null : wholeNumber(cursor, length)
  })
  if (found.length > MAX_REFERENCES) throw cursor.broken('too many references to external data')
}

function walk(cursor: Cursor, kind: Kind, end: number, depth: number, found: ExternalReference[]): void {
  if (depth > MAX_DEPTH) throw cursor.broken('graphs are nested too deeply')
  if (kind === 'tensor') {
    readTensor(cursor, end, found)
    return
  }
  const nested = NESTED[kind]
  eachField(cursor, end, (field, contentEnd) => {
    const inner = field.isBytes ? nested[field.number] : undefined
    if (inner !== undefined) walk(cursor, inner, contentEnd, depth + 1, found)
  })
}

/** Every reference of the graph file, subgraphs and functions included. Throws `model/corrupt-graph`. */
export function readExternalReferences(path: string): readonly ExternalReference[] {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const cursor = new Cursor(file, basename(path))
    if (size === 0) throw cursor.broken('the file is empty')
    const found: ExternalReference[] = []
    walk(cursor, 'model', size, 0, found)
    return found
  } finally {
    closeSync(file)
  }
}
