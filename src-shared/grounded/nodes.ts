/**
 * @file GroundedText: words and the regions they talk about, as one tree. The tree says *what is
 * meant*; a dialect says how one model family spells it. Nodes are plain JSON.
 *
 *   "What is " Mention([r1]) "?"                    a region used as a word
 *   Phrase("the red circle" → [r2]) " is left"      words grounded in 0..n regions
 */
import type { SourceRange } from '../errors'
import type { GroundedShape } from '../geometry/region-shape'

export type RegionId = string

/** Words with no grounding. */
export interface TextNode {
  readonly type: 'text'
  readonly value: string
  readonly position?: SourceRange
}
/** The part a region plays in a predicate: "man" is the subject of "riding", "horse" its object. */
export type RegionRole = 'subject' | 'object'
/** Words grounded in 0..n regions: "two dogs" has 2, "no cat" has 0. */
export interface PhraseNode {
  readonly type: 'phrase'
  readonly children: readonly GroundedNode[]
  readonly regionIds: readonly RegionId[]
  /** Present when the words are a predicate: one role for each of `regionIds`. */
  readonly roles?: readonly RegionRole[]
  readonly position?: SourceRange
}
/** A region used as a word: "what is in [box]?". */
export interface MentionNode {
  readonly type: 'mention'
  readonly regionIds: readonly RegionId[]
  readonly position?: SourceRange
}
/** Source that could not be understood, kept verbatim. */
export interface RawNode {
  readonly type: 'raw'
  readonly value: string
  /** A code of `Diagnostic`. */
  readonly reason: string
  readonly position?: SourceRange
}
export type GroundedNode = TextNode | PhraseNode | MentionNode | RawNode

export interface GroundedRegion {
  readonly id: RegionId
  readonly shape: GroundedShape
}

export interface GroundedText {
  readonly children: readonly GroundedNode[]
  readonly regions: readonly GroundedRegion[]
}
