/**
 * @file Label Studio's coding of brush masks: an RGBA picture in reading order, run lengths packed into bits, most
 * significant bit first, as a list of bytes. Its alpha is the mask. Source: HumanSignal/label-studio-sdk 2.1.2
 * converter/brush.py (`decode_rle`, `encode_rle`, `mask2rle`), after thi.ng/rle-pack.
 *
 *     32 bits  how many values
 *      5 bits  bits of a value, less 1
 *   4 × 4 bits  bits of a length, less 1, for each of four classes
 *     then, until there are enough values:
 *      1 bit   1: one value repeated, 0: values one by one
 *      2 bits  class of the length
 *      n bits  length, less 1
 *      the value, or the values
 */
import { maskFromBitmap } from '../../geometry/mask'
import type { Mask } from '../../geometry/mask'
import type { ImageSize } from '../../geometry/space'
import { bitmapFromMask } from '../../geometry/mask'

const CHANNELS = 4
const OPAQUE = 255
const VALUE_BITS = 8
/** What Label Studio's own encoder takes. */
const LENGTH_BITS = [3, 4, 8, 16] as const
const HEADER_BITS = 32 + 5 + 4 * 4

class Bits {
  readonly #bytes: readonly number[]
  #at = 0

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at
  }

  /** Up to 32 bits, unsigned. */
  read(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3] ?? 0
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1)
    }
    return value
  }
}

export type BrushResult =
  { readonly mask: Mask; readonly problem: null } | { readonly mask: null; readonly problem: string }

const problem = (text: string): BrushResult => ({ mask: null, problem: text })

/** Bytes are 0..255; anything the coding does not allow is a problem, and so is a picture of another size. */
export function maskFromBrush(bytes: readonly number[], size: ImageSize): BrushResult {
  const bits = new Bits(bytes)
  if (bits.left < HEADER_BITS) return problem('its run lengths are cut off')
  const total = bits.read(32)
  const valueBits = bits.read(5) + 1
  const lengthBits = [0, 0, 0, 0].map(() => bits.read(4) + 1)
  const expected = size.width * size.height * CHANNELS
  if (total !== expected)
    return problem(`it holds ${total} values; an image of ${size.width} × ${size.height} pixels has ${expected}`)
  const inside = new Uint8Array(size.width * size.height)
  for (let at = 0; at < total;) {
    if (bits.left < 3) return problem('its run lengths are cut off')
    const isRepeated = bits.read(1) === 1
    const length = bits.read(lengthBits[bits.read(2)] ?? 1) + 1
    const end = at + length
    if (end > total) return problem('its run lengths are longer than the picture')
    if (bits.left < (isRepeated ? valueBits : valueBits * length)) return problem('its run lengths are cut off')
    let value = isRepeated ? bits.read(valueBits) : 0
    for (; at < end; at++) {
      if (!isRepeated) value = bits.read(valueBits)
      if (at % CHANNELS === CHANNELS - 1 && value !== 0) inside[(at - CHANNELS + 1) / CHANNELS] = 1
    }
  }
  return { mask: maskFromBitmap(inside, size), problem: null }
}

class BitWriter {
  readonly bytes: number[] = []
  #held = 0
  #count = 0

  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#held = (this.#held << 1) | (Math.floor(value / 2 ** bit) % 2)
      if (++this.#count < 8) continue
      this.bytes.push(this.#held)
      ;[this.#held, this.#count] = [0, 0]
    }
  }

  end(): readonly number[] {
    if (this.#count > 0) this.write(0, 8 - this.#count)
    return this.bytes
  }
}

/** White and opaque inside, nothing outside, as the tool's own `mask2rle` writes it. */
export function brushFromMask(mask: Mask): readonly number[] {
  const bitmap = bitmapFromMask(mask)
  const out = new BitWriter()
  out.write(bitmap.length * CHANNELS, 32)
  out.write(VALUE_BITS - 1, 5)
  for (const bits of LENGTH_BITS) out.write(bits - 1, 4)
  for (let from = 0; from < bitmap.length;) {
    let to = from + 1
    while (to < bitmap.length && bitmap[to] === bitmap[from]) to++
    writeRun(out, (to - from) * CHANNELS, bitmap[from] === 0 ? 0 : OPAQUE)
    from = to
  }
  return out.end()
}

function writeRun(out: BitWriter, length: number, value: number): void {
  for (let left = length; left > 0;) {
    const found = LENGTH_BITS.findIndex((bits) => left <= 2 ** bits)
    const index = found === -1 ? LENGTH_BITS.length - 1 : found
    const bits = LENGTH_BITS[index] ?? 16
    const part = Math.min(left, 2 ** bits)
    out.write(1, 1)
    out.write(index, 2)
    out.write(part - 1, bits)
    out.write(value, VALUE_BITS)
    left -= part
  }
}
