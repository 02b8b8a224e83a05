import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors'
import type { SourceLine } from '../../src-shared/formats/reading/source'
import { openDataSource } from './data-source'
import type { DataSourceOptions, DiskSource } from './data-source'

let top: string
let root: string
let asked: string[]
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'eyrie-source-')))
  root = join(top, 'set')
  asked = []
  await put('set/annotations/list.json', '{"images":[{"id":1}]}')
  await put('set/images/a.jpg', 'a')
  await put('set/images/deep/b.png', 'b')
  await put('outside/secret.jpg', 'secret')
  await put('outside/secret.json', '{}')
})
afterEach(() => rm(top, { recursive: true, force: true }))

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(top, path)), { recursive: true })
  await writeFile(join(top, path), content)
}
const openSource = (options: Partial<DataSourceOptions> = {}): Promise<DiskSource> =>
  openDataSource({
    path: root,
    sizeOfImage: async (path) => {
      asked.push(path)
      if (path.endsWith('.png')) throw new AppError('image/unreadable', 'no image')
      return { width: 4, height: 3 }
    },
    ...options
  })
async function linesOf(source: DiskSource, path: string): Promise<readonly SourceLine[]> {
  const all: SourceLine[] = []
  for await (const batch of source.lines(path)) all.push(...batch)
  return all
}
const isRoot = process.getuid?.() === 0

describe('a folder', () => {
  test('is listed once, in natural order, with sizes', async () => {
    await put('set/b10.txt', '1')
    await put('set/b2.txt', '12')
    const { files, passedOver } = await openSource()
    expect(files).toEqual([
      { path: 'b2.txt', sizeBytes: 2 },
      { path: 'b10.txt', sizeBytes: 1 },
      { path: 'annotations/list.json', sizeBytes: 21 },
      { path: 'images/a.jpg', sizeBytes: 1 },
      { path: 'images/deep/b.png', sizeBytes: 1 }
    ])
    expect(passedOver).toEqual({ hidden: 0, links: 0, special: 0, unreadableNames: 0, lockedFolders: 0 })
  })

  test('links, FIFOs, hidden names and names that are not UTF-8 are passed over and counted', async () => {
    await symlink(join(top, 'outside'), join(root, 'link-out'))
    await symlink(root, join(root, 'loop'))
    await symlink(join(top, 'outside/secret.json'), join(root, 'link.json'))
    execFileSync('mkfifo', [join(root, 'fifo.json')])
    await put('set/.hidden/x.json', '{}')
    await put('set/__MACOSX/x.json', '{}')
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff, 0x62])]), 'x')
    const { files, passedOver } = await openSource()
    expect(files.map(({ path }) => path)).toEqual(['annotations/list.json', 'images/a.jpg', 'images/deep/b.png'])
    expect(passedOver).toEqual({ hidden: 2, links: 3, special: 1, unreadableNames: 1, lockedFolders: 0 })
  })

  test('that is not there, or was cancelled, is said', async () => {
    await expect(openSource({ path: join(top, 'gone') })).rejects.toMatchObject({ code: 'import/no-such-file' })
    await expect(openSource({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'import/cancelled' })
  })

  test('that is cancelled is heard wherever a file is looked at', async () => {
    const controller = new AbortController()
    const source = await openSource({ signal: controller.signal })
    expect(await source.head('annotations/list.json', 4)).toHaveLength(4)
    controller.abort()
    const cancelled = { code: 'import/cancelled' }
    await expect(source.head('annotations/list.json', 4)).rejects.toMatchObject(cancelled)
    await expect(source.range('annotations/list.json', 0, 4)).rejects.toMatchObject(cancelled)
    await expect(source.text('annotations/list.json')).rejects.toMatchObject(cancelled)
    await expect(source.imageSize('a.jpg')).rejects.toMatchObject(cancelled)
    expect(asked).toEqual([])
  })

  test('chosen through a link is the real one', async () => {
    await symlink(root, join(top, 'chosen'))
    const source = await openSource({ path: join(top, 'chosen') })
    expect(source.root).toBe(root)
    expect(await source.text('annotations/list.json')).toContain('images')
  })
})

describe('a path that was not listed is not opened', () => {
  const paths = [
    '/etc/passwd',
    '../outside/secret.json',
    'images/../../outside/secret.json',
    'annotations/../annotations/list.json',
    'C:\\x.json',
    '\\\\host\\share\\x.json',
    'file:///etc/passwd',
    'https://host.invalid/x.json',
    'annotations/list.json\0',
    'annotations%2flist.json',
    '%2e%2e/outside/secret.json',
    'images',
    ''
  ]
  test.each(paths)('%j', async (path) => {
    const source = await openSource()
    const expected = { code: 'import/no-such-file' }
    await expect(source.text(path)).rejects.toMatchObject(expected)
    await expect(source.bytes(path)).rejects.toMatchObject(expected)
    await expect(source.head(path, 4)).rejects.toMatchObject(expected)
    await expect(linesOf(source, path)).rejects.toMatchObject(expected)
    await expect(source.json(path)[Symbol.asyncIterator]().next()).rejects.toMatchObject(expected)
  })

  test('a file or folder that became a link since is not followed', async () => {
    const source = await openSource()
    await rm(join(root, 'annotations/list.json'))
    await symlink(join(top, 'outside/secret.json'), join(root, 'annotations/list.json'))
    await expect(source.text('annotations/list.json')).rejects.toMatchObject({ code: 'import/no-such-file' })
    await rename(join(root, 'images'), join(root, 'moved'))
    await put('outside/a.jpg', 'other')
    await symlink(join(top, 'outside'), join(root, 'images'))
    await expect(source.bytes('images/a.jpg')).rejects.toMatchObject({ code: 'import/no-such-file' })
    expect(await source.imageSize('images/a.jpg')).toBeNull()
    expect(asked).toEqual([])
  })
})

describe('an image that an annotation names', () => {
  test.each([
    ['images/a.jpg', undefined],
    ['../images/a.jpg', 'annotations/list.json'],
    ['a.jpg', 'annotations/list.json'],
    ['images\\a.jpg', undefined],
    ['/data/coco/a.jpg', undefined],
    ['D:\\coco\\a.jpg', undefined],
    ['https://host.invalid/a.jpg', undefined]
  ])('%j in %j is the one that is there', async (reference, annotationPath) => {
    const source = await openSource()
    expect(await source.imageSize(reference, annotationPath)).toEqual({ width: 4, height: 3 })
    expect(asked).toEqual([join(root, 'images/a.jpg')])
  })

  test.each([
    '../outside/secret.jpg',
    'images/../../outside/secret.jpg',
    '/etc/passwd',
    '%2e%2e/outside/secret.jpg',
    '..\\outside\\secret.jpg',
    'images/a.jpg\0.png',
    'images',
    '.',
    '..',
    ''
  ])('%j is none', async (reference) => {
    const source = await openSource()
    expect(await source.imageSize(reference, 'annotations/list.json')).toBeNull()
    expect(asked).toEqual([])
  })

  test('is looked at once, however often it is named; one that cannot be read has no size', async () => {
    const source = await openSource()
    await Promise.all(['images/a.jpg', 'a.jpg', 'images/a.jpg'].map((name) => source.imageSize(name)))
    expect(asked).toHaveLength(1)
    expect(await source.imageSize('b.png')).toBeNull()
    expect(await source.imageSize('annotations/list.json')).toBeNull()
  })

  test('is found below the image folder, and a name that is there twice is not guessed', async () => {
    await put('pictures/train/c.jpg', 'c')
    await put('pictures/x/same.jpg', '1')
    await put('pictures/y/same.jpg', '2')
    const source = await openSource({ path: join(root, 'annotations/list.json'), imageFolder: join(top, 'pictures') })
    expect(await source.findImage('train/c.jpg')).toEqual({
      path: join(top, 'pictures/train/c.jpg'),
      relativePath: 'train/c.jpg',
      root: join(top, 'pictures')
    })
    expect((await source.findImage('c.jpg'))?.relativePath).toBe('train/c.jpg')
    expect(await source.findImage('same.jpg')).toBeNull()
    expect((await source.findImage('y/same.jpg'))?.relativePath).toBe('y/same.jpg')
  })
})

describe('one file', () => {
  test('is the only one, and finds images by the names it gives without looking at its folder', async () => {
    await put('set/beside.jpg', 'x')
    await put('set/list.json', '[]')
    const source = await openSource({ path: join(root, 'list.json') })
    expect(source.files).toEqual([{ path: 'list.json', sizeBytes: 2 }])
    expect(source.passedOver).toBeNull()
    await expect(source.text('beside.jpg')).rejects.toMatchObject({ code: 'import/no-such-file' })
    expect(await source.imageSize('beside.jpg', 'list.json')).not.toBeNull()
    expect(await source.imageSize('/elsewhere/beside.jpg', 'list.json')).not.toBeNull()
    expect(await source.imageSize('images/a.jpg', 'list.json')).not.toBeNull()
    expect(await source.imageSize('../outside/secret.jpg', 'list.json')).toBeNull()
    expect(await source.imageSize(`${'x'.repeat(300)}.jpg`, 'list.json')).toBeNull()
  })

  test('links beside it that lead out are not followed', async () => {
    await put('set/list.json', '[]')
    await symlink(join(top, 'outside/secret.jpg'), join(root, 'link.jpg'))
    await symlink(join(top, 'outside'), join(root, 'linked'))
    const source = await openSource({ path: join(root, 'list.json') })
    expect(await source.imageSize('link.jpg')).toBeNull()
    expect(await source.imageSize('linked/secret.jpg')).toBeNull()
    expect(asked).toEqual([])
  })
})

describe('content', () => {
  test('text keeps its letters, and what is not UTF-8 is refused', async () => {
    await put('set/a.txt', 'é猫')
    await put('set/b.txt', Buffer.from([0xff, 0xfe, 0x2b, 0x73]))
    await put('set/c.txt', Buffer.from([0x61, 0xe9]))
    const source = await openSource()
    expect(await source.text('a.txt')).toBe('é猫')
    expect(await source.text('b.txt')).toBe('猫')
    await expect(source.text('c.txt')).rejects.toMatchObject({ code: 'import/encoding' })
    await expect(linesOf(source, 'c.txt')).rejects.toMatchObject({ code: 'import/encoding' })
    await expect(source.text('a.txt', 4)).rejects.toMatchObject({ code: 'import/too-large' })
    await expect(source.bytes('a.txt', 4)).rejects.toMatchObject({ code: 'import/too-large' })
    expect(await source.head('a.txt', 2)).toEqual(Uint8Array.from([0xc3, 0xa9]))
  })

  test('lines and JSON larger than a chunk come whole, bytes are told, and cancelling ends them', async () => {
    const count = 60_000
    const records = Array.from({ length: count }, (_, id) => ({ id, name: `猫 ${id}` }))
    await put('set/l.jsonl', records.map((record) => JSON.stringify(record)).join('\r\n'))
    await put('set/j.json', JSON.stringify(records))
    let bytes = 0
    const abort = new AbortController()
    const source = await openSource({ signal: abort.signal, onBytes: (more) => (bytes += more) })
    const lines = await linesOf(source, 'l.jsonl')
    expect(lines).toHaveLength(count)
    expect(lines.at(-1)).toEqual({ number: count, text: JSON.stringify(records.at(-1)) })
    expect(bytes).toBe(source.files.find(({ path }) => path === 'l.jsonl')?.sizeBytes)
    let elements = 0
    for await (const batch of source.json('j.json')) elements += batch.kind === 'elements' ? batch.elements.length : 0
    expect(elements).toBe(count)
    const batches = source.json('j.json')[Symbol.asyncIterator]()
    await batches.next()
    abort.abort()
    const rest = async (): Promise<void> => {
      while ((await batches.next()).done !== true);
    }
    await expect(rest()).rejects.toMatchObject({ code: 'import/cancelled' })
  })

  test.skipIf(isRoot)('a file that may not be read is said to be so', async () => {
    execFileSync('chmod', ['000', join(root, 'annotations/list.json')])
    const source = await openSource()
    await expect(source.text('annotations/list.json')).rejects.toMatchObject({ code: 'import/unreadable' })
  })
})
