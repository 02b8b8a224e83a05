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

const placed = (position: SourceRange | undefined): { readonly position?: SourceRange } =>
  position === undefined ? {} : { position }

export const text = (value: string, position?: SourceRange): TextNode => ({ type: 'text', value, ...placed(position) })

export const phrase = (
  words: string | readonly GroundedNode[],
  regionIds: readonly RegionId[],
  position?: SourceRange
): PhraseNode => ({
  type: 'phrase',
  children: typeof words === 'string' ? [text(words)] : words,
  regionIds,
  ...placed(position)
})

export const mention = (regionIds: RegionId | readonly RegionId[], position?: SourceRange): MentionNode => ({
  type: 'mention',
  regionIds: typeof regionIds === 'string' ? [regionIds] : regionIds,
  ...placed(position)
})

/** `reason` is the code of the diagnostic that says why it was not understood. */
export const raw = (value: string, reason: string, position?: SourceRange): RawNode => ({
  type: 'raw',
  value,
  reason,
  ...placed(position)
})

export const groundedText = (
  children: readonly GroundedNode[],
  regions: readonly GroundedRegion[] = []
): GroundedText => ({ children, regions })
