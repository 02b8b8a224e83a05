/**
 * @file What a picture looks like in 64 bits and 16 colours, so that copies that were saved again, resized or slightly
 * brightened can be found among a million. The bits are those of a DCT hash: of the picture as 32×32 of luma, the 8×8
 * lowest frequencies, each above or below their median. Turned, mirrored and cut pictures are other pictures.
 */

/** The picture squashed to a square of so many pixels. */
export const FINGERPRINT_SIDE = 32
const FREQUENCIES = 8
const TINTS = 4
/** Standard deviation of luma, 0 to 255, below which frequencies are noise: the picture is flat and has no bits. */
const FLAT = 3

export interface Fingerprint {
  /** Two halves of 32 bits; null: the picture is flat. */
  readonly bits: readonly [high: number, low: number] | null
  /** Mean colours of 4×4 fields, RGB 0 to 255, row by row: 48 numbers. */
  readonly tints: Uint8Array
}

/** `COSINES[frequency][place]` of the DCT-II. */
const COSINES = Array.from({ length: FREQUENCIES }, (_, frequency) =>
  Float64Array.from({ length: FINGERPRINT_SIDE }, (_, place) =>
    Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * FINGERPRINT_SIDE))
  )
)

function lumaOf(rgb: Uint8Array): Float64Array {
  const luma = new Float64Array(FINGERPRINT_SIDE * FINGERPRINT_SIDE)
  for (let i = 0; i < luma.length; i++)
    luma[i] = 0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0)
  return luma
}

function isFlat(luma: Float64Array): boolean {
  const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length
  const spread = luma.reduce((sum, value) => sum + (value - mean) ** 2, 0) / luma.length
  return Math.sqrt(spread) < FLAT
}

/** The 64 lowest frequencies, by rows; the first is the mean. */
function lowFrequencies(luma: Float64Array): Float64Array {
  const side = FINGERPRINT_SIDE
  const rows = new Float64Array(side * FREQUENCIES)
  for (let y = 0; y < side; y++) {
    for (const [u, cosines] of COSINES.entries()) {
      let sum = 0
      for (let x = 0; x < side; x++) sum += (luma[y * side + x] ?? 0) * (cosines[x] ?? 0)
      rows[y * FREQUENCIES + u] = sum
    }
  }
  const low = new Float64Array(FREQUENCIES * FREQUENCIES)
  for (const [v, cosines] of COSINES.entries()) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0
      for (let y = 0; y < side; y++) sum += (rows[y * FREQUENCIES + u] ?? 0) * (cosines[y] ?? 0)
      low[v * FREQUENCIES + u] = sum
    }
  }
  return low
}

function bitsOf(luma: Float64Array): readonly [number, number] {
  const low = lowFrequencies(luma)
  // The mean says how bright the picture is, not what it shows.
  const others = Array.from(low.subarray(1)).sort((a, b) => a - b)
  const median = others[(others.length - 1) / 2] ?? 0
  const half = (from: number): number => {
    let bits = 0
    for (let i = 0; i < 32; i++) bits = (bits << 1) | Number((low[from + i] ?? 0) > median)
    return bits >>> 0
  }
  return [half(0), half(32)]
}

function tintsOf(rgb: Uint8Array): Uint8Array {
  const field = FINGERPRINT_SIDE / TINTS
  const tints = new Uint8Array(TINTS * TINTS * 3)
  for (let i = 0; i < tints.length; i++) {
    const [tile, channel] = [Math.floor(i / 3), i % 3]
    const [left, top] = [(tile % TINTS) * field, Math.floor(tile / TINTS) * field]
    let sum = 0
    for (let y = top; y < top + field; y++)
      for (let x = left; x < left + field; x++) sum += rgb[3 * (y * FINGERPRINT_SIDE + x) + channel] ?? 0
    tints[i] = Math.round(sum / (field * field))
  }
  return tints
}

/** `rgb`: 32×32 pixels by rows, three bytes each. Throws `RangeError` for any other length. */
export function fingerprintOf(rgb: Uint8Array): Fingerprint {
  const expected = FINGERPRINT_SIDE * FINGERPRINT_SIDE * 3
  if (rgb.length !== expected) throw new RangeError(`expected ${expected} bytes, got ${rgb.length}`)
  const luma = lumaOf(rgb)
  return { bits: isFlat(luma) ? null : bitsOf(luma), tints: tintsOf(rgb) }
}

const HEX = /^(-{16}|[0-9a-f]{16})([0-9a-f]{96})$/
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** 112 letters: the bits (dashes for a flat picture), then the tints, in hex. */
export const fingerprintText = ({ bits, tints }: Fingerprint): string =>
  (bits === null ? '-'.repeat(16) : hex(bits[0], 8) + hex(bits[1], 8)) +
  Array.from(tints, (value) => hex(value, 2)).join('')

/** null: it is no such text. */
export function fingerprintFromText(text: string): Fingerprint | null {
  const [, bits = '', tints = ''] = HEX.exec(text.trim()) ?? []
  if (tints === '') return null
  const part = (from: number): number => Number.parseInt(bits.slice(from, from + 8), 16)
  return {
    bits: bits.startsWith('-') ? null : [part(0), part(8)],
    tints: Uint8Array.from({ length: 48 }, (_, i) => Number.parseInt(tints.slice(2 * i, 2 * i + 2), 16))
  }
}
