import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UPRIGHT_CORNERS, cornersOf, writeOriented, writePicture } from '../testing/pictures'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'
import { parseRange } from './assets'

let t: TestCore
let ids: Record<string, string>
beforeAll(async () => {
  t = await createTestCore(async (dir) => {
    await writePicture(join(dir, 'a.jpg'), { width: 640, height: 480 })
    await writeOriented(join(dir, 'turned.tif'), 6)
    await writeFile(join(dir, 'bad.png'), '<html><script>alert(1)</script></html>')
    await writePicture(join(dir, 'gone.jpg'))
  })
  await t.open()
  const { items } = await t.core.handlers['images.list']({ filter: 'all', offset: 0, limit: 9 })
  ids = Object.fromEntries(items.map(({ image }) => [image.relativePath, image.id]))
  await rm(join(t.imagesDir, 'gone.jpg'))
})
afterAll(async () => {
  await t.remove()
  await closeTestMedia()
})

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  t.core.assetFetch(new Request(`http://app.test${path}`, { headers, method }))
const image = (name: string): string => `/image/${ids[name]}`

test('an image is its own bytes, with its own type and headers that let it be nothing else', async () => {
  const response = await get(image('a.jpg'))
  expect(response.status).toBe(200)
  const headers = Object.fromEntries(response.headers)
  expect(headers).toMatchObject({
    'content-type': 'image/jpeg',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'accept-ranges': 'bytes',
    'content-security-policy': "default-src 'none'"
  })
  const bytes = await readFile(join(t.imagesDir, 'a.jpg'))
  expect(headers['content-length']).toBe(String(bytes.length))
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
})

test('a TIFF is shown upright as PNG', async () => {
  const response = await get(image('turned.tif'))
  expect(response.headers.get('content-type')).toBe('image/png')
  expect(await cornersOf(new Uint8Array(await response.arrayBuffer()))).toEqual(UPRIGHT_CORNERS)
})

test('a thumbnail has the size asked for', async () => {
  const response = await get(`/thumb/${ids['a.jpg']}?size=100`)
  expect(response.headers.get('content-type')).toBe('image/webp')
  const { width, height } = await sharp(await response.arrayBuffer()).metadata()
  expect([width, height]).toEqual([100, 75])
})

describe('conditional and partial requests', () => {
  test('an unchanged picture is a 304 without a body; a replaced one is sent again', async () => {
    for (const path of [image('a.jpg'), `/thumb/${ids['a.jpg']}?size=64`]) {
      const etag = (await get(path)).headers.get('etag') ?? ''
      const again = await get(path, { 'if-none-match': `"other", ${etag}` })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    const before = (await get(image('a.jpg'))).headers.get('etag') ?? ''
    await writePicture(join(t.imagesDir, 'a.jpg'), { width: 20, height: 10 })
    expect((await get(image('a.jpg'), { 'if-none-match': before })).status).toBe(200)
  })

  test('a range is a 206 with exactly those bytes', async () => {
    const bytes = await readFile(join(t.imagesDir, 'a.jpg'))
    const response = await get(image('a.jpg'), { range: 'bytes=10-19' })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true)
  })

  test('a range behind the end is a 416 that names the size', async () => {
    const { length } = await readFile(join(t.imagesDir, 'a.jpg'))
    const response = await get(image('a.jpg'), { range: `bytes=${length}-` })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${length}`])
  })

  test('a range of something that changed meanwhile is the whole', async () => {
    expect((await get(image('a.jpg'), { range: 'bytes=0-1', 'if-range': '"old"' })).status).toBe(200)
  })

  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=5-99', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=7-5', null],
    ['bytes=-', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
    ['bytes=a-b', null],
    [null, null]
  ])('%s of 10 bytes', (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected)
  })

  test('HEAD has the headers and no body; other methods are refused', async () => {
    const head = await get(image('a.jpg'), {}, 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100)
    expect((await get(image('a.jpg'), {}, 'DELETE')).status).toBe(405)
  })
})

describe('what is not served', () => {
  const code = async (path: string): Promise<[number, string]> => {
    const response = await get(path)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const body = (await response.json()) as { code: string; message: string }
    expect(body.message).not.toContain(t.folder)
    return [response.status, body.code]
  }

  test.each([
    '/',
    '/index.html',
    '/image/',
    '/image/a/b',
    '/images/x',
    '/thumb',
    '/image/..%2f..%2fetc%2fpasswd',
    '/image/%',
    '/image/%00'
  ])('%s is a 404', async (path) => {
    expect((await code(path))[0]).toBe(404)
  })

  test('a file that is no image is a 422 with the reason, never its content', async () => {
    expect(await code(image('bad.png'))).toEqual([422, 'image/unreadable'])
    expect(await code(`/thumb/${ids['bad.png']}`)).toEqual([422, 'image/unreadable'])
  })

  test('a file that is gone is a 404 that says so', async () => {
    expect(await code(image('gone.jpg'))).toEqual([404, 'image/missing'])
  })

  test('a registered file that became a link out of the folder is refused', async () => {
    await symlink('/etc/hostname', join(t.imagesDir, 'gone.jpg'))
    expect(await code(image('gone.jpg'))).toEqual([403, 'image/outside-root'])
  })

  test('a sibling folder whose name begins like ours is outside too', async () => {
    await writePicture(join(t.folder, 'scans-private.jpg'))
    await rm(join(t.imagesDir, 'gone.jpg'))
    await symlink('../scans-private.jpg', join(t.imagesDir, 'gone.jpg'))
    expect(await code(image('gone.jpg'))).toEqual([403, 'image/outside-root'])
  })

  test.each(['0', '15', '1025', '99999999', '-5', 'big', '1e2', ''])(
    'a thumbnail of size %j is a 400',
    async (size) => {
      expect(await code(`/thumb/${ids['a.jpg']}?size=${size}`)).toEqual([400, 'asset/size'])
    }
  )

  test('nothing at all once the project is closed', async () => {
    await t.core.handlers['project.close']({})
    expect(await code(image('a.jpg'))).toEqual([404, 'project/none-open'])
  })
})
