/** @file Zip archives for tests, made when they are needed. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface Packed {
  readonly name: string | Buffer
  readonly content?: string | Buffer
  /** Unix mode with its file type; default: a plain file. */
  readonly mode?: number
  readonly flags?: number
  readonly checksum?: number
  readonly declaredSize?: number
  readonly method?: number
  /** Its local header is that of the entry with this index. */
  readonly sameAs?: number
}
/** A zip file to the letter, so that it can be wrong in one place. */
export function zipOf(entries: readonly Packed[]): Buffer {
  const [local, central]: [Buffer[], Buffer[]] = [[], []]
  const offsets: number[] = []
  let at = 0
  for (const { name, content = '', mode = 0o100644, flags = 0x800, method = 8, ...rest } of entries) {
    const [nameBytes, bytes] = [Buffer.from(name as string), Buffer.from(content as string)]
    const packed = method === 8 ? deflateRawSync(bytes) : bytes
    const offset = rest.sameAs === undefined ? at : (offsets[rest.sameAs] ?? 0)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(flags, 2)
    shared.writeUInt16LE(method, 4)
    shared.writeUInt32LE(rest.checksum ?? crc32(bytes), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(rest.declaredSize ?? bytes.length, 18)
    shared.writeUInt16LE(nameBytes.length, 22)
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), shared, nameBytes, packed])
    offsets.push(offset)
    if (rest.sameAs === undefined) {
      local.push(header)
      at += header.length
    }
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), shared, tail, nameBytes]))
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, directory, end])
}
