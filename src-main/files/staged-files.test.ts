import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StagedFiles } from './staged-files'
import type { StagedChunk } from './staged-files'
import { Spill } from './spill'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'eyrie-staged-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const text = (fileName: string, content: string): StagedChunk => ({ fileName, text: content })
async function tree(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const pairs = files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const)
  return Object.fromEntries((await Promise.all(pairs)).sort(([a], [b]) => (a < b ? -1 : 1)))
}
async function write(
  chunks: readonly StagedChunk[],
  overwrite = false,
  stale: readonly string[] = []
): Promise<StagedFiles> {
  const staged = await StagedFiles.begin(folder, { overwrite })
  try {
    await staged.write(chunks, 'a')
    await staged.place(stale)
  } finally {
    await staged.discard()
  }
  return staged
}

describe('files of an export', () => {
  test('are placed together, with their sizes and hashes, text and bytes, however many', async () => {
    const many = Array.from({ length: 50 }, (_, i) => text(`set/deep/${i}.txt`, `n${i}`))
    const bytes = { fileName: 'set/b.bin', text: '', bytes: Uint8Array.from([0, 255]) }
    const { files } = await write([...many, bytes, bytes, text('list.txt', 'é')])
    const after = await tree()
    expect(Object.keys(after)).toHaveLength(52)
    expect(after['set/deep/7.txt']).toBe('n7')
    expect(await readFile(join(folder, 'set/b.bin'))).toEqual(Buffer.from([0, 255, 0, 255]))
    for (const { path, sizeBytes, sha256 } of files) {
      const content = await readFile(join(folder, path))
      expect(content.length).toBe(sizeBytes)
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
    }
    expect(files).toHaveLength(52)
  })

  test('are nowhere to be seen before they are placed', async () => {
    const staged = await StagedFiles.begin(folder, { overwrite: false })
    await staged.write([text('set/a.txt', '1')], 'a')
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([])
    expect(await readFile(join(staged.folderOf('a'), 'set/a.txt'), 'utf8')).toBe('1')
    await staged.discard()
    expect(await readdir(folder)).toEqual([])
  })

  test.each(['../a.txt', 'a/../../b.txt', '/etc/a.txt', 'a//b.txt', './a.txt', 'a\0.txt', ''])(
    'named %j are refused',
    async (name) => {
      await expect(write([text(name, 'x')])).rejects.toMatchObject({ code: 'export/unsafe-name' })
      expect(await readdir(folder)).toEqual([])
    }
  )

  test('never replace a file or a folder unasked, and then nothing else is placed', async () => {
    await writeFile(join(folder, 'b.txt'), 'mine')
    await expect(write([text('a.txt', '1'), text('b.txt', '2')])).rejects.toMatchObject({ code: 'file/exists' })
    await mkdir(join(folder, 'set'))
    await expect(write([text('a.txt', '1'), text('set/c.txt', '2')])).rejects.toMatchObject({ code: 'file/exists' })
    expect(await tree()).toEqual({ 'b.txt': 'mine' })
  })

  test('that appear meanwhile are not replaced, and what was placed goes again', async () => {
    const staged = await StagedFiles.begin(folder, { overwrite: false })
    await staged.write([text('a.txt', '1'), text('b.txt', '2')], 'a')
    await writeFile(join(folder, 'b.txt'), 'mine')
    await expect(staged.place()).rejects.toMatchObject({ code: 'file/exists' })
    await staged.discard()
    expect(await tree()).toEqual({ 'b.txt': 'mine' })
  })

  test('replace what they are told to; a person’s own files in the folder stay, stale ones go', async () => {
    await write([text('set/a.txt', '1'), text('set/old.txt', '1'), text('list.txt', '1')])
    await writeFile(join(folder, 'set/mine.txt'), 'mine')
    await writeFile(join(folder, 'other.txt'), 'mine')
    await write([text('set/a.txt', '2'), text('list.txt', '2')], true, [
      'set/a.txt',
      'set/old.txt',
      '../x',
      'set/gone.txt'
    ])
    expect(await tree()).toEqual({ 'list.txt': '2', 'other.txt': 'mine', 'set/a.txt': '2', 'set/mine.txt': 'mine' })
  })

  test('of two writers come into one folder, but not the same file', async () => {
    const staged = await StagedFiles.begin(folder, { overwrite: false })
    await staged.write([text('a.txt', '1')], 'one', 'train')
    await staged.write([text('b.txt', '2')], 'two', 'train')
    await expect(staged.write([text('a.txt', '3')], 'three', 'train')).rejects.toThrow('one run of chunks')
    await staged.place()
    expect(await tree()).toEqual({ 'train/a.txt': '1', 'train/b.txt': '2' })
  })
})

describe('a spill', () => {
  test.each([1, 7])('in %i buckets gives back what was put in, in order, once', async (count) => {
    const spill = new Spill<{ readonly key: string; readonly value: number }>(join(folder, 'spill'), count)
    const values = Array.from({ length: 20_000 }, (_, i) => ({ key: `k${i % 50}`, value: i / 3 }))
    for (const value of values) await spill.add(spill.bucketOf(value.key), value)
    const back: unknown[] = []
    for (let bucket = 0; bucket < count; bucket++) {
      const taken = await spill.take(bucket)
      expect(taken.every(({ key }) => spill.bucketOf(key) === bucket)).toBe(true)
      expect(taken.map(({ value }) => value)).toEqual(taken.map(({ value }) => value).sort((a, b) => a - b))
      back.push(...taken)
      expect(await spill.take(bucket)).toEqual([])
    }
    expect(back).toHaveLength(values.length)
    expect(new Set(back.map((value) => JSON.stringify(value)))).toEqual(new Set(values.map((v) => JSON.stringify(v))))
  })
})
