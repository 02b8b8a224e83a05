/**
 * @file Checksum of the records of one image (A10): the sum modulo 2^128 of the first 16 bytes of
 * each record's sha256. A sum does not depend on the order and can be kept up to date by
 * subtracting the old record and adding the new one, at the cost of the edit, not of the image.
 */
import { hash } from 'node:crypto'
import type { RecordKind } from '../../src-shared/document/records'
import { canonicalJson } from './canonical-json'

const modulus = 1n << 128n
export const checksumBytes = 16
export const emptyChecksum: Buffer = Buffer.alloc(checksumBytes)

/** The whole sha256; its first 16 bytes, as a big-endian number, are what sums are made of. */
export const recordDigest = (kind: RecordKind, record: unknown): Buffer =>
  hash('sha256', `${kind}\n${canonicalJson(record)}`, 'buffer')

export const numberOfDigest = (digest: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(digest.subarray(0, checksumBytes)).toString('hex') || '0'}`)

export const recordHash = (kind: RecordKind, record: unknown): bigint => numberOfDigest(recordDigest(kind, record))

export function addToChecksum(checksum: Uint8Array, difference: bigint): Buffer {
  const sum = (((numberOfDigest(checksum) + difference) % modulus) + modulus) % modulus
  return Buffer.from(sum.toString(16).padStart(2 * checksumBytes, '0'), 'hex')
}
