/**
 * @file The loopback server: the same app in a browser of this computer, or of another one through an
 * SSH tunnel. Rules K1-K5, K7. Order of every request: whose name it used, where it came from,
 * what it wants to do, who is signed in; only then what is asked for.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SOCKET_PATH } from '../../../src-shared/ipc/channels'
import type { Emit } from '../../core/ports'
import type { Dispatch } from '../dispatch'
import type { LogFault } from '../log'
import { PAGE_HEADERS } from '../page-headers'
import type { WindowFetch } from '../window-fetch'
import { refusalOf, servedHosts } from './access'
import { LOOPBACK, listenPatiently } from './listen'
import { createSessions } from './sessions'
import type { Sessions } from './sessions'
import { createSignInDelay } from './sign-in-delay'
import { SIGN_IN_PATH, SIGN_IN_STYLE_PATH, signInPage, signInStyle } from './sign-in-page'
import { createSockets } from './sockets'

const MAX_BODY_BYTES = 1_024
const LIMITS = {
  maxHeaderSize: 16 * 1_024,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000
} as const
const MAX_CONNECTIONS = 128
/** Headers of a request that a picture's answer may depend on. */
const PASSED_HEADERS = ['accept', 'range', 'if-range', 'if-none-match', 'if-modified-since'] as const

export interface ServerOptions {
  /** 0: any free port. */
  readonly port: number
  readonly sessionKey: Buffer
  readonly windowFetch: WindowFetch
  readonly dispatch: Dispatch
  readonly logFault: LogFault
  /** Requests wait for it: whoever comes early finds the project open, not half open. */
  readonly ready?: Promise<void>
  /** The last window is gone. */
  readonly onNobody?: () => void
  /** A sign-in link was used; a new one is valid from now on. */
  readonly onSignedIn?: () => void
}

export interface LoopbackServer {
  readonly port: number
  /** Address that signs one browser in. */
  signInAddress(): string
  readonly emit: Emit
  close(): Promise<void>
}

const textResponse = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(text, {
    status,
    headers: { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers }
  })

const signedInRedirect = (sessions: Sessions): Response =>
  new Response(null, {
    status: 303,
    headers: { ...PAGE_HEADERS, location: '/', 'set-cookie': sessions.newCookie(), 'cache-control': 'no-store' }
  })

/** The body as text, or null when it is longer than a token can be. */
async function readSmallBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response)
}

const isWrite = (method: string | undefined): boolean => method !== 'GET' && method !== 'HEAD'

/** Rejects with `shell/port-in-use` or `shell/port-refused`. */
export async function startServer(options: ServerOptions): Promise<LoopbackServer> {
  const { windowFetch, dispatch, logFault } = options
  const delay = createSignInDelay(
    () => performance.now(),
    (ms) => new Promise((done) => setTimeout(done, ms))
  )
  const ready = options.ready ?? Promise.resolve()
  const sockets = createSockets(dispatch, logFault, options.onNobody ?? (() => undefined))

  async function redeem(token: string): Promise<Response> {
    if (sessions.redeem(token)) {
      options.onSignedIn?.()
      return signedInRedirect(sessions)
    }
    return signInPage((await delay.afterWrongToken()) ? 'wrong-token' : 'too-many')
  }

  async function signIn(request: IncomingMessage): Promise<Response> {
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
      return textResponse(415, 'Expected a form.')
    }
    const body = await readSmallBody(request)
    if (body === null) return textResponse(413, 'The form is too large.', { connection: 'close' })
    return redeem(new URLSearchParams(body).get('token')?.trim() ?? '')
  }

  async function answer(request: IncomingMessage, signal: AbortSignal): Promise<Response> {
    const refusal = refusalOf({ headers: request.headers, needsOrigin: isWrite(request.method) }, hosts)
    if (refusal) return textResponse(refusal.status, refusal.reason)
    // `http://other/…` and `*` are forms for proxies.
    if (!request.url?.startsWith('/')) return textResponse(400, 'Expected a path.')
    const url = new URL(`http://${LOOPBACK}:${port}${request.url}`)
    if (isWrite(request.method)) {
      if (request.method === 'POST' && url.pathname === SIGN_IN_PATH) return signIn(request)
      return textResponse(405, 'There is nothing to write here.', { allow: 'GET, HEAD', connection: 'close' })
    }
    const isSignedIn = sessions.isSignedIn(request.headers.cookie)
    if (url.pathname === '/' && url.searchParams.has('token')) {
      // Reloading a used link in a browser that is signed in is no guess.
      return isSignedIn ? signedInRedirect(sessions) : redeem(url.searchParams.get('token') ?? '')
    }
    if (url.pathname === SIGN_IN_STYLE_PATH) return signInStyle()
    if (!isSignedIn)
      return url.pathname === '/' || url.pathname === SIGN_IN_PATH
        ? signInPage('none')
        : textResponse(401, 'Sign in first.')
    if (url.pathname === SIGN_IN_PATH) return signedInRedirect(sessions)
    const headers = PASSED_HEADERS.flatMap((name): [string, string][] => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    })
    await ready
    return windowFetch(new Request(url, { method: request.method ?? 'GET', headers, signal }))
  }

  const server = createServer(LIMITS, (request, response) => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    answer(request, gone.signal)
      .then((result) => send(response, result))
      .catch((thrown: unknown) => {
        // The browser went away in the middle: nobody is left to tell.
        if (response.destroyed || gone.signal.aborted) return
        logFault(`a request for ${request.url?.split('?')[0] ?? ''}`, thrown)
        if (response.headersSent) response.destroy()
        else void send(response, textResponse(500, 'Something went wrong inside the app.'))
      })
  })
  server.maxConnections = MAX_CONNECTIONS
  server.maxHeadersCount = 64
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf({ headers: request.headers, needsOrigin: true }, hosts)
    const isOurs = request.url === SOCKET_PATH && sessions.isSignedIn(request.headers.cookie)
    if (!refusal && isOurs) void ready.then(() => sockets.accept(request, socket, head))
    else
      socket.end(
        `HTTP/1.1 ${refusal ? '403 Forbidden' : '401 Unauthorized'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
      )
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })

  await listenPatiently(server, options.port).catch((error: unknown) => {
    sockets.close()
    throw error
  })
  const { port } = server.address() as AddressInfo
  const hosts = servedHosts(port)
  const sessions = createSessions(options.sessionKey, port, Date.now)

  return {
    port,
    signInAddress: () => `http://${LOOPBACK}:${port}/?token=${sessions.token()}`,
    emit: (event, value) =>
      sockets.broadcast({ type: 'event', event, value } as Parameters<typeof sockets.broadcast>[0]),
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      sockets.close()
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 300).unref()
      await closed
    }
  }
}
