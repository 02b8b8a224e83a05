/**
 * @file What a bulk change adds to the derived columns of images: counts, checksum, the mark. Kept in flat arrays by
 * the number of the image, since there may be a million images with a few records each.
 */
import { prepared } from '../database'
import type { Database } from '../database'
import { leastConfidenceIs } from '../queries/certainty'
import { addToTally, membershipOf, tallyNames } from '../queries/tally'
import type { Tally } from '../queries/tally'

export const countColumns = ['accepted_count', 'proposal_count', 'rejected_count', 'turn_count'] as const
export type CountColumn = (typeof countColumns)[number]

interface DerivedRow {
  readonly status: string
  readonly accepted_count: number
  readonly proposal_count: number
  readonly rejected_count: number
  readonly turn_count: number
  readonly done: number
  readonly checksum: Buffer
}
const selectDerived = `SELECT status, ${countColumns.join(', ')}, done, checksum FROM image WHERE seq = ?`
const updateDerived = `UPDATE image SET ${countColumns.map((name) => `${name} = ?`).join(', ')}, done = ?, checksum = ?, ${leastConfidenceIs('?')} WHERE seq = ?`

/** Of an image without proposals before and after and without a new mark, as most are: fewer indexes are touched. */
const updateWithoutProposals =
  'UPDATE image SET accepted_count = ?, rejected_count = ?, turn_count = ?, checksum = ? WHERE seq = ?'

/** 32 bits each, the highest first, as the sum modulo 2^128 of what was added. */
const LIMBS = 4
const SUM_BYTES = LIMBS * 4
/** Of one image in `toBytes`: its number, its counts, its sum. */
const IMAGE_BYTES = 4 + countColumns.length * 4 + SUM_BYTES

interface Mark {
  readonly done: boolean
  /** Digests of the mark before and after; null: there was none, there is none. */
  readonly before: Uint8Array | null
  readonly after: Uint8Array | null
}

export class ImageSums {
  #counts = new Int32Array(countColumns.length * 1024)
  #sums = new Uint32Array(LIMBS * 1024)
  #touched = new Uint8Array(1024)
  /** By number of the image. Marks are not of `sign`: they are what they are from now on. */
  readonly #marks = new Map<number, Mark>()
  readonly total = new Uint32Array(LIMBS)
  readonly #labels = new Uint32Array(LIMBS)

  /** Those of `toBytes`; null: the bytes are none. Totals are not among them. */
  static fromBytes(bytes: Uint8Array): ImageSums | null {
    if (bytes.byteLength < SUM_BYTES || (bytes.byteLength - SUM_BYTES) % IMAGE_BYTES !== 0) return null
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const sums = new ImageSums()
    addTo(sums.#labels, 0, bytes)
    for (let at = SUM_BYTES; at < bytes.byteLength; at += IMAGE_BYTES) {
      const seq = view.getUint32(at)
      sums.#makeRoomFor(seq)
      sums.#touched[seq] = 1
      for (let column = 0; column < countColumns.length; column += 1)
        sums.#counts[seq * countColumns.length + column] = view.getInt32(at + 4 + column * 4)
      addTo(sums.#sums, seq * LIMBS, bytes.subarray(at + IMAGE_BYTES - SUM_BYTES, at + IMAGE_BYTES))
    }
    return sums
  }

  /** Sums and counts of all images with a record and the sum of the labels, without marks: 36 bytes an image. */
  toBytes(): Buffer {
    const bytes = Buffer.alloc(SUM_BYTES + this.imageCount() * IMAGE_BYTES)
    bytesOf(this.#labels, 0).copy(bytes)
    let at = SUM_BYTES
    for (let seq = 0; seq < this.#touched.length; seq += 1) {
      if (this.#touched[seq] === 0) continue
      at = bytes.writeUInt32BE(seq, at)
      for (let column = 0; column < countColumns.length; column += 1)
        at = bytes.writeInt32BE(this.#counts[seq * countColumns.length + column] ?? 0, at)
      at += bytesOf(this.#sums, seq * LIMBS).copy(bytes, at)
    }
    return bytes
  }

  /** A record of an image with its digest; null: one that no count counts. */
  add(imageSeq: number, digest: Uint8Array, column: CountColumn | null): void {
    this.#makeRoomFor(imageSeq)
    this.#touched[imageSeq] = 1
    addTo(this.#sums, imageSeq * LIMBS, digest)
    addTo(this.total, 0, digest)
    if (column !== null) this.#count(imageSeq, column, 1)
  }

  /** A label: it belongs to the project, not to an image. */
  addToTotal(digest: Uint8Array): void {
    addTo(this.total, 0, digest)
    addTo(this.#labels, 0, digest)
  }

  /** A mark, with the digests of the mark before (null: there was none) and after. */
  mark(imageSeq: number, done: boolean, before: Uint8Array | null, after: Uint8Array | null): void {
    this.#makeRoomFor(imageSeq)
    this.#touched[imageSeq] = 1
    this.#marks.set(imageSeq, { done, before, after })
  }

  /** Of the labels alone. */
  labelSum(): bigint {
    return BigInt(`0x${bytesOf(this.#labels, 0).toString('hex')}`)
  }

  /** How many images `apply` has to go through. */
  imageCount(): number {
    return this.#touched.reduce((sum, touched) => sum + touched, 0)
  }

  /** As a big-endian number of 16 bytes. */
  totalChecksum(): Buffer {
    return bytesOf(this.total, 0)
  }

  /** Brings the touched images after `afterSeq` in step, at most so many; the last one, or null when none is left. */
  apply(database: Database, sign: 1 | -1, afterSeq: number, most: number): number | null {
    const difference: Record<keyof Tally, number> = { ...noTally }
    let done = 0
    let seq = afterSeq + 1
    for (; seq < this.#touched.length && done < most; seq += 1) {
      if (this.#touched[seq] === 0) continue
      done += 1
      this.#applyTo(database, sign, seq, difference)
    }
    addToTally(database, difference)
    return seq < this.#touched.length ? seq - 1 : null
  }

  #applyTo(database: Database, sign: 1 | -1, seq: number, difference: Record<keyof Tally, number>): void {
    const before = prepared(database, selectDerived).get(seq) as DerivedRow
    const count = (column: number): number => sign * (this.#counts[seq * countColumns.length + column] ?? 0)
    const mark = this.#marks.get(seq)
    for (let limb = 0; limb < LIMBS; limb += 1) scratch[limb] = limbOf(before.checksum, limb)
    if (sign > 0) addLimbs(scratch, this.#sums, seq * LIMBS)
    else subtractLimbs(scratch, this.#sums, seq * LIMBS)
    if (mark?.before) subtractFrom(scratch, 0, mark.before)
    if (mark?.after) addTo(scratch, 0, mark.after)
    const after: DerivedRow = {
      status: before.status,
      accepted_count: before.accepted_count + count(0),
      proposal_count: before.proposal_count + count(1),
      rejected_count: before.rejected_count + count(2),
      turn_count: before.turn_count + count(3),
      done: mark === undefined ? before.done : mark.done ? 1 : 0,
      checksum: bytesOf(scratch, 0)
    }
    const { accepted_count: accepted, proposal_count: proposals, rejected_count: rejected, turn_count: turns } = after
    if (mark === undefined && before.proposal_count === 0 && proposals === 0)
      prepared(database, updateWithoutProposals).run(accepted, rejected, turns, after.checksum, seq)
    else
      prepared(database, updateDerived).run(
        accepted,
        proposals,
        rejected,
        turns,
        after.done,
        after.checksum,
        proposals,
        seq
      )
    const [now, then] = [membershipOf({ ...after }), membershipOf({ ...before })]
    for (const name of tallyNames) difference[name] += now[name] - then[name]
  }

  #count(imageSeq: number, column: CountColumn, by: number): void {
    const at = imageSeq * countColumns.length + countColumns.indexOf(column)
    this.#counts[at] = (this.#counts[at] ?? 0) + by
  }

  #makeRoomFor(imageSeq: number): void {
    if (imageSeq < this.#touched.length) return
    const length = Math.max(imageSeq + 1, this.#touched.length * 2)
    this.#touched = grown(this.#touched, new Uint8Array(length))
    this.#counts = grown(this.#counts, new Int32Array(length * countColumns.length))
    this.#sums = grown(this.#sums, new Uint32Array(length * LIMBS))
  }
}

const noTally = Object.fromEntries(tallyNames.map((name) => [name, 0])) as unknown as Tally

function grown<T extends Uint8Array | Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

const limbOf = (digest: Uint8Array, limb: number): number => {
  const at = limb * 4
  return (
    (((digest[at] ?? 0) << 24) |
      ((digest[at + 1] ?? 0) << 16) |
      ((digest[at + 2] ?? 0) << 8) |
      (digest[at + 3] ?? 0)) >>>
    0
  )
}

function addTo(sums: Uint32Array, start: number, digest: Uint8Array): void {
  let carry = 0
  for (let limb = LIMBS - 1; limb >= 0; limb -= 1) {
    const sum = (sums[start + limb] ?? 0) + limbOf(digest, limb) + carry
    sums[start + limb] = sum
    carry = sum > 0xffff_ffff ? 1 : 0
  }
}

function subtractFrom(sums: Uint32Array, start: number, digest: Uint8Array): void {
  let borrow = 0
  for (let limb = LIMBS - 1; limb >= 0; limb -= 1) {
    const difference = (sums[start + limb] ?? 0) - limbOf(digest, limb) - borrow
    sums[start + limb] = difference
    borrow = difference < 0 ? 1 : 0
  }
}

/** One image at a time is brought in step. */
const scratch = new Uint32Array(LIMBS)

function addLimbs(to: Uint32Array, sums: Uint32Array, start: number): void {
  let carry = 0
  for (let limb = LIMBS - 1; limb >= 0; limb -= 1) {
    const sum = (to[limb] ?? 0) + (sums[start + limb] ?? 0) + carry
    to[limb] = sum
    carry = sum > 0xffff_ffff ? 1 : 0
  }
}

function subtractLimbs(from: Uint32Array, sums: Uint32Array, start: number): void {
  let borrow = 0
  for (let limb = LIMBS - 1; limb >= 0; limb -= 1) {
    const difference = (from[limb] ?? 0) - (sums[start + limb] ?? 0) - borrow
    from[limb] = difference
    borrow = difference < 0 ? 1 : 0
  }
}

function bytesOf(sums: Uint32Array, start: number): Buffer {
  const bytes = Buffer.alloc(LIMBS * 4)
  for (let limb = 0; limb < LIMBS; limb += 1) bytes.writeUInt32BE(sums[start + limb] ?? 0, limb * 4)
  return bytes
}
