/**
 * @file Decodes image files of strangers (D1-D5). Runs in the media host only. The decoder's own
 * defaults are not trusted: loaders are a closed list, the pixel cap is explicit, one thread each.
 */
import { createHash } from 'node:crypto'
import { constants, open, readFile, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { AppError, InvariantError } from '../../src-shared/errors'
import { FINGERPRINT_SIDE, fingerprintOf, fingerprintText } from '../../src-shared/dataset/perceptual-hash'
import { putInPlace, writeFileAtomically } from '../files/atomic-write'
import { ACCEPTED_TYPES, SNIFF_BYTES, sniffImageType } from '../files/sniff'
import type { ImageMime } from '../files/sniff'
import { syncFolder, temporaryPathFor } from '../files/temporary-files'
import { decodeBitmap, readBitmapHeader } from './bitmap'
import type { FileFacts, OverlayMark } from '../core/ports'
import { overlaySvg } from './overlay'

/** More is refused before decoding. 500 megapixels are 1.5 GB of RGB. */
export const MAX_PIXELS = 500_000_000
/** A bitmap is read whole; 500 megapixels of 32 bits would not fit anyway. */
const MAX_BITMAP_BYTES = 1_000_000_000

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif']

sharp.concurrency(1)
sharp.cache(false)
sharp.block({ operation: ['VipsForeignLoad'] })
// From memory only our own drawing is loaded (overlay.ts); an SVG file stays refused.
sharp.unblock({ operation: [...LOADERS.map((name) => `VipsForeignLoad${name}File`), 'VipsForeignLoadSvgBuffer'] })

export function unreadable(path: string, reason: string, cause?: unknown): AppError {
  const fileName = basename(path)
  return new AppError('image/unreadable', `${fileName} cannot be read as an image: ${reason}.`, {
    nextStep:
      'Copy the file again from where it came, or take it out of the folder; the other images are not affected.',
    data: { fileName, reason },
    ...(cause === undefined ? {} : { cause })
  })
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is gone',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link',
  EIO: 'the disk reports an error'
}

/** libvips reports the loader's lines; the first one says what is wrong. */
const decoderReason = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]?.trim().replace(/\.$/, '') ||
  'the decoder gave no reason'

interface Opened {
  readonly mime: ImageMime
  readonly sizeBytes: number
  /** sha256 of the bytes, where it was asked for. */
  readonly contentHash: string | null
}

/** A file up to this size is read at once: a stream of it costs more turns than reading. */
const READ_AT_ONCE_BYTES = 32_000_000

/** Fills `bytes` from the start of the file; less where it ends before. */
async function readInto(file: FileHandle, bytes: Buffer): Promise<Buffer> {
  let end = 0
  while (end < bytes.length) {
    const { bytesRead } = await file.read(bytes, end, bytes.length - end, end)
    if (bytesRead === 0) break
    end += bytesRead
  }
  return bytes.subarray(0, end)
}

/**
 * Opens without waiting on a FIFO, looks at the kind of file and at its first bytes. What it costs is turns, of which
 * each waits for a free thread: a file is opened once and, where it is hashed and not large, read once.
 */
async function sniffFile(path: string, withHash = false): Promise<Opened> {
  let file
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw unreadable(path, SYSTEM_REASONS[code ?? ''] ?? `opening it failed (${code ?? 'unknown reason'})`, cause)
  }
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unreadable(path, 'it is not a regular file')
    if (stats.size === 0) throw unreadable(path, 'the file is empty')
    const isWhole = withHash && stats.size <= READ_AT_ONCE_BYTES
    const bytes = await readInto(file, Buffer.allocUnsafe(isWhole ? stats.size : Math.min(SNIFF_BYTES, stats.size)))
    const mime = sniffImageType(bytes.subarray(0, SNIFF_BYTES))
    if (mime === null) throw unreadable(path, `its content is none of ${ACCEPTED_TYPES}`)
    const contentHash = !withHash ? null : isWhole ? hashOf(bytes) : await hashStream(file)
    return { mime, sizeBytes: stats.size, contentHash }
  } finally {
    await file.close()
  }
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

async function hashStream(file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of file.createReadStream({ start: 0, highWaterMark: 1 << 20, autoClose: false }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function checkPixels(path: string, width: number, height: number): void {
  if (width * height > MAX_PIXELS) {
    throw unreadable(path, `it states ${width}×${height} pixels, more than the limit of ${MAX_PIXELS / 1e6} megapixels`)
  }
}

async function readBitmap(path: string, sizeBytes: number): Promise<Buffer> {
  if (sizeBytes > MAX_BITMAP_BYTES) throw unreadable(path, 'a bitmap of more than 1 GB is not opened')
  return readFile(path)
}

/** Runs `read`, turning any decoder error into `image/unreadable` with file name and reason. */
export async function decoding<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof AppError && cause.data.fileName !== undefined) throw cause
    throw unreadable(path, decoderReason(cause), cause)
  }
}

const openSharp = (path: string, failOn: 'truncated' | 'error'): Sharp =>
  sharp(path, { limitInputPixels: MAX_PIXELS, failOn, sequentialRead: true, pages: 1 })

/** sha256 of the bytes of what begins like a picture; whether it is one, only decoding tells. Rejects with `image/unreadable`. */
export function hashPicture(path: string): Promise<string> {
  return decoding(path, async () => {
    const { contentHash } = await sniffFile(path, true)
    if (contentHash === null) throw new InvariantError('expected the hash that was asked for')
    return contentHash
  })
}

/** Reads headers only; the size is the upright one (D5: EXIF orientation 5 to 8 swaps the sides). */
export async function readFacts(path: string, withHash: boolean): Promise<FileFacts> {
  return decoding(path, async () => {
    const { mime, sizeBytes, contentHash } = await sniffFile(path, withHash)
    if (mime === 'image/bmp') {
      const { size } = readBitmapHeader(await readBitmap(path, sizeBytes))
      checkPixels(path, size.width, size.height)
      return { size, orientation: 1, mime, sizeBytes, frames: 1, contentHash }
    }
    const { width, height, orientation: stored, pages } = await openSharp(path, 'error').metadata()
    checkPixels(path, width, height)
    const orientation = stored !== undefined && stored >= 1 && stored <= 8 ? stored : 1
    const size = orientation >= 5 ? { width: height, height: width } : { width, height }
    return { size, orientation, mime, sizeBytes, frames: pages ?? 1, contentHash }
  })
}

/** A pipeline over the checked file, EXIF orientation applied (D5); nothing is decoded before it is read. */
export async function openUpright(path: string): Promise<Sharp> {
  const { mime, sizeBytes } = await sniffFile(path)
  if (mime !== 'image/bmp') return openSharp(path, 'truncated').autoOrient()
  const bytes = await readBitmap(path, sizeBytes)
  const header = readBitmapHeader(bytes)
  checkPixels(path, header.size.width, header.size.height)
  const { size, rgb } = decodeBitmap(bytes)
  return sharp(rgb, { raw: { ...size, channels: 3 }, limitInputPixels: MAX_PIXELS })
}

/** Written beside `outPath`, synced and renamed over it (A6). */
async function writeImage(image: Sharp, outPath: string): Promise<void> {
  const temporary = temporaryPathFor(outPath)
  try {
    await image.toFile(temporary)
    const file = await open(temporary, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    await putInPlace(temporary, outPath, true)
    syncFolder(dirname(outPath))
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Upright WebP whose longest side is `size` px, never enlarged. */
export function writeThumbnail(path: string, size: number, outPath: string): Promise<void> {
  return decoding(path, async () => {
    const image = await openUpright(path)
    await writeImage(
      image
        .resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .webp({ quality: 80, effort: 2 }),
      outPath
    )
  })
}

/** The picture on white, squashed to a small square: what `fingerprintOf` makes of it, as text. */
export function writeFingerprint(path: string, outPath: string): Promise<void> {
  return decoding(path, async () => {
    const image = await openUpright(path)
    const side = { width: FINGERPRINT_SIDE, height: FINGERPRINT_SIDE }
    const pixels = await image
      .flatten({ background: '#ffffff' })
      .resize({ ...side, fit: 'fill' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer()
    await writeFileAtomically(outPath, fingerprintText(fingerprintOf(pixels)), { overwrite: true })
  })
}

/** Upright PNG with `marks` drawn on it. */
export function writeOverlay(path: string, marks: readonly OverlayMark[], outPath: string): Promise<void> {
  return decoding(path, async () => {
    const { size } = await readFacts(path, false)
    const image = await openUpright(path)
    const drawing = Buffer.from(overlaySvg(size, marks))
    await writeImage(
      image
        .toColourspace('srgb')
        .composite([{ input: drawing }])
        .png({ compressionLevel: 6 }),
      outPath
    )
  })
}

/** Upright 8-bit PNG of the first frame. */
export function writeUprightPng(path: string, outPath: string): Promise<void> {
  return decoding(path, async () => {
    const image = await openUpright(path)
    await writeImage(image.toColourspace('srgb').png({ compressionLevel: 3 }), outPath)
  })
}

/** Upright JPEG of the first frame; sharp keeps no metadata unless it is told to. */
export function writeForSending(path: string, outPath: string): Promise<void> {
  return decoding(path, async () => {
    const image = await openUpright(path)
    const white = { background: '#ffffff' }
    await writeImage(
      image.flatten(white).toColourspace('srgb').jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
      outPath
    )
  })
}
