import { expect, test } from 'vitest'
import type { TurnRecord } from '../../src-shared/document/records'
import { editTimes, LONGEST_THOUGHT_MS } from './edit-times'
import type { AnswerEdit } from './ports'

const answer = (id: string, createdAtMs: number): TurnRecord => ({ id, createdAtMs }) as TurnRecord
const edit = (atMs: number, afterMs: number | null, share = 1): AnswerEdit => ({ turnId: 't', atMs, afterMs, share })

test.each<[string, readonly AnswerEdit[], number | null]>([
  ['nobody edited it', [], null],
  ['the first edit is timed from the answer', [edit(1_800, null)], 800],
  ['an edit elsewhere in between is where its own time begins', [edit(1_800, 1_500)], 300],
  ['an edit before the answer is not', [edit(1_800, 200)], 800],
  ['edits add up', [edit(1_800, null), edit(2_000, 1_800)], 1_000],
  ['an edit of four answers counts for a quarter', [edit(1_800, null, 0.25)], 200],
  ['the longest thought counts', [edit(1_000 + LONGEST_THOUGHT_MS, null)], LONGEST_THOUGHT_MS],
  ['a pause does not, and leaves nothing known', [edit(1_001 + LONGEST_THOUGHT_MS, null)], null],
  ['what comes after a pause does', [edit(9e6, null), edit(9e6 + 5, 9e6)], 5],
  ['a clock that went back counts nothing', [edit(900, null)], null]
])('%s', (_, edits, expected) => {
  expect(editTimes(edits)(answer('t', 1_000))).toBe(expected)
  expect(editTimes(edits)(answer('other', 1_000))).toBeNull()
})
