/**
 * @file Everything a window may GET, as one function for both shells: the built renderer, from a list
 * made at start (a path that is not on it does not exist, so there is nothing to traverse), and the
 * core's images, whose type is checked once more on the way out (D7, K5).
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { Core } from '../core/core-options'
import { ASSET_POLICY, COMMON_HEADERS, PAGE_HEADERS } from './page-headers'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm'
}
/** What users' bytes may be sent as: pictures a browser draws, and errors. Never HTML, never SVG. */
const ASSET_TYPES = /^(image\/(jpeg|png|webp|gif|bmp|avif)|application\/json)\b/
const ASSET_PATH = /^\/(image|thumb)\//

export type WindowFetch = (request: Request) => Promise<Response>

/** URL path → file, of a built renderer. Throws `shell/not-built`. */
function listRenderer(folder: string): ReadonlyMap<string, string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const files = entries.map((entry) => join(entry.parentPath, entry.name))
    return new Map(files.map((file) => [file.slice(folder.length).replaceAll('\\', '/'), file]))
  } catch (cause) {
    throw new AppError('shell/not-built', 'The app has not been built yet.', {
      nextStep: 'Run npm start, which builds it, or npm run build.',
      cause
    })
  }
}

const plain = (status: number, text: string): Response =>
  new Response(text, {
    status,
    headers: { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  })

async function fetchAsset(core: Pick<Core, 'assetFetch'>, request: Request): Promise<Response> {
  const response = await core.assetFetch(request)
  const type = response.headers.get('content-type')
  if (response.body !== null && !ASSET_TYPES.test(type ?? '')) {
    await response.body.cancel()
    return plain(415, 'This file is not a picture that can be shown.')
  }
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(COMMON_HEADERS)) headers.set(name, value)
  headers.set('content-security-policy', ASSET_POLICY)
  return new Response(response.body, { status: response.status, headers })
}

/** Files with a hash in their name never change; the page that names them is asked for each time. */
const cacheRule = (path: string): string =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'

/** Throws `shell/not-built` when there is no renderer in `rendererDir`. Requests must be GET or HEAD. */
export function createWindowFetch(rendererDir: string, core: Pick<Core, 'assetFetch'>): WindowFetch {
  const files = listRenderer(rendererDir)
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (ASSET_PATH.test(pathname)) return fetchAsset(core, request)
    const path = pathname === '/' ? '/index.html' : pathname
    const file = files.get(path)
    if (file === undefined) return plain(404, 'There is nothing here.')
    const bytes = await readFile(file)
    const headers = {
      ...PAGE_HEADERS,
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': String(bytes.byteLength),
      'cache-control': cacheRule(path)
    }
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(bytes), { headers })
  }
}
