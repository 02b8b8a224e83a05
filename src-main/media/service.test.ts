import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  QUARTERS,
  UPRIGHT_CORNERS,
  cornersOf,
  writeBitmap,
  writeOriented,
  writePicture,
  writePngBomb
} from '../testing/pictures'
import { spawnFromSource } from '../testing/spawn-from-source'
import { createMediaService } from './service'
import type { MediaHost, SpawnHost } from '../core/ports'

let folder: string
let media: MediaHost
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyrie-media-'))
  media = createMediaService({ spawnHost: spawnFromSource, cacheDir: at('cache') })
})
afterAll(async () => {
  await media.close()
  await rm(folder, { recursive: true, force: true })
})

describe('EXIF orientation', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i: size, thumbnail and view are upright', async (orientation) => {
    const jpeg = at(`turned-${orientation}.jpg`)
    await writeOriented(jpeg, orientation)
    expect(await media.facts(jpeg)).toMatchObject({ size: QUARTERS, orientation, mime: 'image/jpeg' })
    expect(await cornersOf(await media.thumbnail(jpeg, 40))).toEqual(UPRIGHT_CORNERS)

    const tiff = at(`turned-${orientation}.tif`)
    await writeOriented(tiff, orientation)
    expect((await media.facts(tiff)).size).toEqual(QUARTERS)
    const shown = await media.viewable(tiff)
    expect(shown.mime).toBe('image/png')
    expect(await cornersOf(await readFile((shown as { path: string }).path))).toEqual(UPRIGHT_CORNERS)
  })

  test('a turned PNG is not left to the browser, a turned JPEG is', async () => {
    await writeOriented(at('turned.png'), 6)
    expect(await media.viewable(at('turned.png'))).not.toMatchObject({ path: at('turned.png') })
    await writeOriented(at('turned-again.jpg'), 6)
    expect(await media.viewable(at('turned-again.jpg'))).toEqual({ mime: 'image/jpeg', path: at('turned-again.jpg') })
  })
})

describe('file types', () => {
  test.each(['jpg', 'png', 'webp', 'gif', 'tiff', 'avif'])('%s is told by its content', async (extension) => {
    const path = at(`plain.${extension}`)
    await writePicture(path)
    const renamed = at(`plain-${extension}.jpg`)
    await writeFile(renamed, await readFile(path))
    const expected = { size: { width: 64, height: 48 }, orientation: 1, frames: 1 }
    const mime = `image/${extension === 'jpg' ? 'jpeg' : extension}`
    expect(await media.inspect(renamed, { withHash: false })).toMatchObject({ ...expected, mime })
    const { width, height, format } = await sharp(await media.thumbnail(renamed, 32)).metadata()
    expect({ width, height, format }).toEqual({ width: 32, height: 24, format: 'webp' })
  })

  test('a Windows bitmap is read without libvips and shown as it is', async () => {
    await writeBitmap(at('quarters.bmp'))
    expect(await media.facts(at('quarters.bmp'))).toMatchObject({ size: QUARTERS, mime: 'image/bmp' })
    expect(await cornersOf(await media.thumbnail(at('quarters.bmp'), 48))).toEqual(UPRIGHT_CORNERS)
    expect(await media.viewable(at('quarters.bmp'))).toEqual({ mime: 'image/bmp', path: at('quarters.bmp') })
  })

  test('the hash is that of the bytes', async () => {
    await writeFile(
      at('abc.jpg'),
      await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123' } })
        .jpeg()
        .toBuffer()
    )
    const { contentHash } = await media.inspect(at('abc.jpg'), { withHash: true })
    const [expected] = execFileSync('sha256sum', [at('abc.jpg')])
      .toString()
      .split(' ')
    expect(contentHash).toBe(expected)
  })
})

describe('bad files', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
  test.each([
    ['gone.jpg', null, 'the file is gone'],
    ['empty.jpg', '', 'the file is empty'],
    ['text.png', 'hello there, this is text', 'its content is none of JPEG, PNG'],
    ['drawing.png', svg, 'its content is none of JPEG, PNG'],
    ['head.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), ''],
    ['short.bmp', Buffer.concat([Buffer.from('BM'), Buffer.alloc(30)]), 'the file ends inside its header']
  ])('%s: the error names the file and the reason', async (name, content, reason) => {
    if (content !== null) await writeFile(at(name), content)
    await expect(media.facts(at(name))).rejects.toMatchObject({
      code: 'image/unreadable',
      message: expect.stringContaining(`${name} cannot be read as an image: ${reason}`),
      nextStep: expect.stringMatching(/\w/)
    })
  })

  test('a picture that was cut off has no thumbnail, and says why', async () => {
    await writePicture(at('whole.jpg'), { width: 800, height: 600 })
    const bytes = await readFile(at('whole.jpg'))
    await writeFile(at('cut.jpg'), bytes.subarray(0, bytes.length >> 1))
    await expect(media.thumbnail(at('cut.jpg'), 64)).rejects.toMatchObject({
      code: 'image/unreadable',
      data: { fileName: 'cut.jpg' }
    })
  })

  test('a header that states 900 megapixels is refused before decoding', async () => {
    await writePngBomb(at('bomb.png'), { width: 30_000, height: 30_000 })
    const startedMs = performance.now()
    await expect(media.thumbnail(at('bomb.png'), 64)).rejects.toMatchObject({ code: 'image/unreadable' })
    await expect(media.facts(at('bomb.png'))).rejects.toMatchObject({ code: 'image/unreadable' })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })

  test.skipIf(process.platform === 'win32')('a FIFO named like a picture does not hold anything up', async () => {
    execFileSync('mkfifo', [at('pipe.jpg')])
    await expect(media.facts(at('pipe.jpg'))).rejects.toMatchObject({ data: { reason: 'it is not a regular file' } })
  })
})

test('thumbnails are cached by what the source is, and nothing temporary is left', async () => {
  await writePicture(at('cached.png'))
  const first = await media.thumbnail(at('cached.png'), 24)
  const made = async (): Promise<string[]> =>
    (await readdir(at('cache'), { recursive: true })).filter((n) => /-24\.webp$/.test(n))
  expect(await made()).toHaveLength(1)
  expect(Buffer.compare(await media.thumbnail(at('cached.png'), 24), first)).toBe(0)
  await writePicture(at('cached.png'), { width: 10, height: 50 })
  expect((await sharp(await media.thumbnail(at('cached.png'), 24)).metadata()).height).toBe(24)
  expect(await made()).toHaveLength(2)
  expect((await readdir(at('cache'), { recursive: true })).filter((n) => n.includes('tmp'))).toEqual([])
})

describe('the host dies', () => {
  test('killed from outside: the next call finds a new one', async () => {
    await writePicture(at('after.png'))
    await media.facts(at('after.png'))
    const pid = media.hostPid()
    process.kill(pid ?? Number.NaN, 'SIGKILL')
    await expect.poll(() => media.hostPid()).not.toBe(pid)
    expect((await media.facts(at('after.png'))).size.width).toBe(64)
    expect(media.hostPid()).not.toBe(pid)
  })

  test('a stopped host is ended by its parent in time, naming the file; the others are read', async () => {
    const impatient = createMediaService({ spawnHost: spawnFromSource, cacheDir: at('cache'), timeoutMs: 1_500 })
    try {
      await writePicture(at('slow.png'))
      await impatient.facts(at('slow.png'))
      process.kill(impatient.hostPid() ?? Number.NaN, 'SIGSTOP')
      await expect(impatient.facts(at('slow.png'))).rejects.toMatchObject({
        message: 'slow.png cannot be read as an image: decoding it took longer than 1.5 s.'
      })
      expect((await impatient.facts(at('after.png'))).size.width).toBe(64)
    } finally {
      await impatient.close()
    }
  })

  test('of two files in flight only the one that kills the host is blamed', async () => {
    const deadly: SpawnHost = (entry) => {
      const host = spawnFromSource(entry)
      return {
        ...host,
        get pid() {
          return host.pid
        },
        post: (message) => {
          host.post(message)
          if (JSON.stringify(message).includes('deadly')) process.kill(host.pid ?? Number.NaN, 'SIGKILL')
        }
      }
    }
    const fragile = createMediaService({ spawnHost: deadly, cacheDir: at('cache') })
    try {
      await writePicture(at('deadly.png'))
      const results = await Promise.allSettled(
        ['after.png', 'deadly.png', 'slow.png'].map((name) => fragile.facts(at(name)))
      )
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(results[1]).toMatchObject({
        reason: { data: { fileName: 'deadly.png', reason: 'the decoder died of it' } }
      })
    } finally {
      await fragile.close()
    }
  })
})
