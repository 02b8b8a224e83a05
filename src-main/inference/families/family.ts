/**
 * @file What differs between families of models, as narrow adapters: how a picture becomes the inputs
 * of the vision encoder and what stands for it in the prompt, how positions run, how a question is
 * written, which special tokens are words of the dialect. Everything else is the engine's.
 */
import type { DialectSettings, DialectSpace } from '../../../src-shared/dialects/dialect'
import type { SmartResizeLimits } from '../../../src-shared/dialects/kit/smart-resize'
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { AskMessage } from '../../core/ports'
import type { Raster } from '../image/raster'
import type { GraphName } from '../repo/graph-names'

export type JsonObject = Readonly<Record<string, unknown>>

/** One input of a graph. `data.length` is the product of `dims`. */
export type Feed =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] }
  | { readonly type: 'bool'; readonly data: Uint8Array; readonly dims: readonly number[] }

/** A piece of what stands in the prompt for the image: words, or places for rows of image features, in their order. */
export type BlockPart = { readonly text: string } | { readonly features: number }

/** Positions of image features on several axes (m-RoPE), counted from the position behind the words before them. */
export interface GridPositions {
  /** `[axes][features]`. */
  readonly offsets: readonly Int32Array[]
  /** How far the next word's position is behind the first feature's. */
  readonly span: number
}

/** What stands for a picture in a prompt. */
export interface PlacedPicture {
  readonly block: readonly BlockPart[]
  /** null: features take positions one after another, as words do. */
  readonly grid: GridPositions | null
}

/** A picture made ready for one model. */
export interface Picture extends PlacedPicture {
  /** By name of the vision encoder's input. */
  readonly feeds: Readonly<Record<string, Feed>>
  /** Encoders that see several views: how their rows, of which there are `rows`, become those that the block has places for. */
  readonly pack?: {
    readonly rows: number
    /** An output of the encoder, float32 `[width]`, that it takes besides. */
    readonly output: string
    apply(features: Float32Array, extra: Float32Array): Float32Array
  }
}

/** The files of one model folder, parsed as JSON and no further; null where there is none. */
export interface FamilyFiles {
  readonly model: string
  readonly config: JsonObject
  readonly preprocessor: JsonObject | null
  readonly processor: JsonObject | null
}

/** The special tokens that prompts are written with, as the tokenizer's configuration names them. */
export interface SpecialTokens {
  readonly bos: string
  readonly eos: string
}

/** A prompt without its image: what stands in front of it, and what follows. */
export interface PromptText {
  readonly before: string
  readonly after: string
}

/** One model of a family: what its own files make of the family's rules. */
export interface FamilyReading {
  /** Id of the token that the template writes where the image is; null where `writePrompt` says it and no token stands for features. */
  readonly imageTokenId: number | null
  /** Names of the vision encoder's inputs that `prepare` gives; a graph may ask for fewer. */
  readonly visionInputs: readonly string[]
  /** The one size that pictures are shown in; null where it follows the picture. */
  readonly pixels: ImageSize | null
  /** How pictures are resized, where the dialect's numbers are pixels of the resized picture. */
  readonly resizing?: SmartResizeLimits
  /** What the dialect must know of this very model to read its numbers. */
  readonly dialectSettings?: DialectSettings
  prepare(image: Raster): Picture
  /** null: the folder's chat template writes the prompt. */
  readonly writePrompt: ((messages: readonly AskMessage[], special: SpecialTokens) => PromptText) | null
  /** How the chat template is given a message: as words (it places the image itself), or as a list of image and words. */
  readonly content: 'text' | 'parts'
  /** Axes of position ids, and the position of the first token. */
  readonly positions: { readonly axes: 1 | 3; readonly first: 0 | 1 }
  /** `whole-prompt`: prompt positions look at each other both ways, so that the prompt is fed in one call and answers token by token. */
  readonly feeding: 'causal' | 'whole-prompt'
  /** Vision encoders that also propose regions: their output, and its boxes as answers spell them, from the bracket on. Only guessed with. */
  readonly proposes?: { readonly output: string; write(boxes: Float32Array): readonly string[] }
  /** The reading for a vision encoder with these outputs, where exports differ in what can be shown to them. */
  forOutputs?(outputs: ReadonlySet<string>): FamilyReading
  /** Encoder and decoder: the prompt goes to the encoder, the decoder begins with these ids, which are no part of the answer. */
  readonly decoderStart?: readonly number[]
}

export interface Family {
  readonly id: string
  readonly name: string
  /** Values of `model_type` in config.json. */
  readonly modelTypes: readonly string[]
  readonly graphs: readonly GraphName[]
  /** How its models write regions when the folder has no card of ours. */
  readonly dialect: string
  readonly space: DialectSpace
  /** Questions as its models were taught them, for the list of models. */
  readonly asks: readonly string[]
  readonly cannot: readonly string[]
  /** True for special tokens that answers and questions are made of, such as `<loc_12>`. */
  isMarkup(token: string): boolean
  /** Throws `model/bad-config` or `model/unsupported-config` with the reason. */
  read(files: FamilyFiles): FamilyReading
}
