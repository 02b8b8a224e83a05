/**
 * @file Masks that annotation tools keep as small PNG pictures: anything but 0 is inside. Decoding is the library's;
 * what a hostile file could do with it is stopped before: the header's size is checked first, and data that would
 * inflate to more than the header says is refused.
 */
import { decode, encode } from 'fast-png'
import { Unzlib } from 'fflate'
import type { ImageSize } from '../../geometry/space'

/** One number per pixel in reading order (row-major). */
export interface Bitmap {
  readonly size: ImageSize
  readonly pixels: Uint8Array
}
export type BitmapResult =
  { readonly bitmap: Bitmap; readonly problem: null } | { readonly bitmap: null; readonly problem: string }

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Signature, then length, type and 13 bytes of the first chunk. */
const HEADER_BYTES = 29
const CHUNK_OVERHEAD = 12
/** Adam7 adds filter bytes of seven passes; bytes of one row are at most eight per pixel. */
const MOST_BYTES_PER_PIXEL = 8
const FEED_BYTES = 16 * 1024
const DECODED_TYPES = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS'])

const problem = (text: string): BitmapResult => ({ bitmap: null, problem: text })
const uint32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 2 ** 24 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))

/** Only the chunks that pixels need: text and colour profiles may be bombs of their own. null when it is cut off. */
function pixelChunks(png: Uint8Array): { readonly plain: Uint8Array; readonly data: readonly Uint8Array[] } | null {
  const kept: Uint8Array[] = [png.subarray(0, SIGNATURE.length)]
  const data: Uint8Array[] = []
  for (let at = SIGNATURE.length; at + CHUNK_OVERHEAD <= png.length;) {
    const length = uint32(png, at)
    const end = at + CHUNK_OVERHEAD + length
    if (end > png.length) return null
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8))
    if (DECODED_TYPES.has(type)) kept.push(png.subarray(at, end))
    if (type === 'IDAT') data.push(png.subarray(at + 8, end - 4))
    if (type === 'IEND') {
      const plain = new Uint8Array(kept.reduce((sum, { length: bytes }) => sum + bytes, 0))
      let to = 0
      for (const part of kept) {
        plain.set(part, to)
        to += part.length
      }
      return { plain, data }
    }
    at = end
  }
  return null
}

/** Whether the data inflates to no more than so many bytes; stops as soon as it does not. */
function isInflatedWithin(data: readonly Uint8Array[], mostBytes: number): boolean {
  let bytes = 0
  const inflate = new Unzlib((chunk) => {
    bytes += chunk.length
  })
  for (const part of data) {
    for (let at = 0; at < part.length; at += FEED_BYTES) {
      inflate.push(part.subarray(at, at + FEED_BYTES))
      if (bytes > mostBytes) return false
    }
  }
  return true
}

/** `mostPixels` bounds what the caller is ready to hold. */
export function bitmapFromPng(png: Uint8Array, mostPixels: number): BitmapResult {
  if (png.length < HEADER_BYTES || SIGNATURE.some((byte, i) => png[i] !== byte)) return problem('it is not a PNG')
  const size = { width: uint32(png, 16), height: uint32(png, 20) }
  if (size.width === 0 || size.height === 0) return problem('it has no pixels')
  if (size.width * size.height > mostPixels)
    return problem(`it has ${size.width} × ${size.height} pixels; at most ${mostPixels} are expected`)
  const chunks = pixelChunks(png)
  if (chunks === null) return problem('it is cut off')
  // Filter bytes: one a row, and one a row of each pass of an interlaced picture.
  const mostBytes = size.width * size.height * MOST_BYTES_PER_PIXEL + size.height * 8 + 64
  try {
    if (!isInflatedWithin(chunks.data, mostBytes)) return problem('it holds more than its header says')
    const { data, channels, depth } = decode(chunks.plain, { checkCrc: true })
    if (channels !== 1) return problem(`it has ${channels} channels; a mask has one`)
    const pixels = new Uint8Array(size.width * size.height)
    const bitsPerRow = size.width * depth
    const rowBytes = Math.ceil(bitsPerRow / 8)
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const value =
          depth >= 8
            ? data[y * size.width + x]
            : ((data[y * rowBytes + Math.floor((x * depth) / 8)] ?? 0) >> (8 - depth - ((x * depth) % 8))) &
              ((1 << depth) - 1)
        pixels[y * size.width + x] = value === 0 || value === undefined ? 0 : 1
      }
    }
    return { bitmap: { size, pixels }, problem: null }
  } catch (error) {
    // The library and the inflater throw plain errors for anything that is not a whole PNG.
    return problem(`it is damaged (${error instanceof Error ? error.message : 'unknown'})`)
  }
}

/** 8-bit grey, 0 and 1, as LabelMe writes it. Deterministic. */
export const pngFromBitmap = ({ size: { width, height }, pixels }: Bitmap): Uint8Array =>
  encode({ width, height, data: pixels, depth: 8, channels: 1 })
