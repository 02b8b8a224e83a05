import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Header } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFiles } from '../../src-shared/formats/kit/read-files'
import { gritJson } from '../../src-shared/formats/grit'
import { ARCHIVE_LIMITS } from './archive-rules'
import type { ArchiveLimits, Unpacked } from './archive-rules'
import { openDataSource } from './data-source'
import { unpackTar } from './unpack-tar'

let top: string
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'eyrie-tar-')))
})
afterEach(() => rm(top, { recursive: true, force: true }))

type Entry = Partial<Header> & { readonly name: string; readonly content?: string }

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack()
  for (const { content = '', ...header } of entries) archive.entry(header, content)
  archive.finalize()
  const parts: Buffer[] = []
  for await (const part of archive as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

async function unpack(tar: Buffer, limits: Partial<ArchiveLimits> = {}, name = 'a.tar'): Promise<Unpacked> {
  const path = join(top, name)
  await writeFile(path, tar)
  return unpackTar(path, join(top, 'unpacked'), { name, limits: { ...ARCHIVE_LIMITS, ...limits } })
}

const RECORD = JSON.stringify({
  key: '000',
  caption: 'a mug',
  width: 640,
  height: 480,
  noun_chunks: [[0, 5, 0.1, 0.2, 0.5, 0.6, 0.9]],
  ref_exps: []
})
const SHARD: readonly Entry[] = [
  { name: '000.jpg', content: 'not read' },
  { name: '000.json', content: RECORD },
  { name: `${'long/'.repeat(30)}猫.txt`, content: 'pax' }
]

describe('a shard', () => {
  test.each([
    ['plain', 'a.tar', (tar: Buffer) => tar],
    ['packed', 'a.tar.gz', (tar: Buffer) => gzipSync(tar)],
    ['packed under the name of a plain one', 'a.tar', (tar: Buffer) => gzipSync(tar)],
    ['plain under the name of a packed one', 'a.tgz', (tar: Buffer) => tar]
  ])('comes out as it went in, %s', async (_, name, packed) => {
    expect(await unpack(packed(await tarOf(SHARD)), {}, name)).toEqual({
      files: 3,
      bytes: 8 + RECORD.length + 3,
      caseCollisions: 0
    })
    expect(await readFile(join(top, 'unpacked', '000.json'), 'utf8')).toBe(RECORD)
    expect((await readdir(join(top, 'unpacked'))).sort()).toEqual(['000.jpg', '000.json', 'long'])
  })

  test('is a data set, and so is a folder of shards whose keys are the same', async () => {
    const shards = join(top, 'shards')
    await mkdir(shards)
    for (const name of ['00000.tar', '00001.tar']) await writeFile(join(shards, name), await tarOf(SHARD.slice(0, 2)))
    // What others wrote beside them is no data set of its own.
    for (const name of ['webdataset.manifest.json', '00000_stats.json', '00001.parquet'])
      await writeFile(join(shards, name), '{}')
    for (const [path, count] of [
      [join(shards, '00000.tar'), 1],
      [shards, 2]
    ] as const) {
      const source = await openDataSource({ path, sizeOfImage: async () => null, scratch: top })
      const files: Record<string, string> = {}
      for (const file of source.files) if (file.path.endsWith('.json')) files[file.path] = await source.text(file.path)
      const { regions, images } = await readFiles(gritJson, files)
      expect([regions.length, new Set(images.map(({ reference }) => reference)).size]).toEqual([count, count])
      await source.close()
    }
    expect(await readdir(top)).toEqual(['shards'])
  })
})

describe('nothing is unpacked of an archive (E9, F1-F3)', () => {
  test.each<[string, readonly Entry[], Partial<ArchiveLimits>, RegExp]>([
    ['that leads out', [{ name: '../a.txt' }], {}, /-unsafe$/],
    ['that leads out in the middle', [{ name: 'a/../../b.txt' }], {}, /-unsafe$/],
    ['with an absolute name', [{ name: '/etc/passwd' }], {}, /-unsafe$/],
    ['with a backslash', [{ name: 'a\\b.txt' }], {}, /-unsafe$/],
    ['with a drive letter', [{ name: 'C:/a.txt' }], {}, /-unsafe$/],
    ['with a link', [{ name: 'a', type: 'symlink', linkname: '/etc' }], {}, /-unsafe$/],
    ['with a hard link', [{ name: 'a', type: 'link', linkname: 'b' }], {}, /-unsafe$/],
    ['with a device', [{ name: 'a', type: 'character-device' }], {}, /-unsafe$/],
    ['with a FIFO', [{ name: 'a', type: 'fifo' }], {}, /-unsafe$/],
    ['with a name twice', [{ name: 'a' }, { name: 'a' }], {}, /-unsafe$/],
    ['with too many entries', [{ name: 'a' }, { name: 'b' }], { entries: 1 }, /-too-large$/],
    ['with a file that is too large', [{ name: 'a', content: 'x'.repeat(99) }], { fileBytes: 50 }, /-too-large$/],
    ['that is too large', [{ name: 'a', content: 'x'.repeat(9_000) }], { totalBytes: 5_000 }, /-too-large$/]
  ])('%s', async (_, entries, limits, code) => {
    const tar = await tarOf(entries)
    await expect(unpack(tar, limits)).rejects.toMatchObject({ code: expect.stringMatching(code) as string })
    expect(await readdir(top)).toEqual(['a.tar'])
  })

  test.each([
    ['cut off', (tar: Buffer) => tar.subarray(0, 700)],
    ['with a damaged header', (tar: Buffer) => Buffer.from(tar).fill(0x41, 148, 156)],
    ['that is none', () => Buffer.from('hello '.repeat(200))]
  ])('%s', async (_, damage) => {
    const tar = await tarOf([{ name: 'a.json', content: RECORD.repeat(5) }])
    await expect(unpack(damage(tar))).rejects.toMatchObject({ code: 'import/archive' })
    expect(await readdir(top)).toEqual(['a.tar'])
  })

  test('that grows out of little', async () => {
    const tar = gzipSync(await tarOf([{ name: 'a', content: 'x'.repeat(3_000_000) }]))
    await expect(unpack(tar, { ratioFromBytes: 1_000_000 }, 'a.tar.gz')).rejects.toMatchObject({
      code: 'import/archive-too-large'
    })
  })
})
