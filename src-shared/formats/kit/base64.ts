/** @file Base64 of RFC 4648 between text and bytes, where no platform is at hand. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES: ReadonlyMap<string, number> = new Map([...DIGITS].map((digit, value) => [digit, value]))

export function base64FromBytes(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0]
    const digits = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63]
    const count = Math.min(bytes.length - at, 3) + 1
    text += digits.map((digit, i) => (i < count ? DIGITS.charAt(digit) : '=')).join('')
  }
  return text
}

/** White space and missing padding are allowed; null for anything else that is not base64. */
export function bytesFromBase64(text: string): Uint8Array | null {
  const plain = text.replace(/\s+/g, '').replace(/=+$/, '')
  if (plain.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4))
  let [held, bits, at] = [0, 0, 0]
  for (const digit of plain) {
    const value = VALUES.get(digit)
    if (value === undefined) return null
    held = ((held << 6) | value) & 0xfff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  return bytes
}
