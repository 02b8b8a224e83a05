import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { naturalKey, sortNaturally } from '../../src-shared/document/natural-order'
import { scanFolder } from './scan'
import { hasImageExtension, sniffImageType } from './sniff'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'eyrie-scan-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), 'x'.repeat(path.length))
  }
}
const names = async (): Promise<string[]> => (await scanFolder(root)).files.map((file) => file.relativePath)

test('images of all folders come in natural order, a folder after the files beside it', async () => {
  await put('img10.jpg', 'img2.PNG', 'IMG1.jpeg', 'b/9.webp', 'b/10.webp', 'a/z.gif', 'notes.txt', 'a/readme.md')
  expect(await names()).toEqual(['IMG1.jpeg', 'img2.PNG', 'img10.jpg', 'a/z.gif', 'b/9.webp', 'b/10.webp'])
  expect((await scanFolder(root)).otherFiles).toBe(2)
})

test('sizes are those of the files', async () => {
  await put('a.jpg', 'longer-name.jpg')
  expect((await scanFolder(root)).files.map((file) => file.sizeBytes)).toEqual([5, 15])
})

test('hidden entries, our exports and backups at the top are not looked into', async () => {
  await put('.git/a.png', '.hidden.png', 'exports/a.png', 'backups/a.png', 'sub/exports/kept.png')
  const { files, skipped } = await scanFolder(root)
  expect(files.map((file) => file.relativePath)).toEqual(['sub/exports/kept.png'])
  expect(skipped.hidden).toBe(2)
})

describe.skipIf(process.platform === 'win32')('entries that are not plain files', () => {
  test('a link loop ends with each real folder once, links out of the root are not followed', async () => {
    await put('real/a.jpg')
    await symlink('..', join(root, 'real', 'loop'))
    await symlink(tmpdir(), join(root, 'outside'))
    await symlink('/etc/hostname', join(root, 'host.jpg'))
    const { files, skipped } = await scanFolder(root)
    expect(files.map((file) => file.relativePath)).toEqual(['real/a.jpg'])
    expect(skipped.links).toBe(3)
  })

  test('a FIFO is skipped and counted, and never opened', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.jpg')])
    await put('a.jpg')
    const { files, skipped } = await scanFolder(root)
    expect(files).toHaveLength(1)
    expect(skipped.special).toBe(1)
  })

  test('a name that is not UTF-8 is counted, not mangled', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]), 'x')
    const { files, skipped } = await scanFolder(root)
    expect(files).toEqual([])
    expect(skipped.unreadableNames).toBe(1)
  })

  test('a root that is itself a link is resolved', async () => {
    await put('real/a.jpg')
    await symlink(join(root, 'real'), join(root, 'link'))
    expect((await scanFolder(join(root, 'link'))).root).toBe((await scanFolder(join(root, 'real'))).root)
  })

  test.skipIf(process.getuid?.() === 0)('a locked folder is counted, the rest is found', async () => {
    await put('locked/a.jpg', 'open/b.jpg')
    await chmod(join(root, 'locked'), 0)
    const { files, skipped } = await scanFolder(root)
    await chmod(join(root, 'locked'), 0o755)
    expect(files.map((file) => file.relativePath)).toEqual(['open/b.jpg'])
    expect(skipped.lockedFolders).toBe(1)
  })
})

test.each([
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  '\u05e9\u05dc\u05d5\u05dd.png',
  '图像 1.png',
  '-rf.jpg',
  'new\nline.jpg',
  'tab\there.jpg',
  '__proto__.png',
  'constructor.jpg',
  'CON.png',
  `${'x'.repeat(251)}.jpg`,
  'a\u202eb.jpg',
  'percent%20name.jpg'
])('%j keeps its name exactly', async (name) => {
  await writeFile(join(root, name), 'x')
  expect(await names()).toEqual([name])
})

test('names that differ only in case or in their unicode form are different files', async () => {
  await put('a.jpg', 'A.jpg', 'caf\u00e9.jpg', 'cafe\u0301.jpg')
  expect(new Set(await names()).size).toBe(4)
})

test('cancelling ends the scan with an error that says nothing was changed', async () => {
  await put('a/1.jpg', 'b/2.jpg')
  const abort = new AbortController()
  const scan = scanFolder(root, { signal: abort.signal, onProgress: () => abort.abort() })
  await expect(scan).rejects.toMatchObject({ code: 'files/scan-cancelled' })
})

test('a folder that is not there is named', async () => {
  await expect(scanFolder(join(root, 'nowhere'))).rejects.toMatchObject({
    code: 'files/no-such-folder',
    message: expect.stringContaining('nowhere')
  })
})

test('natural keys compare numbers of any length, whatever zeros stand before them', () => {
  expect(naturalKey('a007')).toBe(naturalKey('A7'))
  const sorted = ['a100', 'a99999999999999999999', 'a5', 'a05', 'b', 'A1']
  expect(sortNaturally([...sorted].reverse(), (n) => n)).toEqual([
    'A1',
    'a05',
    'a5',
    'a100',
    'a99999999999999999999',
    'b'
  ])
})

test.each([
  ['a.JPG', true],
  ['a.b.tiff', true],
  ['jpg', false],
  ['.jpg', false],
  ['a.svg', false],
  ['a.heic', false]
])('%s looks like an image: %s', (name, expected) => {
  expect(hasImageExtension(name)).toBe(expected)
})

test('a container of another brand is no image, however short', () => {
  const box = (brand: string): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from(`ftyp${brand}\0\0\0\0`)])
  expect(sniffImageType(box('avif'))).toBe('image/avif')
  expect(sniffImageType(box('heic'))).toBeNull()
  for (let length = 0; length < 16; length++) expect(sniffImageType(box('avif').subarray(0, length))).toBeNull()
})
