/** @file Pixels of an image file, upright. The file's stated size is checked before anything is decoded (D3). */
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { Raster } from './raster'

/** Loads the library that decodes; a host that is started after a crash is ready without it. */
const decoder = () => import('../../media/decode')

export interface ImageIdentity {
  /** sha256 of the file's bytes. */
  readonly contentHash: string
  /** Upright. */
  readonly size: ImageSize
}

/** sha256 of the file's bytes; it may still be damaged. Rejects with `image/unreadable`. */
export async function hashImage(path: string): Promise<string> {
  const { hashPicture } = await decoder()
  return hashPicture(path)
}

/** Header and hash only. Rejects with `image/unreadable`. */
export async function identifyImage(path: string): Promise<ImageIdentity> {
  const { readFacts } = await decoder()
  const { contentHash, size } = await readFacts(path, true)
  return { contentHash: contentHash ?? '', size }
}

/** The whole picture, upright. Rejects with `image/unreadable`. */
export async function readRaster(path: string): Promise<Raster> {
  const { decoding, openUpright } = await decoder()
  return decoding(path, async () => {
    const image = await openUpright(path)
    // Alpha is dropped, not blended, as the models' own processors do.
    const { data, info } = await image.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return { data, size: { width: info.width, height: info.height } }
  })
}
