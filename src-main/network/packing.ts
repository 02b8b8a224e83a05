/**
 * @file How the bytes of an answer are packed. Every request asks for none of it (`identity`), so that nothing can
 * inflate and the bytes that are counted and hashed are those of the file; a server may do it all the same.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { AppError } from '../../src-shared/errors'

/** Names for: not packed. Pieces (`chunked`) are put together by Node. */
const PLAIN: ReadonlySet<string> = new Set(['', 'identity', 'chunked'])

/** A head may say anything at all; it is shown to people. */
const LONGEST_NAMES = 40

/** What the head of an answer says of its bytes, as names in lower case behind each other (`gzip`); null: they are as they are. */
export function packingOf(headers: IncomingHttpHeaders): string | null {
  // Node takes the pieces of `transfer-encoding: gzip, chunked` apart and leaves them packed.
  const names = [headers['content-encoding'], headers['transfer-encoding']].flatMap((value) => value?.split(',') ?? [])
  const packed = names.map((name) => name.trim().toLowerCase()).filter((name) => !PLAIN.has(name))
  return packed.length === 0 ? null : packed.join(', ').slice(0, LONGEST_NAMES)
}

/**
 * Whether the body is as it is and may be read; where it is packed the answer is ended. One that brings what was asked
 * for is refused: throws what `refuse` makes of the packing. Of any other the status says enough (a busy server is tried
 * again, a file that is not there is none), and its packed words are left.
 */
export function isReadable(response: IncomingMessage, refuse: (packing: string) => AppError): boolean {
  const packing = packingOf(response.headers)
  if (packing === null) return true
  response.destroy()
  const { statusCode: status = 0 } = response
  if (status >= 200 && status <= 299) throw refuse(packing)
  return false
}

/** The body of an answer that is left. */
export async function* noBody(): AsyncGenerator<never> {}
