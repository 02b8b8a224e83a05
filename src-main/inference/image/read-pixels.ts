/** @file Pixels of an image file, upright. The file's stated size is checked before anything is decoded (D3). */
import type { ImageSize } from '../../../src-shared/geometry/space'
import { decoding, openUpright, readFacts } from '../../media/decode'
import type { Raster } from './raster'

export interface ImageIdentity {
  /** sha256 of the file's bytes. */
  readonly contentHash: string
  /** Upright. */
  readonly size: ImageSize
}

/** Header and hash only. Rejects with `image/unreadable`. */
export async function identifyImage(path: string): Promise<ImageIdentity> {
  const { contentHash, size } = await readFacts(path, true)
  return { contentHash: contentHash ?? '', size }
}

/** The whole picture, upright. Rejects with `image/unreadable`. */
export function readRaster(path: string): Promise<Raster> {
  return decoding(path, async () => {
    const image = await openUpright(path)
    // Alpha is dropped, not blended, as the models' own processors do.
    const { data, info } = await image.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return { data, size: { width: info.width, height: info.height } }
  })
}
