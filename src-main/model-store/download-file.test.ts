import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { downloadFile } from './download-file'
import { getOver, nextAddress } from './get-over'
import type { DownloadedFile, WantedFile } from './download-file'
import { breakOff, sendFile, sha256, startSource } from './testing'
import type { TestSource, Trouble } from './testing'

const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) % 251))
const OTHER = Buffer.from(BYTES.map((byte) => 255 - byte))
const LIMITS = { backOffMs: 1, mostBackOffMs: 50, idleMs: 10_000, connectMs: 10_000, firstByteMs: 10_000, tries: 3 }

let dir = ''
let source: TestSource
let kept: string | null = null
let notes: string[] = []
let seen: number[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-download-'))
  ;[kept, notes, seen] = [null, [], []]
})
afterEach(async () => {
  await source.close()
  await rm(dir, { recursive: true })
})
const at = (name: string): string => join(dir, name)

const serve = async (trouble?: Trouble, bytes = BYTES): Promise<void> => {
  source = await startSource({
    repository: 'a/b',
    files: { 'x.bin': bytes },
    ...(trouble === undefined ? {} : { trouble })
  })
}
const get = (wanted: Partial<WantedFile> = {}, signal?: AbortSignal, idleMs = LIMITS.idleMs): Promise<DownloadedFile> =>
  downloadFile(
    {
      url: `${source.url}/a/b/resolve/main/x.bin`,
      path: 'x.bin',
      bytes: BYTES.length,
      mostBytes: 1_000_000,
      sha256: null,
      ...wanted
    },
    at('x.bin'),
    {
      etag: kept,
      limits: { ...LIMITS, idleMs },
      ...(signal === undefined ? {} : { signal }),
      began: async (etag) => void (kept = etag),
      onBytes: (have) => void seen.push(have),
      note: (sentence) => void notes.push(sentence)
    }
  )
const ranges = (): readonly (string | undefined)[] => source.asked.map(({ headers }) => headers.range)
const whole = async (bytes = BYTES): Promise<void> => {
  expect(Buffer.compare(await readFile(at('x.bin')), bytes)).toBe(0)
  expect(await readdir(dir)).toEqual(['x.bin'])
}

describe('a file that is downloaded', () => {
  test('comes whole, with its hash and its progress', async () => {
    await serve()
    expect(await get({ sha256: sha256(BYTES) })).toEqual({ bytes: BYTES.length, sha256: sha256(BYTES) })
    await whole()
    expect(seen.at(-1)).toBe(BYTES.length)
    expect(source.asked).toMatchObject([{ method: 'GET', headers: { 'accept-encoding': 'identity' } }])
  })

  test('goes on where its connection broke off, of the same file by its ETag', async () => {
    await serve((asked, response, count) => {
      if (count > 1) return false
      breakOff(BYTES, 60_000, asked, response, () => (seen.at(-1) ?? 0) >= 60_000 * (count + 1))
      return true
    })
    expect(await get()).toEqual({ bytes: BYTES.length, sha256: sha256(BYTES) })
    await whole()
    expect(ranges()).toEqual([undefined, 'bytes=60000-', 'bytes=120000-'])
    expect(source.asked[1]?.headers['if-range']).toBe(kept)
    expect(notes).toEqual([])
  })

  test('goes on in a later run from what an earlier one left', async () => {
    const controller = new AbortController()
    await serve((_, response, count) => {
      if (count > 0) return false
      response.writeHead(200, { 'content-length': BYTES.length, etag: '"same"' })
      response.write(BYTES.subarray(0, 70_000))
      const timer = setInterval(() => {
        if ((seen.at(-1) ?? 0) < 70_000) return
        clearInterval(timer)
        controller.abort()
      }, 5)
      return true
    })
    await expect(get({}, controller.signal)).rejects.toMatchObject({ code: 'model-store/cancelled' })
    expect(await readdir(dir)).toEqual(['x.bin.part'])
    expect(kept).toBe('"same"')
    await source.close()
    await serve((asked, response) => {
      sendFile(BYTES, asked, response, '"same"')
      return true
    })
    expect(await get()).toEqual({ bytes: BYTES.length, sha256: sha256(BYTES) })
    expect(ranges()).toEqual(['bytes=70000-'])
    await whole()
  })

  test('begins anew when it was changed meanwhile, and says so', async () => {
    await writeFile(at('x.bin.part'), OTHER.subarray(0, 50_000))
    kept = '"an older one"'
    await serve()
    expect((await get()).sha256).toBe(sha256(BYTES))
    await whole()
    expect(source.asked[0]?.headers).toMatchObject({ range: 'bytes=50000-', 'if-range': '"an older one"' })
    expect(notes).toEqual(['x.bin begins anew: it was changed'])
  })

  test('begins anew when its server ignores what was asked for, or does not say which file it is', async () => {
    await writeFile(at('x.bin.part'), BYTES.subarray(0, 50_000))
    kept = '"e"'
    await serve((_, response) => {
      response.writeHead(200, { 'content-length': BYTES.length, etag: '"e"' }).end(BYTES)
      return true
    })
    expect((await get()).sha256).toBe(sha256(BYTES))
    expect(notes).toEqual(['x.bin begins anew: its server gives it only as a whole'])
    await whole()
    await rm(at('x.bin'))
    await writeFile(at('x.bin.part'), OTHER.subarray(0, 50_000))
    kept = 'W/"weak"'
    expect((await get()).sha256).toBe(sha256(BYTES))
    expect(ranges()).toEqual(['bytes=50000-', undefined])
    await whole()
  })

  test('is put together without an ETag only where its hash is known, and begins anew when that is wrong', async () => {
    await writeFile(at('x.bin.part'), OTHER.subarray(0, 50_000))
    await serve()
    expect((await get({ sha256: sha256(BYTES) })).sha256).toBe(sha256(BYTES))
    expect(ranges()).toEqual(['bytes=50000-', undefined])
    expect(notes).toEqual([expect.stringContaining('not what its publisher says')])
    await whole()
  })

  test('is asked for again after 503 and 429, and not longer than is sensible', async () => {
    await serve((_, response, count) => {
      if (count > 1) return false
      response.writeHead(count === 0 ? 503 : 429, { 'retry-after': '9999' }).end()
      return true
    })
    const started = performance.now()
    expect((await get()).sha256).toBe(sha256(BYTES))
    // A server may ask for hours.
    expect(performance.now() - started).toBeLessThan(10_000)
    await source.close()
    await rm(at('x.bin'))
    await serve((_, response) => {
      response.writeHead(500).end()
      return true
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/busy-server', data: { status: 500 } })
    expect(source.asked).toHaveLength(LIMITS.tries)
  })

  test.each([
    [404, 'model-store/missing-file'],
    [403, 'model-store/not-allowed'],
    [206, 'model-store/bad-answer'],
    [418, 'model-store/bad-answer']
  ])('is refused at once after %i', async (status, code) => {
    await serve((_, response) => {
      response.writeHead(status, { 'content-length': 3 }).end('no!')
      return true
    })
    await expect(get()).rejects.toMatchObject({ code })
    expect(source.asked).toHaveLength(1)
  })

  test('of another length than was announced is refused before its bytes', async () => {
    await serve(undefined, BYTES.subarray(0, 150_000))
    await expect(get()).rejects.toMatchObject({ code: 'model-store/wrong-size' })
    expect(seen.every((have) => have === 0)).toBe(true)
    await expect(get({ bytes: null, mostBytes: 100 })).rejects.toMatchObject({ code: 'model-store/too-large' })
  })

  test('that never ends is cut at what was announced, and nothing of it is kept', async () => {
    await serve((_, response) => {
      response.writeHead(200)
      const pour = (): void => {
        while (!response.destroyed && response.write(BYTES));
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
      return true
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/wrong-size' })
    await expect(get({ bytes: null })).rejects.toMatchObject({ code: 'model-store/too-large' })
    expect((await readFile(at('x.bin.part'))).length).toBe(0)
  })

  test('that stops coming is given up after the limit and asked for again', async () => {
    await serve((_, response, count) => {
      if (count > 0) return false
      response.writeHead(200, { 'content-length': BYTES.length })
      response.write(BYTES.subarray(0, 1_000))
      return true
    })
    expect((await get({ sha256: sha256(BYTES) }, undefined, 200)).bytes).toBe(BYTES.length)
    expect(ranges()[0]).toBeUndefined()
    expect(ranges()).toContain('bytes=1000-')
  })

  test('with another hash is refused, and nothing of it is kept', async () => {
    await serve(undefined, OTHER)
    await expect(get({ sha256: sha256(BYTES) })).rejects.toMatchObject({ code: 'model-store/wrong-hash' })
    expect((await readFile(at('x.bin.part'))).length).toBe(0)
  })

  test('of other bytes than were asked for is refused', async () => {
    await writeFile(at('x.bin.part'), BYTES.subarray(0, 50_000))
    kept = '"e"'
    await serve((_, response) => {
      response.writeHead(206, { 'content-range': `bytes 0-${BYTES.length - 1}/${BYTES.length}` }).end(BYTES)
      return true
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/bad-answer' })
  })

  test.each([
    [{ 'content-encoding': 'gzip' }, 200, 'model-store/bad-answer'],
    [{ 'transfer-encoding': 'gzip, chunked' }, 200, 'model-store/bad-answer'],
    // What a server says beside its status is not read.
    [{ 'content-encoding': 'gzip' }, 404, 'model-store/missing-file'],
    [{ 'content-encoding': 'br' }, 503, 'model-store/busy-server']
  ])('is not taken packed: %j, %i', async (headers, status, code) => {
    await serve((_, response) => {
      response.writeHead(status, headers).end('x')
      return true
    })
    await expect(get()).rejects.toMatchObject({ code })
  })

  test('is taken from a server that says that nothing is packed', async () => {
    await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'Identity' }).end(BYTES)
      return true
    })
    await get()
    await whole()
  })

  test('G1: a link where it is being written is not followed', async () => {
    await writeFile(at('mine'), 'mine')
    await symlink(at('mine'), at('x.bin.part'))
    kept = '"e"'
    await serve()
    await get()
    expect(await readFile(at('mine'), 'utf8')).toBe('mine')
    await rm(at('mine'))
    await whole()
  })
})

describe('being sent on', () => {
  const sendOn = (location: string | ((count: number) => string)): Promise<void> =>
    serve((asked, response, count) => {
      if (asked.path.endsWith('/elsewhere')) return sendTo(BYTES, asked, response)
      response.writeHead(302, { location: typeof location === 'string' ? location : location(count) }).end()
      return true
    })
  const sendTo = (...args: Parameters<typeof sendFile>): true => {
    sendFile(...args)
    return true
  }

  test('is followed a few times, also for the rest of a file', async () => {
    await sendOn('/elsewhere')
    await writeFile(at('x.bin.part'), BYTES.subarray(0, 50_000))
    expect((await get({ sha256: sha256(BYTES) })).bytes).toBe(BYTES.length)
    expect(source.asked.map(({ headers }) => headers.range)).toEqual(['bytes=50000-', 'bytes=50000-'])
    await whole()
  })

  test.each([
    '/a/b/resolve/main/x.bin',
    'http://169.254.169.254/latest/meta-data',
    'http://example.com/x',
    'file:///etc/passwd',
    'https://user:secret@example.com/x',
    'https://[fe80::1]/x',
    '::::'
  ])('to %s is not', async (location) => {
    await sendOn(location)
    await expect(get()).rejects.toMatchObject({ code: 'model-store/redirect' })
  })

  test.each([
    ['https://cdn.example.net/x?signed=1', true],
    ['/other', true],
    ['http://hub.example.com/x', false],
    ['http://127.0.0.1:8000/x', false],
    ['https://localhost/x', false],
    ['https://[::1]/x', false],
    ['https://169.254.169.254/x', false],
    ['https://0.0.0.0/x', false]
  ])('from a hub elsewhere to %s: %s', (location, isFollowed) => {
    const start = new URL('https://hub.example.com/a')
    const go = (): URL => nextAddress(start, start, location, 0, 5)
    if (isFollowed) expect(go().protocol).toBe('https:')
    else expect(go).toThrow(expect.objectContaining({ code: 'model-store/redirect' }))
  })

  test('a proxy that the environment names is gone through, for hosts elsewhere that are not excepted', async () => {
    const asked: string[] = []
    const proxy = createServer()
    proxy.on('connect', ({ url = '' }, socket) => {
      asked.push(url)
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    try {
      vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
      vi.stubEnv('NO_PROXY', 'inside.invalid')
      await serve()
      const ask = (url: string): Promise<unknown> => getOver({ url, limits: LIMITS })
      await expect(ask('https://hub.invalid/x')).rejects.toMatchObject({ code: 'model-store/unreachable' })
      expect(asked).toEqual(['hub.invalid:443'])
      await expect(ask('https://inside.invalid/x')).rejects.toMatchObject({ code: 'model-store/unreachable' })
      expect((await get()).bytes).toBe(BYTES.length)
      expect(asked).toHaveLength(1)
    } finally {
      vi.unstubAllEnvs()
      proxy.closeAllConnections()
      proxy.close()
    }
  })
})
