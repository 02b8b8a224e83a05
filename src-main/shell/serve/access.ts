/**
 * @file Who may talk to the server at all, decided from headers alone and before anything else:
 * a page of another site must not reach it, by DNS rebinding, by a form or by a script (K2).
 */
import type { IncomingHttpHeaders } from 'node:http'

export interface Refusal {
  readonly status: 403
  readonly reason: string
}
const refuse = (reason: string): Refusal => ({ status: 403, reason })

/** The names this server answers to. Anything else in `Host` is somebody else's name for us. */
export const servedHosts = (port: number): ReadonlySet<string> => new Set([`127.0.0.1:${port}`, `localhost:${port}`])

/** `none`: typed or opened from outside a page. A neighbour port is `same-site`, and is refused too. */
const OWN_FETCH_SITES = new Set(['same-origin', 'none'])

interface Asked {
  readonly headers: IncomingHttpHeaders
  /** Writes and sockets, which browsers always send an Origin with. */
  readonly needsOrigin: boolean
}

/** null: go on. */
export function refusalOf({ headers, needsOrigin }: Asked, hosts: ReadonlySet<string>): Refusal | null {
  const { host, origin } = headers
  if (host === undefined || !hosts.has(host)) {
    return refuse(
      'This server answers only to its own loopback address and port. Through a tunnel, use the same port on both ends.'
    )
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && !OWN_FETCH_SITES.has(String(site))) {
    return refuse('Requests from other sites are refused. Open the address in a tab of its own.')
  }
  if (origin === undefined)
    return needsOrigin ? refuse('A request that may change something must name its origin.') : null
  return origin === `http://${host}` ? null : refuse('Requests from other origins are refused.')
}
