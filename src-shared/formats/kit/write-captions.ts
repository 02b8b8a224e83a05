/** @file Captions on their way out: which may leave, and what of their trees a text with spans can say. */
import type { DialogueRecord, ImageDocument } from '../../document/records'
import type { GroundedNode, RegionId } from '../../grounded/nodes'
import { selectCaptions } from '../selection'
import type { Selection } from '../selection'
import type { Tally } from '../tally'
import { expressionOf, spansFromTree } from './spans'
import type { Span } from './spans'

export interface CaptionToWrite {
  readonly dialogue: DialogueRecord
  readonly children: readonly GroundedNode[]
  readonly text: string
  readonly spans: readonly Span[]
  /** One phrase around all the words. */
  readonly isExpression: boolean
}

/**
 * Captions of an image whose trees are words and phrases. Dialogues that are no captions, and captions that use a
 * region as a word, are counted as left out.
 */
export function captionsToWrite(
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): readonly CaptionToWrite[] {
  const selected = selectCaptions(document, selection, tally)
  const isCaption = new Map<string, number>()
  for (const { dialogueId } of document.turns) isCaption.set(dialogueId, (isCaption.get(dialogueId) ?? 0) + 1)
  const others = document.dialogues.filter(
    ({ id }) =>
      isCaption.get(id) !== 1 || document.turns.find(({ dialogueId }) => dialogueId === id)?.role !== 'assistant'
  )
  tally.skip('dialogue', others.length)
  return selected.flatMap(({ dialogue, turn }): readonly CaptionToWrite[] => {
    const { text, spans, mentions, roles } = spansFromTree(turn.children)
    if (mentions > 0) {
      tally.skip('caption-with-mention')
      return []
    }
    if (text.trim() === '') {
      tally.skip('caption-empty')
      return []
    }
    if (roles > 0) {
      const message = 'The parts that regions play in a predicate (subject, object) are left out.'
      tally.lose({ code: 'format/roles', message, path: [] }, document.image)
    }
    return [{ dialogue, children: turn.children, text, spans, isExpression: expressionOf(turn.children) !== null }]
  })
}

/** Says it when a phrase of the caption has no region in the file: it never had one, or that one was left out. */
export function losePhrases(
  { spans }: CaptionToWrite,
  written: { has(id: RegionId): boolean },
  { image }: ImageDocument,
  tally: Tally
): void {
  if (spans.every(({ regionIds }) => regionIds.length > 0 && regionIds.every((id) => written.has(id)))) return
  const message = 'Phrases without a region, and those whose region was left out, are written as words only.'
  tally.lose({ code: 'format/phrase-without-region', message, path: [] }, image)
}
