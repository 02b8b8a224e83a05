/**
 * @file What a column chunk of a Parquet file says about itself, before it is believed (apache/parquet-format:
 * Encodings.md, parquet.thrift). A page tells how large it is unpacked and how many values it has, and a run how often
 * its value is repeated; the decoder makes room for as many as it is told. So everything that is told is checked
 * against the bytes that are there, and a run against the values that are left.
 */

/** What of the schema and the footer a chunk is checked against. */
export interface ChunkFacts {
  /** 0: no levels are written. */
  readonly maxDefinition: number
  readonly maxRepetition: number
  readonly isBoolean: boolean
  /** As the footer says. */
  readonly values: number
  /** Throws where it cannot be unpacked to this length. */
  readonly unpack: (bytes: Uint8Array, length: number) => Uint8Array
  /** Of all pages together, unpacked. */
  readonly mostBytes: number
}

/** Something is not as Parquet has it; the message is the end of a sentence. */
export class BadPage extends Error {}

interface Reader {
  readonly bytes: Uint8Array
  at: number
}

const MOST_NESTED = 16
const [DATA, DICTIONARY, DATA_V2] = [0, 2, 3]
const [PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT] = [0, 2, 3, 8, 9]

function byteOf(reader: Reader): number {
  const byte = reader.bytes[reader.at++]
  if (byte === undefined) throw new BadPage('it ends in the middle of a page')
  return byte
}

/** Unsigned, of at most 32 bits. */
function varint(reader: Reader): number {
  let [value, factor] = [0, 1]
  for (let i = 0; i < 5; i++) {
    const byte = byteOf(reader)
    value += (byte & 0x7f) * factor
    if (byte < 0x80) {
      if (value > 0xffffffff) break
      return value
    }
    factor *= 128
  }
  throw new BadPage('a number in it is too long')
}

/** Of up to 64 bits, passed over. */
function skipVarint(reader: Reader): void {
  for (let i = 0; i < 10; i++) if (byteOf(reader) < 0x80) return
  throw new BadPage('a number in it is too long')
}

const zigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

type Fields = ReadonlyMap<number, number | boolean | Fields>

/** Thrift's compact protocol: numbers of up to 32 bits, truths and structures by their number; the rest is passed over. */
function structure(reader: Reader, depth = 0): Fields {
  if (depth > MOST_NESTED) throw new BadPage('a page header is nested too deep')
  const fields = new Map<number, number | boolean | Fields>()
  for (let id = 0; ;) {
    const byte = byteOf(reader)
    if (byte === 0) return fields
    id = byte >> 4 === 0 ? zigzag(varint(reader)) : id + (byte >> 4)
    const value = element(reader, byte & 0x0f, depth)
    if (value !== null) fields.set(id, value)
  }
}

function element(reader: Reader, type: number, depth: number): number | boolean | Fields | null {
  switch (type) {
    case 1:
      return true
    case 2:
      return false
    case 3:
      return byteOf(reader)
    case 4:
    case 5:
      return zigzag(varint(reader))
    case 6:
      skipVarint(reader)
      return null
    case 7:
      reader.at += 8
      return null
    case 8: {
      // The length moves the place itself: read first, added then.
      const length = varint(reader)
      reader.at += length
      if (reader.at > reader.bytes.length) throw new BadPage('a page header ends beyond the column')
      return null
    }
    case 9:
      return list(reader, depth)
    case 12:
      return structure(reader, depth + 1)
    default:
      throw new BadPage('a page header is damaged')
  }
}

/** Of a footer: that its lists and texts are there, so that the decoder makes room for no others. Throws `BadPage`. */
export function checkFooterBytes(bytes: Uint8Array): void {
  structure({ bytes, at: 0 })
}

function list(reader: Reader, depth: number): null {
  const head = byteOf(reader)
  const size = head >> 4 === 15 ? varint(reader) : head >> 4
  if (depth > MOST_NESTED) throw new BadPage('a list is nested too deep')
  // Whoever reads it makes room for as many as it says.
  if (size > reader.bytes.length - reader.at) throw new BadPage(`a list of ${size} is longer than what is left`)
  for (let i = 0; i < size; i++) {
    // Truths stand in a byte each.
    if ((head & 0x0f) === 1 || (head & 0x0f) === 2) byteOf(reader)
    else element(reader, head & 0x0f, depth + 1)
  }
  return null
}

function count(fields: Fields, id: number, what: string, most: number): number {
  const value = fields.get(id)
  if (typeof value !== 'number' || value < 0 || value > most)
    throw new BadPage(`a page says that it has ${String(value)} ${what}, of at most ${most}`)
  return value
}

function inner(fields: Fields, id: number): Fields {
  const value = fields.get(id)
  if (!(value instanceof Map)) throw new BadPage('a page has no header of its kind')
  return value as Fields
}

const bitsFor = (most: number): number => 32 - Math.clz32(most)

/** Runs of `values` values, `width` bits each; they end at `end` at the latest. */
function checkRuns(reader: Reader, width: number, values: number, end: number): void {
  if (width > 32) throw new BadPage(`values of ${width} bits are none`)
  for (let seen = 0; seen < values;) {
    if (reader.at >= end) throw new BadPage(`it has ${seen} of ${values} values`)
    const head = varint(reader)
    if (head % 2 === 1) {
      const groups = (head - 1) / 2
      reader.at += groups * width
      seen += groups * 8
      // The last group may have more places than values.
      if (seen >= values + 8) throw new BadPage(`a run has ${groups * 8} values where ${values} are`)
    } else {
      const repeated = head / 2
      seen += repeated
      if (seen > values) throw new BadPage(`a value is repeated ${repeated} times where ${values} are`)
      reader.at += Math.ceil(width / 8)
      if (repeated === 0) continue
    }
    // A last group that ends short is read as zeroes by some writers' readers; here it is damage.
    if (reader.at > end) throw new BadPage('a run ends beyond its page')
  }
}

/** Levels of a page of the first kind: their length, then runs. */
function checkLevels(reader: Reader, most: number, values: number): void {
  if (most === 0) return
  if (reader.at + 4 > reader.bytes.length) throw new BadPage('it ends in the middle of a page')
  const length = new DataView(reader.bytes.buffer, reader.bytes.byteOffset).getUint32(reader.at, true)
  const end = reader.at + 4 + length
  if (end > reader.bytes.length) throw new BadPage('its levels end beyond their page')
  reader.at += 4
  checkRuns(reader, bitsFor(most), values, end)
  reader.at = end
}

/** Nulls may be among the `most` values, so that fewer are written. */
function checkValues(reader: Reader, encoding: number, most: number, { isBoolean }: ChunkFacts): void {
  if (encoding === PLAIN || encoding === BYTE_STREAM_SPLIT) return
  if (![PLAIN_DICTIONARY, RLE, RLE_DICTIONARY].includes(encoding))
    throw new BadPage(`its values are encoded in a way that is not read (number ${encoding})`)
  if (most === 0) return
  const width = isBoolean && encoding === RLE ? 1 : byteOf(reader)
  if (width === 0) return
  if (isBoolean && encoding === RLE) reader.at += 4
  // With nulls the runs end before `most`; what they repeat must still be no more.
  const { length } = reader.bytes
  for (let seen = 0; seen < most && reader.at < length;) {
    const head = varint(reader)
    const isPacked = head % 2 === 1
    const amount = isPacked ? ((head - 1) / 2) * 8 : head / 2
    if (seen + amount >= most + 8) throw new BadPage(`a run has ${amount} values where ${most} are`)
    seen += amount
    reader.at += isPacked ? (amount / 8) * width : Math.ceil(width / 8)
    if (width > 32) throw new BadPage(`values of ${width} bits are none`)
  }
}

/** Throws `BadPage`. The chunk is whole, from its first page. */
export function checkChunk(bytes: Uint8Array, facts: ChunkFacts): void {
  const reader: Reader = { bytes, at: 0 }
  let [values, unpacked] = [0, 0]
  // As the decoder has it: a last byte alone is no page.
  while (reader.at < bytes.length - 1) {
    const header = structure(reader)
    const kind = header.get(1)
    const size = count(header, 2, 'bytes unpacked', facts.mostBytes - unpacked)
    unpacked += size
    const packed = count(header, 3, 'bytes', bytes.length - reader.at)
    const body = bytes.subarray(reader.at, reader.at + packed)
    reader.at += packed
    if (kind === DICTIONARY) {
      count(inner(header, 7), 1, 'values', size)
      facts.unpack(body, size)
    } else if (kind === DATA) {
      const data = inner(header, 5)
      const some = count(data, 1, 'values', facts.values - values)
      values += some
      const page: Reader = { bytes: facts.unpack(body, size), at: 0 }
      checkLevels(page, facts.maxRepetition, some)
      checkLevels(page, facts.maxDefinition, some)
      checkValues(page, count(data, 2, 'encodings', 99), some, facts)
    } else if (kind === DATA_V2) {
      const data = inner(header, 8)
      const some = count(data, 1, 'values', facts.values - values)
      values += some
      const nulls = count(data, 2, 'nulls', some)
      count(data, 3, 'rows', some)
      const [definitions, repetitions] = [
        count(data, 5, 'bytes of levels', packed),
        count(data, 6, 'bytes of levels', packed)
      ]
      const levels = definitions + repetitions
      if (levels > packed || levels > size) throw new BadPage('its levels end beyond their page')
      if (facts.maxRepetition > 0) checkRuns({ bytes: body, at: 0 }, bitsFor(facts.maxRepetition), some, repetitions)
      if (facts.maxDefinition > 0)
        checkRuns({ bytes: body, at: repetitions }, bitsFor(facts.maxDefinition), some, levels)
      const rest = body.subarray(levels)
      const isPacked = data.get(7) !== false
      const page: Reader = { bytes: isPacked ? facts.unpack(rest, size - levels) : rest, at: 0 }
      checkValues(page, count(data, 4, 'encodings', 99), some - nulls, facts)
    } else throw new BadPage('a page is of no kind that is read')
  }
  if (values !== facts.values) throw new BadPage(`it has ${values} values where the footer says ${facts.values}`)
}
