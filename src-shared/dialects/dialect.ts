/**
 * @file What a dialect is: how one model family writes GroundedText. Data (`profile`) plus total
 * functions. Model output is never a reason to throw.
 */
import type { Diagnostic } from '../errors'
import type { ImageSize } from '../geometry/space'
import type { ShapeKind } from '../geometry/region-shape'
import type { GroundedText, RegionId } from '../grounded/nodes'
import type { Grammar, GrammarOptions } from './grammar'

/**
 * What the numbers of a text mean: the upright original, the centred square it was padded to, or
 * pixels of the picture as the network saw it (`DialectContext.resized`).
 */
export const DIALECT_SPACES = ['original', 'padded-square', 'resized'] as const
export type DialectSpace = (typeof DIALECT_SPACES)[number]

/** How a dialect differs between checkpoints, evaluators and ports; the default is the official one. */
export interface DialectSetting {
  readonly id: string
  readonly default: string | number | boolean
  readonly values: readonly (string | number | boolean)[]
  /** What it changes and who uses which value. */
  readonly says: string
}
export type DialectSettings = Readonly<Record<string, string | number | boolean>>

/** What `docs/dialects/<id>.md` is made of, in our own words. */
export interface DialectPage {
  /** Texts as the model writes them, with what they say. */
  readonly examples: readonly (readonly [source: string, says: string])[]
  /** How a region becomes numbers, and back. */
  readonly writes: string
  readonly reads: string
  /** What the official reader accepts. */
  readonly strict: string
  /** Facts that are easy to get wrong. */
  readonly notes?: readonly string[]
  /** What no public source confirms. */
  readonly unverified?: readonly string[]
}

export interface DialectProfile {
  readonly id: string
  readonly name: string
  /** The official space; a model's own profile may override it in the context. */
  readonly space: DialectSpace
  /** Smallest step of a written coordinate, in units of the dialect's space. */
  readonly step: number
  /**
   * Farthest a coordinate may be from where it was after writing and reading, in steps: 0.5 for
   * rounding (default), 1 for truncation. Coordinates that had to be clamped do not count.
   */
  readonly worstErrorSteps?: number
  readonly kinds: readonly ShapeKind[]
  /** Order of a box in the text; shapes are always x first. Default `xyxy`. */
  readonly order?: 'xyxy' | 'yxyx'
  /** `none`: the words before a region are its phrase by convention only, the extent is a guess. */
  readonly phraseMarks: 'none' | 'explicit'
  /** Ends of an answer; kept as raw nodes where a server leaves them in. */
  readonly stopTokens?: readonly string[]
  readonly settings?: readonly DialectSetting[]
  /** Names under which files and vectors know a choice of settings: `eval-999` → `{ denominator: 999 }`. */
  readonly variants?: Readonly<Record<string, DialectSettings>>
  readonly page?: DialectPage
  readonly source: string
}

export interface DialectContext {
  readonly image: ImageSize
  /** Size the network saw, for dialects in `resized` space; without it the dialect's own sizing rule decides. */
  readonly resized?: ImageSize
  /**
   * Pixels of the upright original that a region was made from, x, y, x, y, …: written in the
   * source's order of operations, since a fraction in between may end on the other side of a cell.
   */
  readonly pixels?: ReadonlyMap<RegionId, readonly number[]>
  readonly settings?: DialectSettings
  /** Defaults to the profile's space. */
  readonly space?: DialectSpace
  /** Default `strict`: what the model's own reader accepts. `lenient` recovers and says so. Never guesses a number. */
  readonly mode?: 'strict' | 'lenient'
  /** Gives region ids in order of appearance; defaults to `r1`, `r2`, … */
  readonly nextRegionId?: () => string
}

export interface ParseResult {
  readonly tree: GroundedText
  readonly diagnostics: readonly Diagnostic[]
}

/** What the printer could not say. `path` is the index path of the node in the tree. */
export interface Loss {
  readonly code: string
  readonly message: string
  readonly path: readonly number[]
}
export interface PrintResult {
  readonly text: string
  readonly losses: readonly Loss[]
}

/**
 * Fed in chunks at any split it ends in the same tree as `parse` of the whole. `snapshot` may hold
 * back a region that is still open; a region that is in a snapshot never changes afterwards.
 */
export interface DialectStream {
  push(chunk: string): void
  snapshot(): ParseResult
  end(): ParseResult
}

export interface Dialect {
  readonly profile: DialectProfile
  /** For dialects in `resized` space: the size the released code would give the network. */
  resizedSize?(image: ImageSize): ImageSize
  parse(source: string, context: DialectContext): ParseResult
  print(tree: GroundedText, context: DialectContext): PrintResult
  stream(context: DialectContext): DialectStream
  /** What it may write, for constrained decoding; every text of it is read without an error. */
  grammar(options?: GrammarOptions): Grammar
}
