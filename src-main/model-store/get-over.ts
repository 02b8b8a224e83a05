/**
 * @file One request for a file over https, with a limit on everything. Other than a question to a model server it may be
 * sent on to another host (publishers keep large files elsewhere), carries nothing but the wish for a file, and takes as
 * long as bytes come.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import type { TLSSocket } from 'node:tls'
import { AppError } from '../../src-shared/errors'
import { addressProblem, checkedLookup, isLoopbackHost } from '../network/address'
import { isLastingReason, networkReason } from '../network/network-reasons'
import { isReadable, noBody } from '../network/packing'

export interface TransferLimits {
  readonly connectMs: number
  readonly firstByteMs: number
  /** Between two pieces. */
  readonly idleMs: number
  readonly redirects: number
  /** Tries in a row that brought nothing new. */
  readonly tries: number
  /** Before the second try; doubled for each further one. */
  readonly backOffMs: number
  /** Longest wait that a server may ask for. */
  readonly mostBackOffMs: number
}

export const TRANSFER_LIMITS: TransferLimits = {
  connectMs: 20_000,
  firstByteMs: 60_000,
  idleMs: 30_000,
  redirects: 5,
  tries: 5,
  backOffMs: 500,
  mostBackOffMs: 30_000
}

export interface Answer {
  readonly status: number
  /** Of every hop, the last one last. */
  readonly hops: readonly http.IncomingHttpHeaders[]
  readonly headers: http.IncomingHttpHeaders
  readonly host: string
  /** To be read to its end or left by `close`. Throws `model-store/unreachable` or `model-store/timeout` when it is cut off. */
  readonly body: AsyncIterable<Buffer>
  close(): void
}

export interface FileRequest {
  readonly url: string
  readonly method?: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
  readonly limits?: Partial<TransferLimits>
  readonly signal?: AbortSignal
  /** Told the head of an answer that sends elsewhere: true when it says all there is to know, and nobody else is asked. */
  readonly isEnough?: (headers: http.IncomingHttpHeaders) => boolean
}

const failure = (code: string, host: string, reason: string, nextStep: string, cause?: unknown): AppError =>
  new AppError(`model-store/${code}`, `${host}: ${reason}.`, {
    nextStep,
    data: { host },
    ...(cause === undefined ? {} : { cause })
  })

export const notFetched = (): AppError =>
  new AppError('model-store/cancelled', 'The download was stopped.', {
    nextStep: 'What has come so far is kept: getting the model again goes on there.'
  })

const OFFLINE_STEP =
  'See whether this computer is connected, name a mirror that it can reach, or get the folder elsewhere and add it from disk.'

function unreachable(host: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  return failure('unreachable', host, networkReason(cause), OFFLINE_STEP, cause)
}

/** Whether another try may bring it. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  if (error.code === 'model-store/timeout' || error.code === 'model-store/busy-server') return true
  return error.code === 'model-store/unreachable' && !isLastingReason(error.cause)
}

const late = (host: string, what: string, ms: number): AppError =>
  failure('timeout', host, `${what} took longer than ${ms / 1_000} s`, OFFLINE_STEP)

/** Where a request goes that was begun at `start` and is sent on by `from`. Throws `model-store/redirect`. */
export function nextAddress(start: URL, from: URL, location: string | undefined, followed: number, most: number): URL {
  const refuse = (reason: string, cause?: unknown): AppError =>
    failure('redirect', from.host, reason, 'Name the address that really has the files.', cause)
  if (location === undefined) throw refuse('it sends elsewhere without saying where')
  if (followed >= most) throw refuse('it sends from one address to the next')
  let to: URL
  try {
    to = new URL(location, from)
  } catch (cause) {
    throw refuse('it sends to something that is no address', cause)
  }
  if (to.username !== '' || to.password !== '' || addressProblem(to.origin) !== null)
    throw refuse('it sends to an address that is not asked')
  if (isLoopbackHost(to.hostname) && !isLoopbackHost(start.hostname))
    throw refuse('it sends back to this computer, which is not followed')
  return to
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']

/** The way through a network's proxy, where the environment names one; false: straight. This computer is not behind one. */
function agentFor(url: URL): https.Agent | false {
  if (isLoopbackHost(url.hostname)) return false
  const proxyEnv = Object.fromEntries(
    PROXY_VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  )
  return Object.keys(proxyEnv).some((name) => /^https/i.test(name)) ? new https.Agent({ proxyEnv }) : false
}

function send(url: URL, request: FileRequest, limits: TransferLimits): Promise<http.IncomingMessage> {
  const { host } = url
  const isPlain = url.protocol === 'http:'
  const problem = addressProblem(url.origin)
  if (problem !== null)
    return Promise.reject(failure('refused-address', host, `it ${problem}`, 'Check the address of the source.'))
  return new Promise((resolve, reject) => {
    const sent = (isPlain ? http : https).request(url, {
      method: request.method ?? 'GET',
      headers: { ...request.headers, 'accept-encoding': 'identity', 'user-agent': 'eyrie' },
      lookup: checkedLookup(isPlain),
      maxHeaderSize: 32_768,
      agent: agentFor(url),
      ...(request.signal === undefined ? {} : { signal: request.signal })
    })
    let timer: NodeJS.Timeout
    const within = (ms: number, what: string): void => {
      clearTimeout(timer)
      timer = setTimeout(() => sent.destroy(late(host, what, ms)), ms)
    }
    within(limits.connectMs, 'connecting')
    sent.once('socket', (socket) => {
      const connected = (): void => within(limits.firstByteMs, 'waiting for an answer')
      // Through a proxy the connection is there already.
      if (!socket.connecting && !isPlain && (socket as TLSSocket).authorized) connected()
      else socket.once(isPlain ? 'connect' : 'secureConnect', connected)
    })
    sent.once('response', (response) => {
      clearTimeout(timer)
      resolve(response)
    })
    sent.once('error', (cause) => {
      clearTimeout(timer)
      reject(request.signal?.aborted === true ? notFetched() : unreachable(host, cause))
    })
    sent.end()
  })
}

async function* piecesOf(
  host: string,
  response: http.IncomingMessage,
  limits: TransferLimits,
  signal: AbortSignal | undefined
): AsyncGenerator<Buffer> {
  let timer: NodeJS.Timeout | undefined
  const watch = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => response.destroy(late(host, 'the next piece', limits.idleMs)), limits.idleMs)
  }
  watch()
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      // A slow disk is not a slow server.
      clearTimeout(timer)
      yield chunk
      watch()
    }
  } catch (cause) {
    throw signal?.aborted === true ? notFetched() : unreachable(host, cause)
  } finally {
    clearTimeout(timer)
    response.destroy()
  }
}

/** Resolves with whatever status came at last. Rejects with `model-store/…`. */
export async function getOver(request: FileRequest): Promise<Answer> {
  const limits = { ...TRANSFER_LIMITS, ...request.limits }
  if (request.signal?.aborted === true) throw notFetched()
  const start = new URL(request.url)
  const hops: http.IncomingHttpHeaders[] = []
  let url = start
  for (let followed = 0; ; followed++) {
    const response = await send(url, request, limits)
    const { statusCode: status = 0, headers } = response
    hops.push(headers)
    const sendsOn = status >= 300 && status <= 399 && status !== 304
    if (sendsOn && request.isEnough?.(headers) !== true) {
      response.destroy()
      url = nextAddress(start, url, headers.location, followed, limits.redirects)
      continue
    }
    const { host } = url
    const hasBody = isReadable(response, (packing) =>
      failure(
        'bad-answer',
        host,
        `it packed a file (${packing}) without being asked to`,
        'Switch compression off at the server.'
      )
    )
    return {
      status,
      hops,
      headers,
      host,
      body: hasBody ? piecesOf(host, response, limits, request.signal) : noBody(),
      close: () => void response.destroy()
    }
  }
}

/** The whole of a small answer as text. Rejects with `model-store/bad-answer` when it is larger than `most`. */
export async function textOfAnswer({ body, host }: Answer, most: number): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > most)
      throw failure('bad-answer', host, `its answer is longer than ${most} bytes`, 'See what the server sends.')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
