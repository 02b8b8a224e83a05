/**
 * @file Features of pictures that were looked at, so that a new question on one need not run the
 * vision encoder again where the decoder's own knowledge of the picture cannot be kept: models with
 * an encoder, prompts that are read as a whole, another dialogue in front of the picture.
 */
import type { PlacedPicture } from '../families/family'

export interface SeenPicture {
  /** What stands for it in a prompt and where; the pixels are gone. */
  readonly picture: PlacedPicture
  /** float32 `[features, width]`. Never written to. */
  readonly features: Float32Array
  /** Texts that answers about the picture may hold, as token ids: boxes that the encoder proposes. */
  readonly proposals: readonly (readonly number[])[]
}

export interface FeatureCache {
  get(key: string): SeenPicture | undefined
  set(key: string, seen: SeenPicture): void
  readonly sizeBytes: number
}

/** Bounded by bytes; the one used longest ago goes first. */
export function createFeatureCache(maxBytes: number): FeatureCache {
  const kept = new Map<string, SeenPicture>()
  let total = 0
  const drop = (key: string): void => {
    total -= kept.get(key)?.features.byteLength ?? 0
    kept.delete(key)
  }
  return {
    get sizeBytes() {
      return total
    },
    get(key) {
      const found = kept.get(key)
      if (found !== undefined) {
        kept.delete(key)
        kept.set(key, found)
      }
      return found
    },
    set(key, seen) {
      drop(key)
      if (seen.features.byteLength > maxBytes) return
      kept.set(key, seen)
      total += seen.features.byteLength
      for (const oldest of kept.keys()) {
        if (total <= maxBytes) break
        drop(oldest)
      }
    }
  }
}
