/** @file A plain tar archive, entry by entry: ustar headers, nothing that hangs on the machine or the day. */

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

const BLOCK = 512
/** What eleven octal digits can say. */
export const MOST_ENTRY_BYTES = 8 ** 11 - 1

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

/** `name`: ASCII, at most 100 letters. Throws `RangeError` for what a header cannot say. */
export function tarHeader(name: string, sizeBytes: number): Uint8Array {
  if (name === '' || name.length > 100 || /[^\x21-\x7e]/.test(name))
    throw new RangeError(`no name of an entry: ${name}`)
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MOST_ENTRY_BYTES)
    throw new RangeError(`no size of an entry: ${sizeBytes}`)
  const header = new Uint8Array(BLOCK)
  const put = (at: number, text: string): void => header.set(new TextEncoder().encode(text), at)
  put(0, name)
  put(100, `${octal(0o644, 7)}\0`)
  put(108, `${octal(0, 7)}\0`)
  put(116, `${octal(0, 7)}\0`)
  put(124, `${octal(sizeBytes, 11)}\0`)
  put(136, `${octal(0, 11)}\0`)
  // The sum is taken with spaces in its own place.
  put(148, ' '.repeat(8))
  put(156, '0')
  put(257, 'ustar\u000000')
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(148, `${octal(sum, 6)}\0 `)
  return header
}

/** Zeros that fill the last block of an entry. */
export const tarPadding = (sizeBytes: number): Uint8Array => new Uint8Array((BLOCK - (sizeBytes % BLOCK)) % BLOCK)

/** Two empty blocks: the archive ends. */
export const tarEnd = (): Uint8Array => new Uint8Array(2 * BLOCK)

/** On disk, with its header and padding. */
export const entryBytes = (sizeBytes: number): number => BLOCK + sizeBytes + ((BLOCK - (sizeBytes % BLOCK)) % BLOCK)
