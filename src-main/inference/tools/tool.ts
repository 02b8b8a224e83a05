/**
 * @file Models that are no language models: they look at a picture and answer with regions. They are
 * asked and answer through the same door; what they found is written in the `json` dialect.
 */
import type { GroundedShape } from '../../../src-shared/geometry/region-shape'
import type { GroundedText } from '../../../src-shared/grounded/nodes'
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
}

/** A tool ready to answer. Its owner calls `release`. */
export interface OpenTool {
  readonly provider: ProviderName
  readonly providerNotes: readonly string[]
  /** `between` is called after each call of the runtime and throws when nobody wants the answer any more. */
  answer(question: ToolQuestion, between: () => void): Promise<readonly Finding[]>
  release(): Promise<void>
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

export interface Tool {
  readonly id: string
  /** null when the folder, by its file names, is not this tool's. Rejects when it is and is broken. */
  recognise(dir: string, names: ReadonlySet<string>): Promise<ToolFolder | null>
  open(runtime: Runtime, folder: ToolFolder, options: ToolOptions): Promise<OpenTool>
}
