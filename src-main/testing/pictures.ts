/** @file Small image files for tests, made when they are needed. */
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import type { ImageSize } from '../../src-shared/geometry/space'

/** Upright 48×32: red, green / blue, white quarters. Readable after any JPEG and any turn. */
export const QUARTERS: ImageSize = { width: 48, height: 32 }
const COLOURS = {
  topLeft: [220, 20, 20],
  topRight: [20, 200, 20],
  bottomLeft: [20, 20, 220],
  bottomRight: [250, 250, 250]
} as const

export type Corner = keyof typeof COLOURS

const cornerAt = (x: number, y: number): Corner => {
  const left = x < QUARTERS.width / 2
  return y < QUARTERS.height / 2 ? (left ? 'topLeft' : 'topRight') : left ? 'bottomLeft' : 'bottomRight'
}

/**
 * Where the stored pixel (row, column) is seen, by what EXIF 2.3 says row 0 and column 0 are.
 * Table 4.6.4 A, tag 274.
 */
const SEEN: readonly ((row: number, column: number, upright: ImageSize) => readonly [x: number, y: number])[] = [
  (r, c) => [c, r],
  (r, c, s) => [s.width - 1 - c, r],
  (r, c, s) => [s.width - 1 - c, s.height - 1 - r],
  (r, c, s) => [c, s.height - 1 - r],
  (r, c) => [r, c],
  (r, c, s) => [s.width - 1 - r, c],
  (r, c, s) => [s.width - 1 - r, s.height - 1 - c],
  (r, c, s) => [r, s.height - 1 - c]
]

/** A file that a viewer who heeds `orientation` (1 to 8) shows as the upright quarters. */
export async function writeOriented(path: string, orientation: number): Promise<void> {
  const seen = SEEN[orientation - 1]
  if (seen === undefined) throw new Error(`no orientation ${orientation}`)
  const [width, height] = orientation >= 5 ? [QUARTERS.height, QUARTERS.width] : [QUARTERS.width, QUARTERS.height]
  const pixels = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = seen(row, column, QUARTERS)
      pixels.set(COLOURS[cornerAt(x, y)], (row * width + column) * 3)
    }
  }
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .toFile(path)
}

/** Which quarter each corner of an upright picture shows; `?` where it is no colour of ours. */
export async function cornersOf(bytes: Uint8Array): Promise<Record<Corner, Corner | '?'>> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const colourAt = (x: number, y: number): Corner | '?' => {
    const at = (y * info.width + x) * info.channels
    const match = Object.entries(COLOURS).find(([, rgb]) =>
      rgb.every((v, i) => Math.abs(v - (data[at + i] ?? -999)) < 50)
    )
    return (match?.[0] as Corner | undefined) ?? '?'
  }
  const right = info.width - 3
  const bottom = info.height - 3
  return {
    topLeft: colourAt(2, 2),
    topRight: colourAt(right, 2),
    bottomLeft: colourAt(2, bottom),
    bottomRight: colourAt(right, bottom)
  }
}

export const UPRIGHT_CORNERS: Readonly<Record<Corner, Corner>> = {
  topLeft: 'topLeft',
  topRight: 'topRight',
  bottomLeft: 'bottomLeft',
  bottomRight: 'bottomRight'
}

/** A plain picture of any type sharp writes, by the extension of `path`. */
export async function writePicture(path: string, size: ImageSize = { width: 64, height: 48 }): Promise<void> {
  await sharp({ create: { ...size, channels: 3, background: { r: 90, g: 140, b: 200 } } }).toFile(path)
}

/** A 24-bit bottom-up Windows bitmap of the quarters. */
export async function writeBitmap(path: string): Promise<void> {
  const rowBytes = QUARTERS.width * 3
  const bytes = Buffer.alloc(54 + rowBytes * QUARTERS.height)
  bytes.write('BM')
  bytes.writeUInt32LE(bytes.length, 2)
  bytes.writeUInt32LE(54, 10)
  bytes.writeUInt32LE(40, 14)
  bytes.writeInt32LE(QUARTERS.width, 18)
  bytes.writeInt32LE(QUARTERS.height, 22)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  for (let y = 0; y < QUARTERS.height; y++) {
    for (let x = 0; x < QUARTERS.width; x++) {
      const [r, g, b] = COLOURS[cornerAt(x, y)]
      bytes.set([b, g, r], 54 + (QUARTERS.height - 1 - y) * rowBytes + x * 3)
    }
  }
  await writeFile(path, bytes)
}

/** The header of a PNG that states a size and holds nothing else. */
export async function writePngBomb(path: string, size: ImageSize): Promise<void> {
  const bytes = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
    .png()
    .toBuffer()
  bytes.writeUInt32BE(size.width, 16)
  bytes.writeUInt32BE(size.height, 20)
  const { crc32 } = await import('node:zlib')
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  await writeFile(path, bytes)
}

/** Fields of colours that hang on `number`: each number is another picture, at any size. */
export function scenePicture(number: number, width: number): Sharp {
  const height = (width * 3) / 4
  const pixels = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    const field = Math.floor(9 * x) + 9 * Math.floor(9 * y) + 81 * number
    const mixed = Math.imul((field + 7) ^ ((field + 7) << 13), 0x9e3779b1)
    const value = 40 + ((Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 16) % 180)
    pixels.set([value, 255 - value, value / 2], 3 * i)
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}
