/** @file How long people took over the answers of models, by what the journal says of their edits. */
import type { TurnRecord } from '../../src-shared/document/records'
import type { AnswerEdit } from './ports'

/** Milliseconds; null where no time is known. */
export type EditTime = (turn: TurnRecord) => number | null

/** Nobody thinks about one box for longer: a person who did something after it had been away. */
export const LONGEST_THOUGHT_MS = 5 * 60_000

/**
 * The time of an edit runs from the person's edit before it, wherever that was, or from the answer where that came
 * later. Edits of one answer add up; one after a pause, or by a clock that went back, adds nothing.
 */
export function editTimes(edits: readonly AnswerEdit[]): EditTime {
  const byTurn = new Map<string, AnswerEdit[]>()
  for (const edit of edits) {
    const list = byTurn.get(edit.turnId)
    if (list === undefined) byTurn.set(edit.turnId, [edit])
    else list.push(edit)
  }
  return ({ id, createdAtMs }) => {
    const taken = (byTurn.get(id) ?? []).flatMap(({ atMs, afterMs, share }) => {
      const ms = atMs - Math.max(afterMs ?? createdAtMs, createdAtMs)
      return ms >= 0 && ms <= LONGEST_THOUGHT_MS ? [ms * share] : []
    })
    return taken.length === 0 ? null : Math.round(taken.reduce((sum, ms) => sum + ms, 0))
  }
}
