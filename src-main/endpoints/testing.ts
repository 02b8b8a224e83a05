/** @file A model server on this computer that does what a test tells it to. For test files only. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Parsed; null: there was none. */
  readonly body: Readonly<Record<string, unknown>> | null
}

export type Handler = (received: Received, response: ServerResponse, count: number) => void | Promise<void>

export interface TestServer {
  readonly baseUrl: string
  readonly host: string
  readonly received: readonly Received[]
  close(): Promise<void>
}

export async function startServer(handler: Handler): Promise<TestServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = text === '' ? null : (JSON.parse(text) as Record<string, unknown>)
      const { method = '', url = '', headers } = request
      received.push({ method, url, headers, body })
      void handler({ method, url, headers, body }, response, received.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`

/** One event for each token, with its probability, then the end and `[DONE]`. */
export const streamOf = (tokens: readonly string[], finishReason = 'stop', logprob: number | null = -0.5): string =>
  tokens
    .map((token) =>
      event({
        choices: [
          {
            delta: { content: token },
            finish_reason: null,
            ...(logprob === null ? {} : { logprobs: { content: [{ token, logprob }] } })
          }
        ]
      })
    )
    .join('') +
  event({ choices: [{ delta: {}, finish_reason: finishReason }] }) +
  event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: tokens.length } }) +
  'data: [DONE]\n\n'

export function sendStream(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.end(body)
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {}
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(value))
}
