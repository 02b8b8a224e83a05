/**
 * @file Where a question may go (I1, I3): https anywhere, plain http to this computer only, never to a link-local
 * address (where clouds keep their credentials), never with a password in the address.
 */
import { lookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { AppError } from '../../src-shared/errors'

const LINK_LOCAL = new BlockList()
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4')
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6')
// The same service under its own addresses, and addresses that mean "any".
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6')
LINK_LOCAL.addSubnet('0.0.0.0', 8, 'ipv4')
LINK_LOCAL.addAddress('::', 'ipv6')
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
/** An IPv4 address in IPv6 clothing is judged as the IPv4 address (BlockList does so too). */
const isIn = (list: BlockList, address: string): boolean => list.check(address, family(address))
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/** Whether a host, as an address writes it, is this computer. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bare(hostname)
  return host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && isIn(LOOPBACK, host))
}

/** What is wrong with an address as it is written; null: nothing. Names are looked up only when asking. */
export function addressProblem(text: string): string | null {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    // The reason is in the words below; the parser gives no other.
    return 'must be an address such as https://host/v1'
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://'
  if (url.username !== '' || url.password !== '') return 'must hold no user name or password'
  if (url.search !== '' || url.hash !== '') return 'must hold no ? or #'
  const host = bare(url.hostname)
  if (isIP(host) !== 0 && isIn(LINK_LOCAL, host)) return 'must not be a link-local address'
  if (url.protocol === 'http:' && !isLoopbackHost(host))
    return 'must begin with https://: plain http is for this computer only'
  return null
}

const refused = (host: string, reason: string): AppError =>
  new AppError('endpoint/refused-address', `${host} is not asked: ${reason}.`, {
    nextStep: 'Check the address of the server.',
    data: { host }
  })

/**
 * For `http.request`: names that lead to link-local addresses are refused, and with `isPlain` those that lead away
 * from this computer. What was checked is what is connected to.
 */
export const checkedLookup =
  (isPlain: boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      for (const { address } of addresses) {
        const isWrong = isIn(LINK_LOCAL, address)
        if (isWrong) return callback(refused(hostname, 'its name leads to a link-local address'), '', 0)
        if (isPlain && !isIn(LOOPBACK, address))
          return callback(refused(hostname, 'plain http may not leave this computer'), '', 0)
      }
      const [first] = addresses
      if (options.all === true) return callback(null, addresses)
      return callback(null, first?.address ?? '', first?.family ?? 0)
    })
  }
