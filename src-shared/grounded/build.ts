/** @file Short constructors for GroundedText nodes: `phrase('the dog', ['r1'])`, `mention('r2')`. */
import type { SourceRange } from '../errors'
import type {
  GroundedNode,
  GroundedRegion,
  GroundedText,
  MentionNode,
  PhraseNode,
  RawNode,
  RegionId,
  TextNode
} from './nodes'

// Readers make millions of nodes: each is one literal, since a spread costs more than the node.
export const text = (value: string, position?: SourceRange): TextNode =>
  position === undefined ? { type: 'text', value } : { type: 'text', value, position }

export const phrase = (
  words: string | readonly GroundedNode[],
  regionIds: readonly RegionId[],
  position?: SourceRange
): PhraseNode => {
  const children = typeof words === 'string' ? [text(words)] : words
  return position === undefined
    ? { type: 'phrase', children, regionIds }
    : { type: 'phrase', children, regionIds, position }
}

export const mention = (regions: RegionId | readonly RegionId[], position?: SourceRange): MentionNode => {
  const regionIds = typeof regions === 'string' ? [regions] : regions
  return position === undefined ? { type: 'mention', regionIds } : { type: 'mention', regionIds, position }
}

/** `reason` is the code of the diagnostic that says why it was not understood. */
export const raw = (value: string, reason: string, position?: SourceRange): RawNode =>
  position === undefined ? { type: 'raw', value, reason } : { type: 'raw', value, reason, position }

export const groundedText = (
  children: readonly GroundedNode[],
  regions: readonly GroundedRegion[] = []
): GroundedText => ({ children, regions })
