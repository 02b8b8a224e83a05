/**
 * @file What a dialect is: how one model family writes GroundedText. Data (`profile`) plus total
 * functions. Model output is never a reason to throw.
 */
import type { Diagnostic } from '../errors'
import type { ImageSize } from '../geometry/space'
import type { GroundedText } from '../grounded/nodes'

/** What 0..1 in the text means: the upright original, or the centred square it was padded to. */
export type DialectSpace = 'original' | 'padded-square'

export interface DialectProfile {
  readonly id: string
  readonly name: string
  /** The official space; a model's own profile may override it in the context. */
  readonly space: DialectSpace
  /** Smallest step of a written coordinate, in units of the dialect's space. */
  readonly step: number
  readonly kinds: readonly ('box' | 'point')[]
  /** `none`: the words before a region are its phrase by convention only, the extent is a guess. */
  readonly phraseMarks: 'none' | 'explicit'
  readonly source: string
}

export interface DialectContext {
  readonly image: ImageSize
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
  parse(source: string, context: DialectContext): ParseResult
  print(tree: GroundedText, context: DialectContext): PrintResult
  stream(context: DialectContext): DialectStream
}
