import { createHash, randomBytes } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { connect } from '../database'
import { newProject, removeTemporaryFolders } from '../test-project'
import { ImageSums } from './image-sums'
import { RegionKeys } from './region-keys'

afterAll(removeTemporaryFolders)

it('finds every key again and no other, also keys of many letters and of several images', () => {
  const keys = new RegionKeys()
  const known = new Map<string, number>()
  const letters = ['a', '猫', '😀', '0', ' ', '\0']
  for (let i = 0; i < 30_000; i += 1) {
    const image = i % 7
    const key = `${letters[i % 6]}${(i * 7919) % 20_011}`.repeat(1 + (i % 3))
    const isNew = !known.has(`${image} ${key}`)
    expect(keys.add(image, key, i)).toBe(isNew)
    if (isNew) known.set(`${image} ${key}`, i)
  }
  for (const [name, region] of known) expect(keys.find(Number(name[0]), name.slice(2))).toBe(region)
  expect(keys.find(0, 'no such key')).toBeNull()
  expect(keys.find(8, [...known.keys()][0]?.slice(2) ?? '')).toBeNull()
})

it('sums digests modulo 2^128, per image and in all', async () => {
  const { path, store } = await newProject(3)
  await store.close()
  const database = connect(path, 'write')
  const sums = new ImageSums()
  const expected = new Map<number, bigint>()
  let total = 0n
  for (let i = 0; i < 500; i += 1) {
    // Most begin with ones, so that sums carry over and around.
    const digest =
      i % 3 === 0
        ? randomBytes(32)
        : Buffer.concat([Buffer.alloc(12, 0xff), createHash('sha1').update(`${i}`).digest()])
    const value = BigInt(`0x${digest.subarray(0, 16).toString('hex')}`)
    const seq = 1 + (i % 2) * 2
    sums.add(seq, digest, i % 5 === 0 ? 'proposal_count' : 'accepted_count')
    expected.set(seq, (expected.get(seq) ?? 0n) + value)
    total += value
  }
  const hex = (value: bigint): string => (value % (1n << 128n)).toString(16).padStart(32, '0')
  expect(sums.totalChecksum().toString('hex')).toBe(hex(total))
  expect(sums.apply(database, 1, 0, 1)).toBe(1)
  expect(sums.apply(database, 1, 1, 10)).toBeNull()
  const rows = database.prepare('SELECT seq, accepted_count, proposal_count, hex(checksum) AS sum FROM image').all()
  expect(rows).toEqual([
    { seq: 1, accepted_count: 200, proposal_count: 50, sum: hex(expected.get(1) ?? 0n).toUpperCase() },
    { seq: 2, accepted_count: 0, proposal_count: 0, sum: '0'.repeat(32) },
    { seq: 3, accepted_count: 200, proposal_count: 50, sum: hex(expected.get(3) ?? 0n).toUpperCase() }
  ])
  expect(sums.apply(database, -1, 0, 10)).toBeNull()
  const after = database
    .prepare('SELECT max(accepted_count) + max(length(ltrim(hex(checksum), 0))) AS most FROM image')
    .get()
  expect(after).toEqual({ most: 0 })
  database.close()
})
