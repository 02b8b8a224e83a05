/** @file A small core for tests of the doors around it: a few honest handlers, everything else refuses. */
import { AppError } from '../../src-shared/errors'
import { METHODS } from '../../src-shared/ipc/channels'
import type { Handlers } from '../core/core-options'

export interface TinyCore {
  readonly handlers: Handlers
  /** Methods that ran, with their params. */
  readonly ran: (readonly [method: string, params: unknown])[]
  assetFetch(request: Request): Promise<Response>
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

export function tinyCore(): TinyCore {
  const ran: [string, unknown][] = []
  const run = (method: string, params: unknown): unknown => {
    ran.push([method, params])
    if (method === 'project.info') return null
    if (method === 'labels.list') return []
    if (method === 'history.undo')
      throw new AppError('store/busy', 'The file /home/someone/scans/a b.eyrie is busy.', { nextStep: 'Wait.' })
    throw new TypeError(`no ${method} in /home/someone/secret`)
  }
  const entries = METHODS.map((method) => [method, async (params: unknown) => run(method, params)])
  return {
    handlers: Object.fromEntries(entries) as Handlers,
    ran,
    async assetFetch(request) {
      const id = new URL(request.url).pathname.split('/')[2]
      if (id === 'page') return new Response('<script>alert(1)</script>', { headers: { 'content-type': 'text/html' } })
      if (id === 'drawing') return new Response('<svg/>', { headers: { 'content-type': 'image/svg+xml' } })
      if (id !== 'one') return Response.json({ code: 'image/not-found' }, { status: 404 })
      return new Response(new Uint8Array(PIXEL), { headers: { 'content-type': 'image/png' } })
    }
  }
}
