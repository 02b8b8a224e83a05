/**
 * @file Features of pictures on disk, so that a picture that was looked at is not looked at again after a restart. A cache
 * and nothing else: what is missing, damaged or of another version is made anew.
 *
 * A file is: eight letters of the format, sha256 of all that follows, length of the description as uint32 LE, the
 * description as JSON, then float32 LE `[features, width]`.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../files/atomic-write'
import { trimCache } from '../../files/cache-trim'
import type { SeenPicture } from './feature-cache'

z.config({ jitless: true })

/** The number counts what families make of pictures, too: raised when that changes. */
const FORMAT = 'EYRFEAT1'
const HEAD_BYTES = FORMAT.length + 32 + 4
const ENDING = '.features'
/** Files written between two looks at how much there is. */
const TRIM_EVERY = 16

const description = z.object({
  key: z.string(),
  block: z.array(z.union([z.object({ text: z.string() }), z.object({ features: z.number().int().min(0) })])),
  grid: z.object({ offsets: z.array(z.array(z.number().int())), span: z.number().int() }).nullable(),
  proposals: z.array(z.array(z.number().int()))
})

export interface FeatureStore {
  /** null: not there, or not whole. Never rejects. */
  read(key: string): Promise<SeenPicture | null>
  /** Resolves when it is written, or could not be: a full disk costs the cache, not the answer. */
  write(key: string, seen: SeenPicture): Promise<void>
}

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

function encode(key: string, { picture, features, proposals }: SeenPicture): Buffer {
  const { block, grid } = picture
  const offsets = grid && { offsets: grid.offsets.map((axis) => [...axis]), span: grid.span }
  const text = Buffer.from(JSON.stringify({ key, block, grid: offsets, proposals: proposals() }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const rest = Buffer.concat([length, text, new Uint8Array(features.buffer, features.byteOffset, features.byteLength)])
  return Buffer.concat([Buffer.from(FORMAT), sha256(rest), rest])
}

/** null: it is not what was written, or it was written for something else. */
function decode(file: Buffer, key: string): SeenPicture | null {
  if (file.length < HEAD_BYTES || file.toString('latin1', 0, FORMAT.length) !== FORMAT) return null
  const rest = file.subarray(FORMAT.length + 32)
  if (!sha256(rest).equals(file.subarray(FORMAT.length, FORMAT.length + 32))) return null
  const length = rest.readUInt32LE(0)
  const found = description.safeParse(JSON.parse(rest.toString('utf8', 4, 4 + length)))
  if (!found.success || found.data.key !== key) return null
  const { block, grid, proposals } = found.data
  // A copy: float32 must begin at a multiple of four.
  const values = Uint8Array.from(rest.subarray(4 + length))
  return {
    picture: { block, grid: grid && { offsets: grid.offsets.map((axis) => Int32Array.from(axis)), span: grid.span } },
    features: new Float32Array(values.buffer),
    proposals: () => proposals
  }
}

/** `dir` is made when it is first written to; it is the cache's own. */
export function createFeatureStore(dir: string, maxBytes: number): FeatureStore {
  const fileOf = (key: string): string => join(dir, `${sha256(key).toString('hex')}${ENDING}`)
  let untrimmed = TRIM_EVERY
  return {
    async read(key) {
      const path = fileOf(key)
      try {
        const seen = decode(await readFile(path), key)
        if (seen === null) {
          await rm(path, { force: true })
          return null
        }
        const now = new Date()
        await utimes(path, now, now)
        return seen
      } catch {
        // Not there yet, not readable, or gone meanwhile: the picture is looked at.
        return null
      }
    },
    async write(key, seen) {
      if (seen.features.byteLength > maxBytes) return
      try {
        await mkdir(dir, { recursive: true })
        await writeFileAtomically(fileOf(key), encode(key, seen), { overwrite: true })
        if (++untrimmed < TRIM_EVERY) return
        untrimmed = 0
        await trimCache(dir, maxBytes)
      } catch {
        // A disk that is full or read-only: the next answer looks again.
        return
      }
    }
  }
}
