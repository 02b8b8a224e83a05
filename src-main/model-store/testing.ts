/**
 * @file A source of models on this computer that serves a folder, as well or badly as a test wants, and what is known of
 * a tiny model there. For test files only.
 */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** As `models/manifests` has them; `someone/Tiny` at a test source. */
export const TINY_MANIFEST = {
  format: 1,
  id: 'tiny',
  name: 'Tiny',
  repository: 'someone/Tiny',
  revision: 'main',
  runs: { family: 'falconet' },
  dialect: 'shikra',
  licence: { name: 'MIT', terms: 'open', isConfirmed: false, source: 'a test' },
  confirmed: false,
  unknown: ['hashes', 'licence'],
  weights: [{ id: 'fp32', types: 'fp32', bytes: null }],
  notes: []
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** Answers a request itself and returns true, or leaves it. `count`: how often this path was asked for by GET before. */
export type Trouble = (asked: Asked, response: ServerResponse, count: number) => boolean

export interface TestSource {
  readonly url: string
  readonly asked: readonly Asked[]
  /** `GET` only: paths below `resolve/REVISION/`, in their order. */
  fetched(): readonly string[]
  close(): Promise<void>
}

export interface SourceFolder {
  readonly repository: string
  /** By path below the repository. */
  readonly files: Readonly<Record<string, Buffer>>
  /** Tells no list of files. */
  readonly isPlain?: boolean
  readonly commit?: string
  readonly trouble?: Trouble
}

const etagOf = (bytes: Buffer): string => `"${createHash('sha1').update(bytes).digest('hex')}"`
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Sends a whole file or the rest of it, as a good server does. */
export function sendFile(bytes: Buffer, asked: Asked, response: ServerResponse, etag = etagOf(bytes)): void {
  const from = Number(/^bytes=(\d+)-$/.exec(asked.headers.range ?? '')?.[1] ?? 0)
  const isSame = asked.headers['if-range'] === undefined || asked.headers['if-range'] === etag
  if (from > 0 && isSame && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    return
  }
  const isRest = from > 0 && isSame
  response.writeHead(isRest ? 206 : 200, {
    etag,
    'content-length': bytes.length - (isRest ? from : 0),
    ...(isRest ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {})
  })
  response.end(asked.method === 'HEAD' ? undefined : bytes.subarray(isRest ? from : 0))
}

/**
 * Promises all of it, sends `count` bytes behind where it was asked to begin, and ends the connection once `isRead` says
 * that they were read: what is still on its way then is lost.
 */
export function breakOff(
  bytes: Buffer,
  count: number,
  asked: Asked,
  response: ServerResponse,
  isRead: () => boolean
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(asked.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(from > 0 ? 206 : 200, {
    etag: etagOf(bytes),
    'content-length': bytes.length - from,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {})
  })
  response.write(bytes.subarray(from, from + count))
  const timer = setInterval(() => {
    if (!isRead() && !response.destroyed) return
    clearInterval(timer)
    response.destroy()
  }, 5)
}

/** Promises all of it, sends `count` bytes and then nothing more. */
export function stall(bytes: Buffer, count: number, response: ServerResponse): void {
  response.writeHead(200, { etag: etagOf(bytes), 'content-length': bytes.length })
  response.write(bytes.subarray(0, count))
}

export async function startSource(folder: SourceFolder): Promise<TestSource> {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  const { repository, files, trouble, commit } = folder
  const resolvePrefix = `/${repository}/resolve/`
  const server = createServer(({ method = '', url = '', headers }, response) => {
    const one: Asked = { method, path: url, headers }
    asked.push(one)
    const key = `${method} ${url}`
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    if (trouble?.(one, response, count) === true) return
    if (url.startsWith(`/api/models/${repository}/tree/`) && folder.isPlain !== true) {
      const list = Object.entries(files).map(([path, bytes]) => ({
        type: 'file',
        path,
        size: bytes.length,
        oid: 'x',
        ...(path.startsWith('onnx/') ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {})
      }))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list))
      return
    }
    const [, path = ''] =
      /^[^/]+\/(.*)$/.exec(url.startsWith(resolvePrefix) ? url.slice(resolvePrefix.length) : '') ?? []
    const bytes = Object.hasOwn(files, decodeURIComponent(path)) ? files[decodeURIComponent(path)] : undefined
    if (bytes === undefined) {
      response.writeHead(404).end('no such file')
      return
    }
    if (commit !== undefined) response.setHeader('x-repo-commit', commit)
    sendFile(bytes, one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    fetched: () =>
      asked.flatMap(({ method, path }) =>
        method === 'GET' && path.startsWith(resolvePrefix)
          ? [path.slice(resolvePrefix.length).replace(/^[^/]+\//, '')]
          : []
      ),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}
