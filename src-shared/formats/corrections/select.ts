/** @file Which answers of a document become correction data, and what was said before each. */
import type { DialogueRecord, ImageDocument, RegionRecord, TurnRecord } from '../../document/records'
import type { ImageSize } from '../../geometry/space'
import type { RegionId } from '../../grounded/nodes'
import { regionIdsOf } from '../../grounded/visit'
import type { CorrectionOptions } from '../format'
import type { Selection } from '../selection'
import type { Tally } from '../tally'
import { correctionOf } from './correction'
import type { Correction } from './correction'

export interface Answered {
  /** Questions and final answers before it, its own question last. */
  readonly before: readonly TurnRecord[]
  /** As it is to be learned. */
  readonly final: TurnRecord
  /** null: nobody changed it. */
  readonly correction: Correction | null
}

export const selectionOf = (size: ImageSize, regions: readonly RegionRecord[]): Selection => ({
  size,
  regions,
  byId: new Map<RegionId, RegionRecord>(regions.map((region) => [region.id, region]))
})

const isDecided = ({ state }: RegionRecord): boolean => state === 'accepted' || state === 'corrected'

/** Regions as they are now, those that may be learned. */
export const finalRegions = ({ regions }: ImageDocument): readonly RegionRecord[] => regions.filter(isDecided)

function reasonAgainstQuestion(question: TurnRecord, regions: ReadonlyMap<RegionId, RegionRecord>): string | null {
  if (question.status !== 'complete') return `turn-${question.status}`
  const isWhole = regionIdsOf(question.children).every((id) => regions.has(id))
  return isWhole ? (question.children.length === 0 ? 'turn-empty' : null) : 'question-with-open-region'
}

/** Every exchange of a dialogue that may be learned, each with what was said before it; the others are counted. */
export function answersOf(
  document: ImageDocument,
  dialogue: DialogueRecord,
  size: ImageSize,
  tally: Tally
): readonly Answered[] {
  const decided = new Map(finalRegions(document).map((region) => [region.id, region]))
  const turns = document.turns.filter(({ dialogueId }) => dialogueId === dialogue.id)
  const answers: Answered[] = []
  const said: TurnRecord[] = []
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
    const correction = turn.status === 'complete' ? correctionOf(turn, document, size) : `turn-${turn.status}`
    const isUntouched = correction === 'correction-none'
    const reason =
      reasonAgainstQuestion(question, decided) ??
      (typeof correction === 'string' && !isUntouched ? correction : turn.children.length === 0 ? 'turn-empty' : null)
    if (reason !== null) tally.skip(reason, 2)
    else {
      const change = typeof correction === 'string' ? null : correction
      const final = change === null ? turn : { ...turn, children: change.after }
      answers.push({ before: [...said, question], final, correction: change })
      said.push(question, final)
    }
    question = null
  }
  if (question !== null) tally.skip('question-without-answer')
  return answers
}

/** Corrected answers of a model whose size of change is wanted. */
export function wantedCorrections(
  answers: readonly Answered[],
  { minIou = 0, maxIou = 1 }: CorrectionOptions,
  tally: Tally
): readonly (Answered & { readonly correction: Correction })[] {
  return answers.flatMap((answer) => {
    const { correction, final } = answer
    if (correction === null) return []
    const reason =
      final.provenance.origin !== 'model'
        ? 'correction-of-no-model'
        : correction.leastIou < minIou
          ? 'correction-too-large'
          : correction.leastIou > maxIou
            ? 'correction-too-small'
            : null
    if (reason === null) return [{ ...answer, correction }]
    tally.skip(reason)
    return []
  })
}
