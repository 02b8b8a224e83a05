/**
 * @file What of a document may leave in an export. Rejected regions never; proposals only when asked
 * for. A question and its answer leave together or not at all: an answer whose boxes nobody has
 * accepted, or that was cut off, would teach a model the wrong thing.
 */
import type { BoxShape, PointShape } from '../geometry/region-shape'
import { boxOrPointOf, coordinatesOf } from '../geometry/shape'
import type { ImageSize } from '../geometry/space'
import type { RegionId } from '../grounded/nodes'
import { regionIdsOf } from '../grounded/visit'
import type { DialogueRecord, ImageDocument, RegionRecord, TurnRecord } from '../document/records'
import type { ExportOptions } from './format'
import type { Tally } from './tally'

export interface Exchange {
  readonly question: TurnRecord
  readonly answer: TurnRecord
}
export interface SelectedDialogue {
  readonly dialogue: DialogueRecord
  readonly exchanges: readonly Exchange[]
}
export interface Selection {
  readonly size: ImageSize
  readonly regions: readonly RegionRecord[]
  readonly byId: ReadonlyMap<RegionId, RegionRecord>
}

type Options = Pick<ExportOptions, 'includeProposals'>

/** null: nothing of the image can be written, because its size is not known. */
export function selectRegions(document: ImageDocument, options: Options, tally: Tally): Selection | null {
  const { image } = document
  if (image.size === null) {
    tally.skip('image-without-size')
    return null
  }
  const regions = document.regions.filter(({ state }) => {
    if (state === 'rejected') tally.skip('region-rejected')
    if (state === 'proposed' && !options.includeProposals) tally.skip('region-proposed')
    return state !== 'rejected' && (state !== 'proposed' || options.includeProposals)
  })
  return { size: image.size, regions, byId: new Map(regions.map((region) => [region.id, region])) }
}

/** Says it when a written region reaches outside the image; it is written as it is. */
export function reportOutside(region: RegionRecord, document: ImageDocument, tally: Tally): void {
  if (coordinatesOf(region.shape).every((value) => value >= 0 && value <= 1)) return
  const message = 'A region reaches outside the image; its coordinates are written as they are.'
  tally.lose({ code: 'format/outside-image', message, path: [] }, document.image)
}

/** For formats of boxes and points: what the region is written as, and that it is said when it is another shape. */
export function boxOrPointWritten(region: RegionRecord, document: ImageDocument, tally: Tally): BoxShape | PointShape {
  const written = boxOrPointOf(region.shape)
  if (written !== region.shape) {
    const message = `A ${region.shape.type} is written as the box around it.`
    tally.lose({ code: 'format/kind', message, path: [] }, document.image)
  }
  return written
}

/** Why a turn cannot leave; null when it can. */
function reasonAgainst(turn: TurnRecord, document: ImageDocument, selection: Selection): string | null {
  if (turn.status !== 'complete') return `turn-${turn.status}`
  for (const id of regionIdsOf(turn.children)) {
    if (selection.byId.has(id)) continue
    const state = document.regions.find((region) => region.id === id)?.state
    return state === undefined ? 'turn-with-missing-region' : `turn-with-${state}-region`
  }
  return turn.children.length === 0 ? 'turn-empty' : null
}

/** Complete questions with complete answers, by dialogue, in order. */
export function selectDialogues(
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): readonly SelectedDialogue[] {
  return document.dialogues.flatMap((dialogue): readonly SelectedDialogue[] => {
    const turns = document.turns.filter(({ dialogueId }) => dialogueId === dialogue.id)
    const exchanges: Exchange[] = []
    let question: TurnRecord | null = null
    for (const turn of turns.toSorted((a, b) => a.order - b.order)) {
      if (turn.role === 'user') {
        if (question !== null) tally.skip('question-without-answer')
        question = turn
        continue
      }
      if (question === null) {
        tally.skip('answer-without-question')
        continue
      }
      const reason = reasonAgainst(turn, document, selection) ?? reasonAgainst(question, document, selection)
      if (reason === null) exchanges.push({ question, answer: turn })
      else tally.skip(reason, 2)
      question = null
    }
    if (question !== null) tally.skip('question-without-answer')
    return exchanges.length === 0 ? [] : [{ dialogue, exchanges }]
  })
}

/** Marks for a turn that a model wrote (A11); empty for a person's. */
export function marksOf(
  turn: TurnRecord,
  selection: Selection
): { readonly origin?: 'model'; readonly state?: 'proposed' } {
  const hasProposal = regionIdsOf(turn.children).some((id) => selection.byId.get(id)?.state === 'proposed')
  return {
    ...(turn.provenance.origin === 'model' ? { origin: 'model' as const } : {}),
    ...(hasProposal ? { state: 'proposed' as const } : {})
  }
}

/** [Note: What a caption is] A dialogue of one turn, the assistant's: words about the image that nobody asked for. */
export const isCaption = (turns: readonly { readonly role: 'user' | 'assistant' }[]): boolean =>
  turns.length === 1 && turns[0]?.role === 'assistant'

export interface SelectedCaption {
  readonly dialogue: DialogueRecord
  readonly turn: TurnRecord
}

/** Complete captions whose regions all leave, in order. Dialogues that are no captions are not counted here. */
export function selectCaptions(
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): readonly SelectedCaption[] {
  return document.dialogues.flatMap((dialogue): readonly SelectedCaption[] => {
    const turns = document.turns.filter(({ dialogueId }) => dialogueId === dialogue.id)
    const [turn] = turns
    if (turn === undefined || !isCaption(turns)) return []
    const reason = reasonAgainst(turn, document, selection)
    if (reason === null) return [{ dialogue, turn }]
    tally.skip(reason)
    return []
  })
}
