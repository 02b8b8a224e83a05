/**
 * @file Checksum of the records of one image (A10): the sum modulo 2^128 of the first 16 bytes of
 * each record's sha256. A sum does not depend on the order and can be kept up to date by
 * subtracting the old record and adding the new one, at the cost of the edit, not of the image.
 */
import { hash } from 'node:crypto'
import type { RecordKind, RegionRecord } from '../../src-shared/document/records'
import { canonicalJson } from './canonical-json'
import { bytesOfPoints, flatPoints } from './point-shapes'

const modulus = 1n << 128n
export const checksumBytes = 16
export const emptyChecksum: Buffer = Buffer.alloc(checksumBytes)

/**
 * The whole sha256; its first 16 bytes, as a big-endian number, are what sums are made of. Points of an outline are hashed
 * as their bytes: spelling their numbers would take several times as long as everything else.
 */
export function recordDigest(kind: RecordKind, record: unknown): Buffer {
  if (kind === 'region') {
    const region = record as RegionRecord
    const flat = flatPoints(region.shape)
    if (flat !== null) {
      const { ringLengths, points } = flat
      const rest = { ...region, shape: { ringLengths, type: region.shape.type } }
      return digestOf(`region\n${canonicalJson(rest)}\n`, bytesOfPoints(points))
    }
  }
  return hash('sha256', `${kind}\n${canonicalJson(record)}`, 'buffer')
}

/** Grows to what was needed; one digest at a time is made. */
let scratch = Buffer.allocUnsafe(1 << 16)

export function digestOf(text: string, bytes: Uint8Array): Buffer {
  const most = text.length * 3 + bytes.byteLength
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most * 2)
  const start = scratch.write(text)
  scratch.set(bytes, start)
  return hash('sha256', scratch.subarray(0, start + bytes.byteLength), 'buffer')
}

export const numberOfDigest = (digest: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(digest.subarray(0, checksumBytes)).toString('hex') || '0'}`)

export const recordHash = (kind: RecordKind, record: unknown): bigint => numberOfDigest(recordDigest(kind, record))

export function addToChecksum(checksum: Uint8Array, difference: bigint): Buffer {
  const sum = (((numberOfDigest(checksum) + difference) % modulus) + modulus) % modulus
  return Buffer.from(sum.toString(16).padStart(2 * checksumBytes, '0'), 'hex')
}
