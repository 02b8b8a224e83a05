/** @file Why a server could not be reached, in words, by the code that Node gives. */

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at its port',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'it ended the connection',
  EPIPE: 'it ended the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  HPE_HEADER_OVERFLOW: 'its headers are too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by anybody this computer knows',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name'
}
/** These may be over in a second. */
const PASSING: ReadonlySet<string> = new Set(['EAI_AGAIN', 'ECONNRESET', 'EPIPE', 'ECONNREFUSED'])

const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException | undefined)?.code ?? ''

/** Behind "HOST: ". */
export function networkReason(cause: unknown): string {
  const code = codeOf(cause)
  return NETWORK_REASONS[code] ?? `the connection failed (${code === '' ? 'no reason given' : code})`
}

/** Whether trying again in a second would not help; what is not known may pass. */
export function isLastingReason(cause: unknown): boolean {
  const code = codeOf(cause)
  return Object.hasOwn(NETWORK_REASONS, code) && !PASSING.has(code)
}
