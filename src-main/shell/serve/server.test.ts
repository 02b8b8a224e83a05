import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { decodeFromCore, encodeFrame } from '../../../src-shared/ipc/wire'
import { createDispatch } from '../dispatch'
import { tinyCore } from '../testing'
import type { TinyCore } from '../testing'
import { createWindowFetch } from '../window-fetch'
import { startServer } from './server'
import type { LoopbackServer } from './server'
import { loadSessionKey } from './sessions'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let folder: string
let core: TinyCore
let server: LoopbackServer
let logged: string[]

const start = async (port = 0): Promise<LoopbackServer> =>
  startServer({
    port,
    sessionKey: await loadSessionKey(join(folder, 'data', 'serve.key')),
    windowFetch: createWindowFetch(join(folder, 'renderer'), core),
    dispatch: createDispatch(core.handlers, (where) => void logged.push(where)),
    logFault: (where) => void logged.push(where)
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyrie-serve-'))
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>Eyrie</title>')
  await writeFile(join(folder, 'renderer', 'assets', 'main-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'not yours')
  core = tinyCore()
  logged = []
  server = await start()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Ask {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  /** Sent as it is: no URL class tidies it up. */
  readonly path?: string
}
const ask = ({ method = 'GET', headers = {}, body, path = '/' }: Ask): Promise<Answer> =>
  new Promise((settle, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: server.port, method, path, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.once('end', () => settle({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      }
    )
    request.once('error', reject)
    request.end(body)
  })

const tokenOf = (target = server): string => new URL(target.signInAddress()).searchParams.get('token') ?? ''
async function signIn(): Promise<string> {
  const answer = await ask({ path: `/?token=${tokenOf()}` })
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}
const origin = (): string => `http://127.0.0.1:${server.port}`
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

test('K1: listens on the loopback address only', async () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find((place) => !place.internal && place.family === 'IPv4')
  const address = outside?.address ?? '127.0.0.2'
  const reached = await new Promise<boolean>((settle) => {
    const socket = connect({ host: address, port: server.port, timeout: 1_000 })
    socket
      .once('connect', () => settle(true))
      .once('error', () => settle(false))
      .once('timeout', () => settle(false))
  })
  expect(reached).toBe(false)
})

test.each([
  'evil.example',
  'evil.example:80',
  '127.0.0.1',
  '127.0.0.1:1',
  'localhost',
  '127.0.0.1.evil.example',
  '0.0.0.0',
  '[::1]'
])('K2: Host %j gets a 403 before anything else, with a good cookie too', async (host) => {
  const cookie = await signIn()
  expect((await ask({ headers: { host, cookie } })).status).toBe(403)
})

test('K2: both loopback names with the right port are served', async () => {
  const cookie = await signIn()
  for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`]) {
    expect((await ask({ headers: { host, cookie } })).status).toBe(200)
  }
})

test.each(['cross-site', 'same-site', 'nonsense'])('K2: fetch metadata %s is refused', async (site) => {
  const cookie = await signIn()
  const answer = await ask({ headers: { cookie, 'sec-fetch-site': site } })
  expect(answer.status).toBe(403)
})

test('K2: a foreign, null or other-port Origin is refused; our own is served', async () => {
  const cookie = await signIn()
  for (const foreign of [
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    `https://127.0.0.1:${server.port}`,
    `http://localhost:${server.port}`
  ]) {
    expect((await ask({ headers: { cookie, origin: foreign } })).status).toBe(403)
  }
  expect((await ask({ headers: { cookie, origin: origin() } })).status).toBe(200)
})

test('K2: a write without an Origin is refused', async () => {
  const answer = await ask({ method: 'POST', path: '/sign-in', headers: FORM, body: `token=${tokenOf()}` })
  expect(answer.status).toBe(403)
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test('K2: no answer carries CORS headers', async () => {
  const cookie = await signIn()
  for (const path of ['/', '/assets/main-abc.js', '/image/one', '/nope']) {
    const { headers } = await ask({ path, headers: { cookie, origin: origin() } })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
  expect(
    (await ask({ method: 'OPTIONS', path: '/', headers: { origin: origin(), 'access-control-request-method': 'GET' } }))
      .status
  ).toBe(405)
})

test('K3: the token opens the app once, moves into an HttpOnly SameSite=Strict cookie and leaves the URL', async () => {
  const token = tokenOf()
  expect(Buffer.from(token, 'base64url').byteLength * 8).toBeGreaterThanOrEqual(128)
  const answer = await ask({ path: `/?token=${token}` })
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/')
  expect(answer.headers['set-cookie']?.[0]).toMatch(/^eyrie-\d+=.+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
  expect(answer.headers['set-cookie']?.[0]).not.toContain(token)
  expect((await ask({ path: `/?token=${token}` })).status).toBe(401)
  expect(tokenOf()).not.toBe(token)
})

test('K3: without a cookie every route but the sign-in page is closed', async () => {
  for (const path of ['/assets/main-abc.js', '/index.html', '/image/one', '/thumb/one?size=64', '/rpc', '/nope']) {
    const answer = await ask({ path })
    expect([path, answer.status]).toEqual([path, 401])
  }
  const page = await ask({})
  expect(page.status).toBe(401)
  expect(page.body).toContain('<form method="post" action="/sign-in">')
  expect(page.body).toContain('lang="zh-CN"')
  expect(page.body).not.toMatch(/<script|style=/)
  expect((await ask({ path: '/sign-in.css' })).headers['content-type']).toBe('text/css; charset=utf-8')
})

test('K3: forged, altered, expired and foreign cookies are not accepted', async () => {
  const cookie = await signIn()
  const [name, value = ''] = cookie.split('=')
  const [expires, nonce, signature = ''] = value.split('.')
  const forged = [
    `${name}=`,
    `${name}=${value}x`,
    `${name}=${Number(expires) + 1}.${nonce}.${signature}`,
    `${name}=${expires}.${nonce}.${'A'.repeat(signature.length)}`,
    `eyrie-1=${value}`,
    `${name}=${value}.more`
  ]
  for (const bad of forged) expect((await ask({ headers: { cookie: bad } })).status).toBe(401)
  expect((await ask({ headers: { cookie: `other=1; ${cookie}` } })).status).toBe(200)
})

test('K3: wrong tokens slow down, and a right one does not wait for them', async () => {
  const startedAt = performance.now()
  for (let i = 0; i < 3; i++) expect((await ask({ path: '/?token=wrong' })).status).toBe(401)
  expect(performance.now() - startedAt).toBeGreaterThan(100 + 200 + 400 - 30)
  const many = Promise.all(Array.from({ length: 20 }, () => ask({ path: '/?token=wrong' })))
  const rightAt = performance.now()
  expect((await ask({ path: `/?token=${tokenOf()}` })).status).toBe(303)
  expect(performance.now() - rightAt).toBeLessThan(500)
  expect((await many).filter((answer) => answer.status === 429).length).toBeGreaterThan(0)
}, 20_000)

test('K3: the token is in no log, and the sign-in form takes it', async () => {
  const body = new URLSearchParams({ token: tokenOf() }).toString()
  const answer = await ask({ method: 'POST', path: '/sign-in', headers: { ...FORM, origin: origin() }, body })
  expect(answer.status).toBe(303)
  expect(logged).toEqual([])
})

test('K3: a restart with the same data folder keeps browsers signed in; the key is for its owner only', async () => {
  const cookie = await signIn()
  const { port } = server
  await server.close()
  server = await start(port)
  expect((await ask({ headers: { cookie } })).status).toBe(200)
  expect((await stat(join(folder, 'data', 'serve.key'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(folder, 'data', 'serve.key'))).toHaveLength(32)
})

test('K4: types of writes are enforced, and there is nothing to upload to', async () => {
  const cookie = await signIn()
  const headers = { cookie, origin: origin() }
  const page = '<script>alert(1)</script>'
  for (const path of ['/', '/image/one', '/assets/x.html', '/rpc']) {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const answer = await ask({ method, path, headers: { ...headers, 'content-type': 'text/html' }, body: page })
      expect([method, path, answer.status]).toEqual([method, path, 405])
    }
  }
  const wrongType = await ask({
    method: 'POST',
    path: '/sign-in',
    headers: { ...headers, 'content-type': 'text/plain' },
    body: 'token=x'
  })
  expect(wrongType.status).toBe(415)
  expect(core.ran).toEqual([])
})

test('K4: GET never runs a method of the core', async () => {
  const cookie = await signIn()
  for (const path of ['/rpc', '/rpc?method=history.undo', '/rpc/history.undo']) {
    expect((await ask({ path, headers: { cookie } })).status).toBe(404)
  }
  expect(core.ran).toEqual([])
})

test('K4: large bodies and headers are refused', async () => {
  const body = await ask({
    method: 'POST',
    path: '/sign-in',
    headers: { ...FORM, origin: origin() },
    body: `token=${'a'.repeat(100_000)}`
  })
  expect(body.status).toBe(413)
  const header = await ask({ headers: { 'x-long': 'a'.repeat(20_000) } })
  expect([400, 431]).toContain(header.status)
})

test.each([
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '//secret.txt',
  '/..\\secret.txt',
  '/%00',
  '/assets',
  '/%E0%A4%A'
])('D7/K5: %s leads nowhere', async (path) => {
  const cookie = await signIn()
  const answer = await ask({ path, headers: { cookie } })
  expect(answer.status).toBe(404)
  expect(answer.body).not.toContain('not yours')
})

test('a request for another server is refused', async () => {
  const cookie = await signIn()
  expect((await ask({ path: 'http://evil.example/', headers: { cookie } })).status).toBe(400)
})

test('J2: the page allows code from itself only, and says so on errors too', async () => {
  const cookie = await signIn()
  for (const path of ['/', '/nope']) {
    const policy = String((await ask({ path, headers: { cookie } })).headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    for (const rule of [
      "script-src 'self'",
      "style-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'"
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
    expect(policy).not.toMatch(/unsafe|\*|http/)
  }
})

test('K5: pictures carry their type, nosniff and a same-origin policy; HTML and SVG are never sent', async () => {
  const cookie = await signIn()
  const picture = await ask({ path: '/image/one', headers: { cookie } })
  expect(picture.status).toBe(200)
  expect(picture.headers).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin'
  })
  expect(picture.headers['content-security-policy']).toContain('sandbox')
  for (const id of ['page', 'drawing']) {
    const answer = await ask({ path: `/image/${id}`, headers: { cookie } })
    expect(answer.status).toBe(415)
    expect(answer.body).not.toContain('<')
  }
})

const openSocket = (headers: Record<string, string>): Promise<WebSocket | number> =>
  new Promise((settle) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers })
    socket.once('open', () => settle(socket))
    socket.once('unexpected-response', (_request, response) => settle(response.statusCode ?? 0))
    socket.once('error', () => undefined)
  })

test('K2, K3: a WebSocket needs the cookie and our own Origin', async () => {
  const cookie = await signIn()
  expect(await openSocket({ cookie })).toBe(403)
  expect(await openSocket({ cookie, origin: 'https://evil.example' })).toBe(403)
  expect(await openSocket({ cookie, origin: origin(), host: 'evil.example' })).toBe(403)
  expect(await openSocket({ cookie, origin: origin(), 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await openSocket({ origin: origin() })).toBe(401)
  expect(await openSocket({ origin: origin(), cookie: 'eyrie=1' })).toBe(401)
})

async function signedInSocket(): Promise<WebSocket> {
  const socket = await openSocket({ cookie: await signIn(), origin: origin() })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}
const nextMessage = (socket: WebSocket): Promise<unknown> =>
  new Promise((settle) => socket.once('message', (data: Buffer) => settle(decodeFromCore(data))))
const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((settle) => socket.once('close', (code) => settle(code)))

test('calls are answered over the socket, refusals too, and events arrive', async () => {
  const socket = await signedInSocket()
  socket.send(encodeFrame({ type: 'call', id: 1, method: 'labels.list', params: {} }))
  expect(await nextMessage(socket)).toEqual({ type: 'reply', id: 1, reply: { ok: true, value: [] } })
  socket.send(encodeFrame({ type: 'call', id: 2, method: 'labels.list', params: { x: 1 } }))
  expect(await nextMessage(socket)).toMatchObject({
    id: 2,
    reply: { ok: false, error: { code: 'ipc/invalid-params' } }
  })
  server.emit('project.changed', { project: null })
  expect(await nextMessage(socket)).toEqual({ type: 'event', event: 'project.changed', value: { project: null } })
})

test.each([
  ['text', 'hello', 1003],
  ['garbage', Buffer.from([0, 0, 0, 9, 1]), 1008],
  ['a call without a method', Buffer.from(encodeFrame({ type: 'call', id: 1, params: {} })), 1008]
])('J6: %s on the socket ends it and runs nothing', async (_name, data, code) => {
  const socket = await signedInSocket()
  socket.send(data)
  expect(await closeCode(socket)).toBe(code)
  expect(core.ran).toEqual([])
})

test('a tab left open over an update is told that its method is gone, and stays connected', async () => {
  const socket = await signedInSocket()
  socket.send(encodeFrame({ type: 'call', id: 1, method: 'gone.method', params: {} }))
  expect(await nextMessage(socket)).toMatchObject({
    id: 1,
    reply: { ok: false, error: { code: 'ipc/unknown-method' } }
  })
  socket.send(encodeFrame({ type: 'call', id: 2, method: 'labels.list', params: {} }))
  expect(await nextMessage(socket)).toMatchObject({ id: 2, reply: { ok: true } })
  expect(core.ran.map(([method]) => method)).toEqual(['labels.list'])
})

test('B14: closing the server ends its windows and is done within two seconds', async () => {
  const socket = await signedInSocket()
  const ended = closeCode(socket)
  const startedAt = performance.now()
  await server.close()
  expect(await ended).toBe(1001)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  server = await start()
})

test('a port in use is named, with the next step', async () => {
  await expect(start(server.port)).rejects.toMatchObject({
    code: 'shell/port-in-use',
    message: expect.stringContaining(String(server.port)),
    nextStep: expect.stringContaining(`--port ${server.port + 1}`)
  })
})
