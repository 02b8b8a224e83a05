import { mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { zipOf } from '../testing/zip'
import type { Packed } from '../testing/zip'
import { openDataSource } from './data-source'
import { ARCHIVE_LIMITS } from './archive-rules'
import type { ArchiveLimits, Unpacked } from './archive-rules'
import { unpackZip } from './unpack-zip'

let top: string
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'eyrie-zip-')))
})
afterEach(() => rm(top, { recursive: true, force: true }))

async function unpack(zip: Buffer, limits: Partial<ArchiveLimits> = {}, signal?: AbortSignal): Promise<Unpacked> {
  const path = join(top, 'set.zip')
  await writeFile(path, zip)
  const options = {
    name: 'set.zip',
    limits: { ...ARCHIVE_LIMITS, ...limits },
    ...(signal === undefined ? {} : { signal })
  }
  return unpackZip(path, join(top, 'unpacked'), options)
}
const plain: readonly Packed[] = [
  { name: 'annotations/', mode: 0o040755 },
  { name: 'annotations/list.json', content: '[{"a":1}]' },
  { name: 'images/猫 1.jpg', content: 'x'.repeat(5_000) },
  { name: 'stored.txt', content: 'as it is', method: 0 }
]

test('plain files and folders come out as they went in', async () => {
  expect(await unpack(zipOf(plain))).toEqual({ files: 3, bytes: 5_017, caseCollisions: 0 })
  const names = (await readdir(join(top, 'unpacked'), { recursive: true })).sort()
  expect(names).toEqual(['annotations', 'annotations/list.json', 'images', 'images/猫 1.jpg', 'stored.txt'])
  expect(await readFile(join(top, 'unpacked/images/猫 1.jpg'), 'utf8')).toBe('x'.repeat(5_000))
})

test('names that differ in case only are counted', async () => {
  expect((await unpack(zipOf([{ name: 'a.txt' }, { name: 'A.txt' }]))).caseCollisions).toBe(1)
})

describe('nothing is unpacked of an archive', () => {
  test.each<[string, readonly Packed[], Partial<ArchiveLimits>, RegExp]>([
    ['that leads out', [{ name: '../a.txt' }], {}, /^import\/archive/],
    ['that leads out in the middle', [{ name: 'a/../../b.txt' }], {}, /^import\/archive/],
    ['with an absolute name', [{ name: '/etc/passwd' }], {}, /^import\/archive/],
    ['with a drive letter', [{ name: 'C:/a.txt' }], {}, /^import\/archive/],
    ['with a backslash', [{ name: 'a\\b.txt' }], {}, /^import\/archive/],
    ['with a NUL in a name', [{ name: 'a\0.txt' }], {}, /^import\/archive-unsafe$/],
    ['with a name that is not UTF-8', [{ name: Buffer.from([0x61, 0xff]) }], {}, /^import\/archive-unsafe$/],
    ['with a name that is too long', [{ name: 'x'.repeat(300) }], {}, /^import\/archive-unsafe$/],
    ['with a link', [{ name: 'a', content: '/etc', mode: 0o120777 }], {}, /^import\/archive-unsafe$/],
    ['with a device', [{ name: 'a', mode: 0o020666 }], {}, /^import\/archive-unsafe$/],
    ['with a FIFO', [{ name: 'a', mode: 0o010666 }], {}, /^import\/archive-unsafe$/],
    ['with a setuid file', [{ name: 'a', mode: 0o104755 }], {}, /^import\/archive-unsafe$/],
    ['that is encrypted', [{ name: 'a', content: 'x', flags: 0x801 }], {}, /^import\/archive-unsafe$/],
    ['with a name twice', [{ name: 'a' }, { name: 'a' }], {}, /^import\/archive-unsafe$/],
    ['with a file and a folder of one name', [{ name: 'a' }, { name: 'a/' }], {}, /^import\/archive-unsafe$/],
    [
      'with entries that overlap',
      [
        { name: 'a', content: 'xyz' },
        { name: 'b', content: 'xyz', sameAs: 0 }
      ],
      {},
      /^import\/archive-unsafe$/
    ],
    ['packed in an unknown way', [{ name: 'a', content: 'x', method: 99 }], {}, /^import\/archive$/],
    ['with a wrong checksum', [...plain, { name: 'a', content: 'x', checksum: 1 }], {}, /^import\/archive$/],
    [
      'that says less than it holds',
      [{ name: 'a', content: 'x'.repeat(90), declaredSize: 9 }],
      {},
      /^import\/archive$/
    ],
    ['that says more than it holds', [{ name: 'a', content: 'x', declaredSize: 9 }], {}, /^import\/archive$/],
    ['of too many entries', plain, { entries: 3 }, /^import\/archive-too-large$/],
    ['with too large a file', plain, { fileBytes: 4_999 }, /^import\/archive-too-large$/],
    ['that is too large', plain, { totalBytes: 5_016 }, /^import\/archive-too-large$/],
    ['that grows too much', plain, { ratio: 20, ratioFromBytes: 0 }, /^import\/archive-too-large$/]
  ])('%s', async (_name, entries, limits, code) => {
    await expect(unpack(zipOf(entries), limits)).rejects.toMatchObject({ code: expect.stringMatching(code) })
    expect(await readdir(top)).toEqual(['set.zip'])
  })

  test('that is cut anywhere', async () => {
    const zip = zipOf(plain)
    for (let length = 0; length < zip.length; length += 7) {
      await expect(unpack(zip.subarray(0, length))).rejects.toMatchObject({ code: 'import/archive' })
      expect(await readdir(top)).toEqual(['set.zip'])
    }
  })

  test('when it is cancelled', async () => {
    await expect(unpack(zipOf(plain), {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'import/cancelled' })
    expect(await readdir(top)).toEqual(['set.zip'])
  })
})

describe('an archive as a data set', () => {
  const sizeOfImage = async (): Promise<null> => null

  test('is read like a folder, and gone when it is closed', async () => {
    const path = join(top, 'set.zip')
    await writeFile(path, zipOf(plain))
    const source = await openDataSource({ path, sizeOfImage, scratch: top })
    expect(source.files.map((file) => file.path)).toEqual(['stored.txt', 'annotations/list.json', 'images/猫 1.jpg'])
    expect(await source.text('annotations/list.json')).toBe('[{"a":1}]')
    expect((await source.findImage('猫 1.jpg'))?.relativePath).toBe('images/猫 1.jpg')
    await source.close()
    expect(await readdir(top)).toEqual(['set.zip'])
  })

  test('is refused where there is no place to unpack it', async () => {
    const path = join(top, 'set.zip')
    await writeFile(path, zipOf(plain))
    await expect(openDataSource({ path, sizeOfImage })).rejects.toMatchObject({ code: 'import/archive' })
  })
})
