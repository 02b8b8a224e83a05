/**
 * @file What an ONNX file says of itself in `metadata_props`: keys and texts. Only the outer fields are walked, so that
 * a file of gigabytes costs a few reads. Field numbers are those of onnx.proto3 (github.com/onnx/onnx, Apache-2.0).
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { fieldsOf, NotProtobuf, readVarint, textOf } from './protobuf'

const GRAPH = 7
const METADATA = 14
/** Names of a thousand classes take some 20 kB. */
const MAX_ENTRY_BYTES = 4_000_000
const MAX_ENTRIES = 1_000
/** The longest tag with the longest length. */
const HEAD_BYTES = 20

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function entryOf(bytes: Uint8Array): readonly [string, string] {
  const field = (wanted: number): string => {
    const found = fieldsOf(bytes).find(({ number, wire }) => number === wanted && wire === 2)
    return found === undefined ? '' : textOf(bytes, found)
  }
  return [field(1), field(2)]
}

/** Throws `NotProtobuf` for a file that is no ONNX model. A key that comes twice has its last text. */
export async function readMetadata(path: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const file = await open(path)
  try {
    const { size } = await file.stat()
    let hasGraph = false
    for (let at = 0; at < size;) {
      const head = await bytesAt(file, at, HEAD_BYTES)
      const [tag, behind] = readVarint(head, 0)
      const [wire, number] = [tag & 7, Math.floor(tag / 8)]
      if (wire === 0) {
        at += readVarint(head, behind)[1]
        continue
      }
      if (wire === 1 || wire === 5) {
        at += behind + (wire === 1 ? 8 : 4)
        continue
      }
      if (wire !== 2) throw new NotProtobuf(`an unknown wire type ${wire}`)
      const [length, content] = readVarint(head, behind)
      if (length < 0 || at + content + length > size) throw new NotProtobuf('a field runs past its end')
      hasGraph ||= number === GRAPH
      if (number === METADATA) {
        if (length > MAX_ENTRY_BYTES || found.size >= MAX_ENTRIES) throw new NotProtobuf('its metadata is too long')
        const [key, text] = entryOf(await bytesAt(file, at + content, length))
        found.set(key, text)
      }
      at += content + length
    }
    if (!hasGraph) throw new NotProtobuf('it has no graph')
    return found
  } finally {
    await file.close()
  }
}
