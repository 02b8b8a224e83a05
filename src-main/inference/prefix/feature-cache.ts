/**
 * @file Features of pictures that were looked at, so that a new question on one need not run the
 * vision encoder again where the decoder's own knowledge of the picture cannot be kept: models with
 * an encoder, prompts that are read as a whole, another dialogue in front of the picture.
 */
import type { PlacedPicture } from '../families/family'
import { createByteCache } from './byte-cache'
import type { ByteCache } from './byte-cache'

export type Proposals = () => readonly (readonly number[])[]

export interface SeenPicture {
  /** What stands for it in a prompt and where; the pixels are gone. */
  readonly picture: PlacedPicture
  /** float32 `[features, width]`. Never written to. */
  readonly features: Float32Array
  /** Texts that answers about the picture may hold, as token ids: boxes that the encoder proposes. Made when first asked for. */
  readonly proposals: Proposals
}

export type FeatureCache = ByteCache<SeenPicture>

/** Bounded by bytes; the one used longest ago goes first. */
export const createFeatureCache = (maxBytes: number): FeatureCache =>
  createByteCache(maxBytes, ({ features }) => features.byteLength)
