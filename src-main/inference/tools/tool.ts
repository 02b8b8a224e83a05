/**
 * @file Models that are no language models: they look at a picture and answer with regions, or make a
 * mask of a place they are shown. Those that answer are asked through the same door as language models;
 * what they found is written in the `json` dialect.
 */
import type { Mask } from '../../../src-shared/geometry/mask'
import type { GroundedShape } from '../../../src-shared/geometry/region-shape'
import type { GroundedText } from '../../../src-shared/grounded/nodes'
import type { MaskPrompt } from '../../../src-shared/prompts/mask-prompt'
import type { Raster } from '../image/raster'
import type { ModelCard } from '../repo/config'
import type { ProviderName, Runtime } from '../runtime'

export const TOOL_DIALECT = 'json'

/** What was found in one place. */
export interface Finding {
  readonly label: string
  readonly shape: GroundedShape
  /** Probability, 0 to 1, as the model gives it. */
  readonly score: number
}

export interface ToolQuestion {
  /** As it was asked. */
  readonly text: string
  /** Its words and regions. */
  readonly tree: GroundedText
  readonly image: Raster
  /** What alone may be found, of a tool that takes labels; null or none: whatever the text asks for. */
  readonly labels?: readonly string[] | null
}

interface Opened {
  readonly provider: ProviderName
  readonly providerNotes: readonly string[]
  release(): Promise<void>
}

/** A tool ready to answer. Its owner calls `release`. */
export interface OpenTool extends Opened {
  /** `between` is called after each call of the runtime and throws when nobody wants the answer any more. */
  answer(question: ToolQuestion, between: () => void): Promise<readonly Finding[]>
}

/** What a model that makes masks knows of a picture, whatever it is shown of it; the pixels are gone. */
export interface SeenScene {
  /** Of the picture, upright. */
  readonly size: { readonly width: number; readonly height: number }
  /** float32, by the decoder's names for them. Never written to. */
  readonly embeddings: Readonly<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>
}

export interface MadeMask {
  /** Of the picture's pixels. */
  readonly mask: Mask
  /** Overlap with the truth as the model expects it: about 0 to 1, not held to it. */
  readonly predictedIou: number
}

/** A tool ready to make masks. Its owner calls `release`. */
export interface OpenMasker extends Opened {
  see(image: Raster): Promise<SeenScene>
  /** The surest first. `between` as in `OpenTool`. Rejects with `inference/cannot-mask`. */
  mask(scene: SeenScene, prompt: MaskPrompt, between: () => void): Promise<readonly MadeMask[]>
}

export interface ToolOptions {
  readonly providers: readonly ProviderName[]
  readonly threads: number
}

/** A folder that holds a tool's files, all present and as large as its card says. */
export interface ToolFolder {
  readonly dir: string
  readonly card: ModelCard
  readonly sizeBytes: number
  readonly tool: Tool
  /** Paths of its graphs below `dir`. */
  readonly graphs: Readonly<Record<string, string>>
}

interface ToolKind {
  readonly id: string
  /** null when the folder, by its file names, is not this tool's. Rejects when it is and is broken. */
  recognise(dir: string, names: ReadonlySet<string>): Promise<ToolFolder | null>
}
export interface AnsweringTool extends ToolKind {
  readonly makes: 'findings'
  /** It can be told the labels that it may find. */
  readonly takesLabels?: true
  open(runtime: Runtime, folder: ToolFolder, options: ToolOptions): Promise<OpenTool>
}
export interface MaskingTool extends ToolKind {
  readonly makes: 'masks'
  open(runtime: Runtime, folder: ToolFolder, options: ToolOptions): Promise<OpenMasker>
}
export type Tool = AnsweringTool | MaskingTool
