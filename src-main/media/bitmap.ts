/**
 * @file Reads Windows bitmaps, which libvips does not: uncompressed 8-bit palette, 24 and 32 bits per
 * pixel, bottom-up and top-down. Bounds are checked before anything is allocated.
 * Source: Microsoft Win32, BITMAPFILEHEADER and BITMAPINFOHEADER.
 */
import { AppError } from '../../src-shared/errors'
import type { ImageSize } from '../../src-shared/geometry/space'

const FILE_HEADER_BYTES = 14
const INFO_HEADER_BYTES = 40
const UNCOMPRESSED = 0
const BITFIELDS = 3

interface BitmapHeader {
  readonly size: ImageSize
  readonly topDown: boolean
  readonly bitsPerPixel: 8 | 24 | 32
  readonly pixelsOffset: number
  readonly paletteOffset: number
  readonly paletteLength: number
}

const broken = (reason: string): AppError => new AppError('image/unreadable', reason)

export function readBitmapHeader(bytes: Uint8Array): BitmapHeader {
  if (bytes.length < FILE_HEADER_BYTES + INFO_HEADER_BYTES) throw broken('the file ends inside its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerBytes = view.getUint32(14, true)
  const width = view.getInt32(18, true)
  const signedHeight = view.getInt32(22, true)
  const bitsPerPixel = view.getUint16(28, true)
  const compression = view.getUint32(30, true)
  if (headerBytes < INFO_HEADER_BYTES) throw broken('bitmaps of OS/2 are not supported')
  if (width <= 0 || signedHeight === 0) throw broken(`its header states a size of ${width}×${signedHeight}`)
  if (bitsPerPixel !== 8 && bitsPerPixel !== 24 && bitsPerPixel !== 32) {
    throw broken(`bitmaps with ${bitsPerPixel} bits per pixel are not supported`)
  }
  if (compression !== UNCOMPRESSED && !(compression === BITFIELDS && bitsPerPixel === 32)) {
    throw broken('compressed bitmaps are not supported')
  }
  return {
    size: { width, height: Math.abs(signedHeight) },
    topDown: signedHeight < 0,
    bitsPerPixel,
    pixelsOffset: view.getUint32(10, true),
    paletteOffset: FILE_HEADER_BYTES + headerBytes,
    paletteLength: Math.min(256, view.getUint32(46, true) || 256)
  }
}

/** Pixels as uint8 `[height, width, 3]` RGB. The caller has checked the stated size against its cap. */
export function decodeBitmap(bytes: Uint8Array): { readonly size: ImageSize; readonly rgb: Uint8Array } {
  const header = readBitmapHeader(bytes)
  const { size, bitsPerPixel, topDown } = header
  const bytesPerPixel = bitsPerPixel / 8
  const rowBytes = Math.ceil((size.width * bytesPerPixel) / 4) * 4
  if (header.pixelsOffset + rowBytes * size.height > bytes.length) throw broken('the file ends before its last row')
  if (bitsPerPixel === 8 && header.paletteOffset + header.paletteLength * 4 > bytes.length) {
    throw broken('the file ends inside its palette')
  }
  const rgb = new Uint8Array(size.width * size.height * 3)
  let out = 0
  for (let y = 0; y < size.height; y++) {
    const row = header.pixelsOffset + (topDown ? y : size.height - 1 - y) * rowBytes
    for (let x = 0; x < size.width; x++) {
      const pixel = row + x * bytesPerPixel
      const from = bitsPerPixel === 8 ? header.paletteOffset + (bytes[pixel] ?? 0) * 4 : pixel
      rgb[out++] = bytes[from + 2] ?? 0
      rgb[out++] = bytes[from + 1] ?? 0
      rgb[out++] = bytes[from] ?? 0
    }
  }
  return { size, rgb }
}
