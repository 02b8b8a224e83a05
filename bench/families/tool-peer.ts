/** @file A tiny detector that is told words, or a tiny model that makes masks, in transformers.js. */
import { dirname } from 'node:path'
import type { Raster } from '../../src-main/inference/image/raster'
import { PEER_OPTIONS, transformersJs } from '../lib/transformers-js'
import type { TransformersJs } from '../lib/transformers-js'
import type { Fixture } from './fixtures'
import type { PeerFound, PeerTensor } from './peer'

export type PeerTensors = Readonly<Record<string, PeerTensor>>

interface Callable {
  (inputs: unknown): Promise<PeerTensors>
  dispose(): Promise<unknown>
}
interface ToolProcessor {
  readonly image_processor: {
    (
      picture: unknown
    ): Promise<PeerTensors & { readonly reshaped_input_sizes: unknown; readonly original_sizes: unknown }>
    post_process_object_detection(
      outputs: unknown,
      threshold: number,
      sizes: readonly unknown[],
      isTold: boolean
    ): readonly PeerFound[]
    post_process_masks(masks: unknown, sizes: unknown, shown: unknown): Promise<readonly PeerTensor[]>
  }
  post_process_grounded_object_detection(
    outputs: unknown,
    ids: unknown,
    options: unknown
  ): readonly {
    readonly scores: readonly number[]
    readonly boxes: readonly (readonly number[])[]
    readonly labels: readonly string[]
  }[]
}
interface Loader<T> {
  from_pretrained(name: string, options?: unknown): Promise<T>
}
interface Library extends TransformersJs {
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => PeerTensor
  readonly RawImage: new (data: Uint8ClampedArray, width: number, height: number, channels: number) => unknown
  readonly AutoProcessor: Loader<ToolProcessor>
  readonly AutoTokenizer: Loader<(text: string | readonly string[], options?: unknown) => PeerTensors>
  readonly AutoModelForZeroShotObjectDetection: Loader<Callable>
  readonly SamModel: Loader<Callable>
  readonly Sam2Model: Loader<Callable>
}

/** Values of `model_type` that the peer has a class for. */
export const TOOL_CLASSES = {
  'grounding-dino': 'AutoModelForZeroShotObjectDetection',
  owlvit: 'AutoModelForZeroShotObjectDetection',
  owlv2: 'AutoModelForZeroShotObjectDetection',
  sam: 'SamModel',
  sam2: 'Sam2Model'
} as const

export interface ToolPeer {
  readonly run: (feeds: Readonly<Record<string, PeerTensor>>) => Promise<PeerTensors>
  readonly float32: (data: Float32Array, dims: readonly number[]) => PeerTensor
  readonly int64: (data: BigInt64Array, dims: readonly number[]) => PeerTensor
  readonly words: (text: string | readonly string[]) => readonly (readonly number[])[]
  readonly look: (picture: Raster) => ReturnType<ToolProcessor['image_processor']>
  readonly processor: ToolProcessor
  end(): Promise<unknown>
}

/** Null when the library cannot be had here. */
export async function openToolPeer(fixture: Fixture): Promise<ToolPeer | null> {
  const lib = (await transformersJs()) as Library | null
  if (lib === null) return null
  const type = String(fixture.config['model_type']) as keyof typeof TOOL_CLASSES
  lib.env.localModelPath = `${dirname(fixture.dir)}/`
  const model = await lib[TOOL_CLASSES[type]].from_pretrained(fixture.name, PEER_OPTIONS)
  const processor = await lib.AutoProcessor.from_pretrained(fixture.name)
  const makesMasks = type === 'sam' || type === 'sam2'
  const tokenizer = makesMasks ? null : await lib.AutoTokenizer.from_pretrained(fixture.name)
  return {
    run: (feeds) => model(feeds),
    float32: (data, dims) => new lib.Tensor('float32', data, dims),
    int64: (data, dims) => new lib.Tensor('int64', data, dims),
    words(text) {
      // Labels are filled up to the length of a text, a caption is not.
      const filled = typeof text === 'string' ? {} : { padding: 'max_length', truncation: true }
      const ids = tokenizer?.(text, filled)['input_ids']
      const [rows = 0, length = 0] = ids?.dims ?? []
      const all = Array.from(ids?.data ?? [], Number)
      return Array.from({ length: rows }, (_, row) => all.slice(row * length, (row + 1) * length))
    },
    // Decoded by us for both, so that only what is made of the pixels is compared.
    look: ({ size, data }) =>
      processor.image_processor(new lib.RawImage(new Uint8ClampedArray(data), size.width, size.height, 3)),
    processor,
    end: () => model.dispose()
  }
}
