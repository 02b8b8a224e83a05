/**
 * @file What an image file is, from its first bytes (D2). The extension decides whether a file is
 * looked at, the content decides what it is.
 */
import type { ImageFacts } from '../core/ports'

export type ImageMime = ImageFacts['mime']

/** Enough bytes for every signature below. */
export const SNIFF_BYTES = 64

const EXTENSIONS: ReadonlySet<string> = new Set([
  'jpg',
  'jpeg',
  'jpe',
  'jfif',
  'png',
  'webp',
  'gif',
  'bmp',
  'tif',
  'tiff',
  'avif'
])

/** For messages: what we open. */
export const ACCEPTED_TYPES = 'JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF'

export function hasImageExtension(fileName: string): boolean {
  const dot = fileName.lastIndexOf('.')
  return dot > 0 && EXTENSIONS.has(fileName.slice(dot + 1).toLowerCase())
}

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end))

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  bytes.length >= signature.length && signature.every((byte, i) => bytes[i] === byte)

/** AVIF is a brand of the ISO container, either the major one or a compatible one. */
function isAvif(bytes: Uint8Array): boolean {
  if (ascii(bytes, 4, 8) !== 'ftyp') return false
  const boxEnd = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0))
  for (let at = 8; at + 4 <= boxEnd; at += 4) {
    if (at !== 12 && /^avi[fs]$/.test(ascii(bytes, at, at + 4))) return true
  }
  return false
}

/** null: none of the accepted types. `bytes` are the first `SNIFF_BYTES` of the file, or all of it. */
export function sniffImageType(bytes: Uint8Array): ImageMime | null {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'image/jpeg'
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png'
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'image/gif'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp'
  if (startsWith(bytes, [0x49, 0x49, 0x2a, 0x00]) || startsWith(bytes, [0x4d, 0x4d, 0x00, 0x2a])) return 'image/tiff'
  if (bytes.length >= 16 && isAvif(bytes)) return 'image/avif'
  if (bytes.length >= 26 && ascii(bytes, 0, 2) === 'BM') return 'image/bmp'
  return null
}
