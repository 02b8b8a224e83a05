/** @file From a model's answer to the records it leaves: its turn and the regions it proposes. */
import { RECORD_LIMITS } from '../../src-shared/document/limits'
import { findLabel } from '../../src-shared/document/project-edits'
import type { LabelId, LabelRecord, Provenance, RegionRecord, TurnRecord } from '../../src-shared/document/records'
import type { Change } from '../../src-shared/document/transaction'
import type { GroundedText, RegionId } from '../../src-shared/grounded/nodes'
import { plainText } from '../../src-shared/grounded/plain-text'
import { visitNodes } from '../../src-shared/grounded/visit'
import type { Answer } from './answer'
import type { GroundedShape } from '../../src-shared/geometry/region-shape'
import { regionShapeOf } from '../../src-shared/geometry/shape'

/** The words each region was given with; a region used as a word has none. */
export function phrasesOf(tree: GroundedText): ReadonlyMap<RegionId, string> {
  const phrases = new Map<RegionId, string>()
  visitNodes(tree.children, (node) => {
    if (node.type !== 'phrase') return
    const words = plainText(node.children).trim().slice(0, RECORD_LIMITS.phraseLength)
    if (words !== '') for (const id of node.regionIds) phrases.set(id, words)
  })
  return phrases
}

/** The label named by the phrase or by its longest ending: "a small red dog" finds "red dog" before "dog". */
export function labelOfPhrase(phrase: string | null, labels: readonly LabelRecord[]): LabelId | null {
  const words = (phrase ?? '')
    .replace(/[.,;:!?。，；：！？]+$/u, '')
    .trim()
    .split(/\s+/u)
  for (let start = 0; start < words.length; start++) {
    const label = findLabel(labels, words.slice(start).join(' '))
    if (label !== null) return label.id
  }
  return null
}

export interface AnswerPlace {
  /** The turn that is answered, as it is stored. */
  readonly question: TurnRecord
  readonly turnId: string
  readonly dialogueId: string
  readonly imageId: string
  readonly order: number
  readonly provenance: Provenance
  readonly labels: readonly LabelRecord[]
  readonly nowMs: number
}

function spreadOf({ uncertainties }: Answer, id: RegionId, shape: GroundedShape): Pick<Provenance, 'spread'> {
  const spread = uncertainties.get(id)?.deviations
  return shape.type === 'box' && spread !== undefined ? { spread } : {}
}

/**
 * The turn and one proposal per region of the answer, as one transaction's changes. The question is
 * among them, unchanged: the store refuses all of it when the question is no longer there.
 */
export function answerChanges(answer: Answer, place: AnswerPlace): readonly Change[] {
  const { question, turnId, imageId, dialogueId, order, nowMs, provenance } = place
  const turn: TurnRecord = {
    id: turnId,
    dialogueId,
    imageId,
    order,
    role: 'assistant',
    children: answer.tree.children,
    rawText: answer.text.slice(0, RECORD_LIMITS.textLength),
    status: answer.status,
    statusReason: answer.statusReason?.slice(0, RECORD_LIMITS.phraseLength) ?? null,
    provenance,
    timings: answer.timings,
    createdAtMs: nowMs
  }
  const phrases = phrasesOf(answer.tree)
  const regions = answer.tree.regions.map(({ id, shape }, position): RegionRecord => {
    const phrase = phrases.get(id) ?? null
    return {
      id,
      imageId,
      shape: regionShapeOf(shape),
      labelId: labelOfPhrase(phrase, place.labels),
      phrase,
      state: 'proposed',
      original: null,
      confidence: answer.confidences.get(id) ?? null,
      provenance: { ...provenance, turnId, ...spreadOf(answer, id, shape) },
      // Lists are in order of time: one millisecond apart, they are in the order of the answer.
      createdAtMs: nowMs + position
    }
  })
  return [
    { kind: 'turn', id: question.id, before: question, after: question },
    ...regions.map((after): Change => ({ kind: 'region', id: after.id, before: null, after })),
    { kind: 'turn', id: turnId, before: null, after: turn }
  ]
}
