/**
 * @file What was worked out of pictures, on disk, so that a picture that was looked at is not looked at again after a
 * restart. A cache and nothing else: what is missing, damaged or of another version is made anew.
 *
 * A file is: eight letters of the format, sha256 of all that follows, length of the description as uint32 LE, the
 * description as JSON with its key, then numbers as float32 LE.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../files/atomic-write'
import { trimCache } from '../../files/cache-trim'

z.config({ jitless: true })

const ENDING = '.features'
/** Files written between two looks at how much there is, unless they are large. */
const TRIM_EVERY = 16
/** Share of the store that may be written before it is looked at again. */
const TRIM_SHARE = 0.1

/** How one kind of value is written. */
export interface Codec<V> {
  /** Eight letters; the last one counts what the numbers depend on besides their key, and is raised when that changes. */
  readonly format: string
  readonly describe: (value: V) => Readonly<Record<string, unknown>>
  /** In the order in which `read` gets them, one behind the other. */
  readonly numbers: (value: V) => readonly Float32Array[]
  /** Throws, or answers null, when they are not what `describe` and `numbers` made. */
  readonly read: (description: unknown, numbers: Float32Array) => V | null
}

export interface DiskStore<V> {
  /** null: not there, or not whole. Never rejects. */
  read(key: string): Promise<V | null>
  /** Resolves when it is written, or could not be: a full disk costs the cache, not the answer. */
  write(key: string, value: V): Promise<void>
}

const keyed = z.looseObject({ key: z.string() })
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

function encode<V>(codec: Codec<V>, key: string, value: V): Buffer {
  const text = Buffer.from(JSON.stringify({ key, ...codec.describe(value) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const numbers = codec.numbers(value).map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  const rest = Buffer.concat([length, text, ...numbers])
  return Buffer.concat([Buffer.from(codec.format), sha256(rest), rest])
}

/** null: it is not what was written, or it was written for something else. */
function decode<V>(codec: Codec<V>, file: Buffer, key: string): V | null {
  const { format } = codec
  if (file.length < format.length + 32 + 4 || file.toString('latin1', 0, format.length) !== format) return null
  const rest = file.subarray(format.length + 32)
  if (!sha256(rest).equals(file.subarray(format.length, format.length + 32))) return null
  const length = rest.readUInt32LE(0)
  const description = keyed.safeParse(JSON.parse(rest.toString('utf8', 4, 4 + length)))
  if (!description.success || description.data.key !== key) return null
  // A copy: float32 must begin at a multiple of four.
  const values = Uint8Array.from(rest.subarray(4 + length))
  return codec.read(description.data, new Float32Array(values.buffer))
}

/** `dir` is made when it is first written to; it is the cache's own, and other codecs' files in it count as well. */
export function createDiskStore<V>(dir: string, maxBytes: number, codec: Codec<V>): DiskStore<V> {
  const fileOf = (key: string): string => join(dir, `${sha256(key).toString('hex')}${ENDING}`)
  let untrimmed = TRIM_EVERY
  let untrimmedBytes = 0
  return {
    async read(key) {
      const path = fileOf(key)
      try {
        const value = decode(codec, await readFile(path), key)
        if (value === null) {
          await rm(path, { force: true })
          return null
        }
        const now = new Date()
        await utimes(path, now, now)
        return value
      } catch {
        // Not there yet, not readable, or gone meanwhile: the picture is looked at.
        return null
      }
    },
    async write(key, value) {
      const bytes = codec.numbers(value).reduce((sum, part) => sum + part.byteLength, 0)
      if (bytes > maxBytes) return
      try {
        await mkdir(dir, { recursive: true })
        await writeFileAtomically(fileOf(key), encode(codec, key, value), { overwrite: true })
        untrimmedBytes += bytes
        if (++untrimmed < TRIM_EVERY && untrimmedBytes < maxBytes * TRIM_SHARE) return
        untrimmed = 0
        untrimmedBytes = 0
        await trimCache(dir, maxBytes)
      } catch {
        // A disk that is full or read-only: the next answer looks again.
        return
      }
    }
  }
}
