/**
 * @file Checksum of the records of one image (A10): the sum modulo 2^128 of the first 16 bytes of
 * each record's sha256. A sum does not depend on the order and can be kept up to date by
 * subtracting the old record and adding the new one, at the cost of the edit, not of the image.
 */
import { hash } from 'node:crypto'
import type { RecordKind } from '../../src-shared/document/records'
import { canonicalJson } from './canonical-json'

const modulus = 1n << 128n
export const emptyChecksum: Buffer = Buffer.alloc(16)

export function recordHash(kind: RecordKind, record: unknown): bigint {
  return BigInt(`0x${hash('sha256', `${kind}\n${canonicalJson(record)}`, 'hex').slice(0, 32)}`)
}

export function addToChecksum(checksum: Uint8Array, difference: bigint): Buffer {
  const current = BigInt(`0x${Buffer.from(checksum).toString('hex') || '0'}`)
  const sum = (((current + difference) % modulus) + modulus) % modulus
  return Buffer.from(sum.toString(16).padStart(32, '0'), 'hex')
}
