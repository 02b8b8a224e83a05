/** @file The graphs of the transformers.js folder layout that the app can run, by file name without suffix. */
export const GRAPH_NAMES = [
  'vision_encoder',
  'embed_tokens',
  'decoder_model_merged',
  'encoder_model',
  'prompt_encoder_mask_decoder',
  'model'
] as const
export type GraphName = (typeof GRAPH_NAMES)[number]
export const THREE_GRAPHS = [
  'vision_encoder',
  'embed_tokens',
  'decoder_model_merged'
] as const satisfies readonly GraphName[]
