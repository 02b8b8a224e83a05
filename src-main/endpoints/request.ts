/**
 * @file One request over HTTP with a limit on everything (I2, I3). Node's own client rather than `fetch`: it takes a
 * checked `lookup`, and asks for no compression, so that nothing can inflate.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import { AppError } from '../../src-shared/errors'
import { addressProblem, checkedLookup } from '../network/address'
import { networkReason } from '../network/network-reasons'
import { isReadable, noBody } from '../network/packing'

export interface RequestLimits {
  readonly connectMs: number
  /** From sending to the first byte of the answer. A model may read a long prompt before. */
  readonly firstByteMs: number
  /** Between two pieces of the answer. */
  readonly idleMs: number
  readonly totalMs: number
  readonly maxHeaderBytes: number
  readonly maxBodyBytes: number
}

export const REQUEST_LIMITS: RequestLimits = {
  connectMs: 10_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  totalMs: 600_000,
  maxHeaderBytes: 16_384,
  maxBodyBytes: 32_000_000
}

export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly limits?: Partial<RequestLimits>
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | null
  /** Throws `endpoint/…` when it stalls, is cut off or is too long. To be read to its end or left by `return`. */
  readonly body: AsyncIterable<Uint8Array>
}

const MOST_REDIRECTS = 3

const failure = (code: string, host: string, reason: string, nextStep: string, cause?: unknown): AppError =>
  new AppError(`endpoint/${code}`, `${host}: ${reason}.`, {
    nextStep,
    data: { host },
    ...(cause === undefined ? {} : { cause })
  })

const timedOut = (host: string, what: string, ms: number): AppError =>
  failure('timeout', host, `${what} took longer than ${ms / 1_000} s`, 'See whether the server is busy, and ask again.')

function unreachable(host: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  return failure(
    'unreachable',
    host,
    networkReason(cause),
    'See whether the server runs and its address is right.',
    cause
  )
}

/** Resolves with the head of the answer; redirects within the same origin are followed. Rejects with `endpoint/…`. */
export async function requestOver(request: HttpRequest): Promise<HttpAnswer> {
  const limits = { ...REQUEST_LIMITS, ...request.limits }
  const deadline = performance.now() + limits.totalMs
  let url = new URL(request.url)
  for (let followed = 0; ; followed++) {
    const response = await send(url, request, limits, deadline)
    const status = response.statusCode ?? 0
    if (status < 300 || status > 399) return answerOf(url, response, limits, deadline)
    response.destroy()
    url = redirected(url, status, response.headers.location, request.method, followed)
  }
}

function redirected(from: URL, status: number, location: string | undefined, method: string, followed: number): URL {
  const refuse = (reason: string): AppError =>
    failure('redirect', from.host, reason, 'Name the address that really answers.')
  if (location === undefined) throw refuse(`it answered ${status} without saying where to go`)
  if (followed === MOST_REDIRECTS) throw refuse('it sends from one address to the next')
  let to: URL
  try {
    to = new URL(location, from)
  } catch (cause) {
    throw failure(
      'redirect',
      from.host,
      'it sends to something that is no address',
      'Name the address that really answers.',
      cause
    )
  }
  if (to.origin !== from.origin) throw refuse('it sends to another server, which is not followed')
  if (method !== 'GET' && status !== 307 && status !== 308) throw refuse(`it answered ${status} to a question`)
  if (addressProblem(to.origin) !== null) throw refuse('it sends to an address that may not be asked')
  return to
}

function send(url: URL, request: HttpRequest, limits: RequestLimits, deadline: number): Promise<http.IncomingMessage> {
  const { host } = url
  const isPlain = url.protocol === 'http:'
  const problem = addressProblem(url.origin)
  if (problem !== null)
    return Promise.reject(failure('refused-address', host, problem, 'Check the address of the server.'))
  return new Promise((resolve, reject) => {
    const sent = (isPlain ? http : https).request(url, {
      method: request.method,
      headers: {
        ...request.headers,
        'accept-encoding': 'identity',
        ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) })
      },
      lookup: checkedLookup(isPlain),
      maxHeaderSize: limits.maxHeaderBytes,
      // A connection that was kept may be dead; a question is worth a new one.
      agent: false,
      ...(request.signal === undefined ? {} : { signal: request.signal })
    })
    let timer: NodeJS.Timeout
    const within = (ms: number, what: string): void => {
      clearTimeout(timer)
      const left = Math.max(1, Math.min(ms, deadline - performance.now()))
      timer = setTimeout(() => sent.destroy(timedOut(host, what, ms)), left)
    }
    within(limits.connectMs, 'connecting')
    sent.once('socket', (socket) => {
      const connected = (): void => within(limits.firstByteMs, 'waiting for an answer')
      socket.once(isPlain ? 'connect' : 'secureConnect', connected)
    })
    sent.once('response', (response) => {
      clearTimeout(timer)
      resolve(response)
    })
    sent.once('error', (cause) => {
      clearTimeout(timer)
      reject(request.signal?.aborted === true ? cancelled(cause) : unreachable(host, cause))
    })
    sent.end(request.body)
  })
}

const cancelled = (cause: unknown): AppError =>
  new AppError('inference/cancelled', 'The question was taken back.', { cause })

function answerOf(url: URL, response: http.IncomingMessage, limits: RequestLimits, deadline: number): HttpAnswer {
  const { headers } = response
  const hasBody = isReadable(response, (packing) =>
    failure(
      'bad-answer',
      url.host,
      `it packed its answer (${packing}) without being asked to`,
      'Switch compression off at the server.'
    )
  )
  return {
    status: response.statusCode ?? 0,
    contentType: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    retryAfter: headers['retry-after'] ?? null,
    body: hasBody ? bodyOf(url.host, response, limits, deadline) : noBody()
  }
}

async function* bodyOf(
  host: string,
  response: http.IncomingMessage,
  limits: RequestLimits,
  deadline: number
): AsyncGenerator<Uint8Array> {
  let timer: NodeJS.Timeout | undefined
  const watch = (): void => {
    clearTimeout(timer)
    const left = deadline - performance.now()
    const error =
      left <= limits.idleMs
        ? timedOut(host, 'the whole answer', limits.totalMs)
        : timedOut(host, 'the next piece of the answer', limits.idleMs)
    timer = setTimeout(() => response.destroy(error), Math.max(1, Math.min(limits.idleMs, left)))
  }
  let length = 0
  watch()
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > limits.maxBodyBytes)
        throw failure(
          'too-long',
          host,
          `its answer is longer than ${limits.maxBodyBytes} bytes`,
          'See what the server sends.'
        )
      watch()
      yield chunk
    }
  } catch (cause) {
    throw unreachable(host, cause)
  } finally {
    clearTimeout(timer)
    response.destroy()
  }
}

/** The first `most` bytes as text; the rest is not waited for. */
export async function textOf({ body }: HttpAnswer, most: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of body) {
    text += decoder.decode(chunk.subarray(0, most - length), { stream: true })
    length += chunk.length
    if (length >= most) break
  }
  return text + decoder.decode()
}
