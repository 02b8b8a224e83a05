/** @file What people did to the answers of models, and when: read off the whole journal, in its order. */
import type { RegionRecord, TurnRecord } from '../../../src-shared/document/records'
import type { Change } from '../../../src-shared/document/transaction'
import { regionIdsOf } from '../../../src-shared/grounded/visit'
import type { AnswerEdit } from '../../core/ports'
import type { Database } from '../database'

interface HumanEntry {
  readonly at: number
  readonly changes: string
}

const humanEntries = `SELECT journal.created_at_ms AS at, coalesce(journal.changes_json, target.changes_json) AS changes
  FROM journal LEFT JOIN journal AS target ON target.seq = journal.target_seq
  WHERE journal.origin = 'human' ORDER BY journal.seq`

const proposedBy = ({ provenance }: RegionRecord): readonly string[] =>
  provenance.origin === 'model' && provenance.turnId !== undefined ? [provenance.turnId] : []

const isAnswer = (turn: TurnRecord): boolean => turn.role === 'assistant' && turn.provenance.origin === 'model'

/** null: the entry cannot be read. Its time is not known; `check` says that it is damaged. */
function changesOf(json: string): readonly Change[] | null {
  try {
    return JSON.parse(json) as readonly Change[]
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/**
 * A region belongs to the answer that proposed it; one that a person drew, to the answer that names it from some edit
 * on, and then what it took to draw counts too. Memory: that of the edits which touched answers.
 */
export function readAnswerEdits(database: Database): readonly AnswerEdit[] {
  const edits: AnswerEdit[] = []
  const drawn = new Map<string, Omit<AnswerEdit, 'turnId'>>()
  let afterMs: number | null = null
  for (const { at, changes: json } of database.prepare(humanEntries).iterate() as Iterable<HumanEntry>) {
    const touched = new Set<string>()
    const own = new Set<string>()
    for (const change of changesOf(json) ?? []) {
      const record = change.after ?? change.before
      if (change.kind === 'region') {
        const answers = proposedBy(record as RegionRecord)
        for (const turnId of answers) touched.add(turnId)
        if (answers.length === 0) own.add(change.id)
      }
      if (change.kind !== 'turn' || change.before === null || !isAnswer(record as TurnRecord)) continue
      touched.add(change.id)
      const before = new Set(regionIdsOf(change.before.children))
      for (const id of regionIdsOf(change.after?.children ?? [])) {
        const drawing = before.has(id) ? undefined : drawn.get(id)
        if (drawing !== undefined) edits.push({ ...drawing, turnId: change.id })
        drawn.delete(id)
      }
    }
    for (const turnId of touched) edits.push({ turnId, atMs: at, afterMs, share: 1 / touched.size })
    if (touched.size === 0) for (const id of own) drawn.set(id, { atMs: at, afterMs, share: 1 / own.size })
    afterMs = at
  }
  return edits
}
