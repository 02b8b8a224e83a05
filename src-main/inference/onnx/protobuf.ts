/** @file Reads protobuf messages that lie in memory, field by field, without knowing their schema. */

export interface Field {
  readonly number: number
  /** 0 varint, 1 fixed 64 bits, 2 length-delimited, 5 fixed 32 bits. */
  readonly wire: number
  /** Of the whole field, tag included. */
  readonly start: number
  readonly end: number
  /** Of its value. */
  readonly from: number
  readonly to: number
}

const utf8 = new TextDecoder()

/** Thrown for bytes that are no message; callers say which file. */
export class NotProtobuf extends Error {}

/** A varint as a number, negative ones included; the place behind it. */
export function readVarint(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at++]
    if (byte === undefined) throw new NotProtobuf('it ends inside of a number')
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return [Number(BigInt.asIntN(64, value)), at]
  }
  throw new NotProtobuf('a number is too long')
}

export function fieldsOf(bytes: Uint8Array, from = 0, to = bytes.length): readonly Field[] {
  const fields: Field[] = []
  for (let at = from; at < to;) {
    const start = at
    const [tag, behind] = readVarint(bytes, at)
    const wire = tag & 7
    let value = behind
    if (wire === 0) [, at] = readVarint(bytes, behind)
    else if (wire === 1) at = behind + 8
    else if (wire === 5) at = behind + 4
    else if (wire === 2) {
      const [length, content] = readVarint(bytes, behind)
      if (length < 0) throw new NotProtobuf('a length is negative')
      value = content
      at = content + length
    } else throw new NotProtobuf(`an unknown wire type ${wire}`)
    if (at > to) throw new NotProtobuf('a field runs past its end')
    fields.push({ number: Math.floor(tag / 8), wire, start, end: at, from: value, to: at })
  }
  return fields
}

export const textOf = (bytes: Uint8Array, field: Field): string => utf8.decode(bytes.subarray(field.from, field.to))
