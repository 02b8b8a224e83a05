/** @file Boxes only against free answers, on the same prompts: what can be read, what is right, what it costs. */
import { askSet } from './ask-rec'
import type { RecAnswer, RecRecord } from './ask-rec'
import { judge } from './judge'
import type { Judged } from './judge'

interface Side {
  readonly unread: number
  readonly right: number
  readonly said: number
  readonly calls: number
  readonly tokens: number
  readonly boxes: number
}

export interface BoxesOnly {
  readonly prompts: number
  readonly absentPrompts: number
  readonly free: Side
  readonly boxes: Side
}

/** Returns the table and whether every answer can be read and no fewer are right. */
export async function measureBoxesOnly(model: string, set: string, limit: number): Promise<BoxesOnly> {
  const { records, folder } = await askSet(model, set, { limit, withAbsent: true, withBoxes: true })
  const sideOf = (answerOf: (record: RecRecord) => RecAnswer | null): Side => {
    const side = { unread: 0, right: 0, said: 0, calls: 0, tokens: 0, boxes: 0 }
    for (const record of records) {
      const answer = answerOf(record)
      if (answer === null) continue
      const judged: Judged = judge(answer, record.question, folder.card)
      if (!judged.isRead) side.unread++
      if (record.question.box !== null && judged.iou >= 0.5) side.right++
      if (record.question.box === null && judged.boxes === 0) side.said++
      if (judged.boxes === 0) continue
      side.calls += answer.calls
      side.tokens += answer.texts.length
      side.boxes += judged.boxes
    }
    return side
  }
  const absentPrompts = records.filter(({ question }) => question.box === null).length
  return {
    prompts: records.length - absentPrompts,
    absentPrompts,
    free: sideOf(({ free }) => free),
    boxes: sideOf(({ boxes }) => boxes)
  }
}
