/**
 * @file Images for windows, by id only (D7, K5): `/image/<id>` and `/thumb/<id>?size=N`. One function
 * serves Electron's protocol, the loopback server and the stand-in. Range, ETag, 304 and 416 work as
 * in RFC 9110; the type is that of the content, never HTML or SVG.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { AppError } from '../../src-shared/errors'
import { toWireError } from '../../src-shared/ipc/wire-error'
import { resolveInside } from '../files/inside'
import type { MediaService } from './ports'
import type { Sessions } from './session'

const MIN_THUMB = 16
const MAX_THUMB = 1024
const DEFAULT_THUMB = 256

const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'",
  // Always asked again, answered by 304: a replaced image must not be shown as it was.
  'cache-control': 'private, no-cache'
}

const STATUS: Readonly<Record<string, number>> = {
  'asset/not-found': 404,
  'asset/method': 405,
  'asset/size': 400,
  'project/none-open': 404,
  'image/unknown': 404,
  'image/missing': 404,
  'image/outside-root': 403,
  'image/unreadable': 422
}

function errorResponse(error: unknown): Response {
  const wire = toWireError(error)
  return Response.json(wire, { status: STATUS[wire.code] ?? 500, headers: SAFE_HEADERS })
}

interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/**
 * One range of `Range: bytes=…`. null: answer with the whole (no header, another unit, several
 * ranges, bad syntax: RFC 9110 14.2 allows to ignore them); `unsatisfiable`: 416.
 */
export function parseRange(header: string | null, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  const [, first = '', last = ''] = match ?? []
  if (match === null || (first === '' && last === '')) return null
  if (first === '') {
    const suffix = Number(last)
    return suffix === 0 || sizeBytes === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, sizeBytes - suffix), end: sizeBytes - 1 }
  }
  const start = Number(first)
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (last !== '' && Number(last) < start) return null
  return start >= sizeBytes ? 'unsatisfiable' : { start, end }
}

const etagOf = (...facts: readonly unknown[]): string =>
  `"${createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22)}"`

const isFresh = (request: Request, etag: string): boolean =>
  (request.headers.get('if-none-match') ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*')

type Body =
  | { readonly kind: 'file'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }

type BodyContent = ConstructorParameters<typeof Response>[0]

function bodyOf(body: Body, range: ByteRange | null): BodyContent {
  if (body.kind === 'bytes') return range === null ? body.bytes : body.bytes.slice(range.start, range.end + 1)
  const stream = createReadStream(body.path, range ?? {})
  return Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>
}

function answer(request: Request, mime: string, etag: string, body: Body): Response {
  const sizeBytes = body.kind === 'file' ? body.sizeBytes : body.bytes.byteLength
  const headers: Record<string, string> = { ...SAFE_HEADERS, 'content-type': mime, 'accept-ranges': 'bytes', etag }
  if (isFresh(request, etag)) return new Response(null, { status: 304, headers })
  const ifRange = request.headers.get('if-range')
  const range = ifRange !== null && ifRange !== etag ? null : parseRange(request.headers.get('range'), sizeBytes)
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${sizeBytes}` } })
  }
  const length = range === null ? sizeBytes : range.end - range.start + 1
  headers['content-length'] = String(length)
  if (range !== null) headers['content-range'] = `bytes ${range.start}-${range.end}/${sizeBytes}`
  const content = request.method === 'HEAD' || length === 0 ? null : bodyOf(body, range)
  return new Response(content, { status: range === null ? 200 : 206, headers })
}

function thumbSize(url: URL): number {
  const asked = url.searchParams.get('size')
  if (asked === null) return DEFAULT_THUMB
  const size = /^\d{1,5}$/.test(asked) ? Number(asked) : Number.NaN
  if (!(size >= MIN_THUMB && size <= MAX_THUMB)) {
    throw new AppError('asset/size', `A thumbnail of size ${asked.slice(0, 20)} cannot be made.`, {
      nextStep: `Ask for ${MIN_THUMB} to ${MAX_THUMB} pixels.`
    })
  }
  return size
}

/** Real path of a registered image of the open project. Rejects with `project/none-open`, `image/...`. */
export async function imagePath(sessions: Sessions, id: string): Promise<string> {
  const { store } = sessions.need()
  const image = await store.getImage(id)
  if (image === null) {
    throw new AppError('image/unknown', 'The project has no such image.', { nextStep: 'Choose an image of the list.' })
  }
  return resolveInside(store.imageRoot, image.relativePath)
}

export function createAssetFetch(sessions: Sessions, media: MediaService): (request: Request) => Promise<Response> {
  async function image(request: Request, id: string): Promise<Response> {
    const shown = await media.viewable(await imagePath(sessions, id))
    if ('bytes' in shown) {
      const bytes = new Uint8Array(shown.bytes)
      return answer(request, shown.mime, etagOf(createHash('sha256').update(bytes).digest('hex')), {
        kind: 'bytes',
        bytes
      })
    }
    const { size, mtimeNs } = await stat(shown.path, { bigint: true })
    const sizeBytes = Number(size)
    return answer(request, shown.mime, etagOf(id, `${size}`, `${mtimeNs}`), {
      kind: 'file',
      path: shown.path,
      sizeBytes
    })
  }

  async function thumbnail(request: Request, id: string, size: number): Promise<Response> {
    const path = await imagePath(sessions, id)
    const { size: sizeBytes, mtimeNs } = await stat(path, { bigint: true })
    const etag = etagOf(id, size, `${sizeBytes}`, `${mtimeNs}`)
    // Known before the thumbnail is made: a list that is scrolled back costs one stat a picture.
    if (isFresh(request, etag)) return answer(request, 'image/webp', etag, { kind: 'bytes', bytes: new Uint8Array() })
    const bytes = new Uint8Array(await media.thumbnail(path, size))
    return answer(request, 'image/webp', etag, { kind: 'bytes', bytes })
  }

  return async (request) => {
    try {
      const url = new URL(request.url)
      const match = /^\/(image|thumb)\/([^/]+)$/.exec(url.pathname)
      if (match === null) {
        throw new AppError('asset/not-found', 'There is nothing at this address.', {
          nextStep: 'Open the app at its first page.'
        })
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new AppError('asset/method', `Images are only read, not changed by ${request.method}.`)
      }
      const id = decodeURIComponent(match[2] ?? '')
      return match[1] === 'image' ? await image(request, id) : await thumbnail(request, id, thumbSize(url))
    } catch (error) {
      if (error instanceof URIError)
        return errorResponse(new AppError('image/unknown', 'The project has no such image.'))
      return errorResponse(error)
    }
  }
}
