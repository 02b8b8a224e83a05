/**
 * @file From an image file to the tensor a vision encoder reads: upright, squashed to the model's
 * size, scaled and normalised. The file's stated size is checked before anything is decoded (D3).
 */
import type { ImageSize } from '../../../src-shared/geometry/space'
import { decoding, openUpright, readFacts } from '../../media/decode'
import type { PreprocessorConfig } from '../repo/config'
import { resample } from './resample'

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

/** uint8 `[height, width, 3]` at the model's size. */
export function readSquashed(path: string, { size, filter }: PreprocessorConfig): Promise<Uint8Array> {
  return decoding(path, async () => {
    const image = await openUpright(path)
    // Alpha is dropped, not blended, as the models' own processors do.
    const { data, info } = await image.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return resample(data, { width: info.width, height: info.height }, size, filter)
  })
}

/** float32 `[3, height, width]`: (value × scale − mean) ÷ std. */
export function normalise(rgb: Uint8Array, { size, scale, mean, std }: PreprocessorConfig): Float32Array {
  const area = size.width * size.height
  const planes = new Float32Array(area * 3)
  for (let channel = 0; channel < 3; channel++) {
    const factor = scale / (std[channel] ?? 1)
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1)
    for (let i = 0; i < area; i++) planes[channel * area + i] = (rgb[i * 3 + channel] ?? 0) * factor - shift
  }
  return planes
}
