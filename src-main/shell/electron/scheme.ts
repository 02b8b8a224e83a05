/**
 * @file `studio://app`: the address of the app's own page in Electron. A standard, secure scheme, so
 * that scripts, fetch and Range work, headers carry the content policy, and no file: page is ever loaded (J3).
 */
import { protocol } from 'electron'
import type { Session } from 'electron'
import type { LogFault } from '../log'
import { PAGE_HEADERS } from '../page-headers'
import type { WindowFetch } from '../window-fetch'

const SCHEME = 'studio'
const HOST = 'app'
export const APP_ORIGIN = `${SCHEME}://${HOST}`
export const APP_ADDRESS = `${APP_ORIGIN}/index.html`

/** Compared by parsed parts; `studio://app.evil` and `https://studio://app` are others. */
export function isAppAddress(address: string): boolean {
  const url = URL.parse(address)
  return (
    url !== null && url.protocol === `${SCHEME}:` && url.host === HOST && url.username === '' && url.password === ''
  )
}

/** Must run before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }
  ])
}

const refusal = (status: number): Response => new Response(null, { status, headers: PAGE_HEADERS })

export function handleScheme(session: Session, windowFetch: WindowFetch, logFault: LogFault): void {
  session.protocol.handle(SCHEME, async (request) => {
    if (!isAppAddress(request.url)) return refusal(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
    try {
      return await windowFetch(request)
    } catch (thrown) {
      logFault(`a request for ${new URL(request.url).pathname}`, thrown)
      return refusal(500)
    }
  })
}
