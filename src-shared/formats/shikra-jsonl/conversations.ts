/** @file The form that every data set of Shikra's yields: turns with placeholders, and beside them the places they stand for. */
import { withoutImageTokens } from '../kit/conversation/image-tokens'
import { isBad, isInTurn, messagesOf } from '../kit/conversation/messages'
import { PROPOSED } from '../kit/conversation/record-reading'
import type { RegionPatch } from '../kit/conversation/record-reading'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { Keys } from './marked-text'
import { IMAGE } from './placeholders'
import { TaskRecord } from './task-record'

interface Target {
  readonly boxes: Keys
  readonly points: Keys
}

export function readConversations(record: TaskRecord): void {
  const { reading } = record
  const messages = messagesOf(record.at('conversations'))
  if (isBad(messages)) return record.refuse(messages.code, messages.message)
  const { boxes, points } = readTarget(
    record,
    messages.map(({ fields }) => fields)
  )
  for (const [i, { role, content, fields }] of messages.entries()) {
    if (typeof content !== 'string')
      return record.refuse('import/bad-turns', `Turn ${i + 1} should be a text, not ${nameValue(content)}.`)
    const sequences = {
      boxes,
      points,
      boxesSeq: own(fields, 'boxes_seq'),
      pointsSeq: own(fields, 'points_seq'),
      phrases: own(fields, 'phrases')
    }
    const nodes = record.placed(withoutImageTokens(content, IMAGE).text, sequences, `turn ${i + 1}`)
    if (role === 'system') reading.note('import/system-prompt', 'Its system prompt is not kept.')
    else reading.turn(role, nodes, content, own(fields, 'origin') === 'model' ? 'model' : undefined)
  }
  if (!isInTurn(messages.map(({ role }) => role).filter((role) => role !== 'system')))
    reading.doubt('import/turn-order', 'Its turns are not question and answer by turns; they were read in their order.')
  reading.endDialogue(null)
}

/** Regions of the record, in the order that sequences count them. */
function readTarget(record: TaskRecord, turns: readonly JsonObject[]): Target {
  const target = record.at('target') ?? {}
  if (!isObject(target))
    return record.refuse('import/bad-box', `Its target should be an object, not ${nameValue(target)}.`)
  const places = new TaskRecord(target, record.reading)
  const patchOf = (key: string, i: number, proposed: ReadonlySet<unknown>): RegionPatch => {
    const phrases = own(target, key)
    // Without a list of ours nobody said what a region is called.
    const value: unknown = Array.isArray(phrases) ? phrases[i] : undefined
    return {
      ...(Array.isArray(phrases) ? { phrase: typeof value === 'string' ? value : null } : {}),
      ...(proposed.has(i) ? PROPOSED : {})
    }
  }
  const proposedBoxes = proposedIndexes(turns, 'boxes_seq')
  const proposedPoints = proposedIndexes(turns, 'points_seq')
  return {
    boxes: places.list('boxes').map((box, i) => places.box(box, patchOf('box_phrases', i, proposedBoxes))),
    points: places.list('points').map((point, i) => places.point(point, patchOf('point_phrases', i, proposedPoints)))
  }
}

/** Regions of turns that Eyrie marked as proposals nobody has looked at. */
const proposedIndexes = (turns: readonly JsonObject[], key: string): ReadonlySet<unknown> =>
  new Set(
    turns.flatMap((turn) => (own(turn, 'state') === 'proposed' ? ([own(turn, key)].flat(2) as readonly unknown[]) : []))
  )
