/**
 * @file One record of a task of Shikra's while it becomes words and regions: its fields in the forms that the layouts
 * use, and the questions it asks. A field that is not what the task says ends the record; `readTask` says it is left out.
 */
import { mention, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'
import type { RecordReading, RegionPatch } from '../kit/conversation/record-reading'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { boxOfPixels, pointOfPixels } from '../kit/pixel-regions'
import { nodesOfMarkedText } from './marked-text'
import type { Keys, Sequences } from './marked-text'
import { PHRASE_END, PHRASE_START } from './placeholders'

type Code = `import/${string}`

/** What is wrong with a record; caught by `readTask`. */
class BadRecord extends Error {
  readonly code: Code
  constructor(code: Code, message: string) {
    super(message)
    this.code = code
  }
}

export class TaskRecord {
  readonly fields: JsonObject
  readonly reading: RecordReading

  constructor(fields: JsonObject, reading: RecordReading) {
    this.fields = fields
    this.reading = reading
  }

  /** As it stands in the file; undefined: it is not there. */
  at(key: string): unknown {
    return own(this.fields, key)
  }

  /** Leaves the whole record out. */
  refuse(code: Code, message: string): never {
    throw new BadRecord(code, message)
  }

  text(key: string): string {
    const value = this.at(key)
    if (typeof value === 'string') return value
    return this.refuse('import/bad-text', `Its ${key} should be a text, not ${nameValue(value)}.`)
  }

  /** null: there is none. */
  optionalText(key: string): string | null {
    return (this.at(key) ?? null) === null ? null : this.text(key)
  }

  /** A record inside this one. */
  inner(key: string): TaskRecord {
    const value = this.at(key)
    if (isObject(value)) return new TaskRecord(value, this.reading)
    return this.refuse('import/bad-text', `Its ${key} should be an object, not ${nameValue(value)}.`)
  }

  /** Of places; none where there is no such field. */
  list(key: string): readonly unknown[] {
    const value = this.at(key) ?? []
    if (Array.isArray(value)) return value
    return this.refuse('import/bad-box', `Its ${key} should be a list, not ${nameValue(value)}.`)
  }

  /** Key of the region at `[x0, y0, x1, y1]` pixels; null: it has no area, which is said. */
  box(value: unknown, patch: RegionPatch = {}, mayHaveScore = false): string | null {
    const shape = boxOfPixels(value, this.reading.size, mayHaveScore)
    if (typeof shape === 'string') return this.refuse('import/bad-box', `In its record, ${shape}.`)
    return this.reading.region(shape, patch)
  }

  /** As `box`, of `[x, y]` pixels. */
  point(value: unknown, patch: RegionPatch = {}): string | null {
    const shape = pointOfPixels(value, this.reading.size)
    if (typeof shape === 'string') return this.refuse('import/bad-point', `In its record, ${shape}.`)
    return this.reading.region(shape, patch)
  }

  boxes(key: string, mayHaveScore = false): Keys {
    return this.list(key).map((box) => this.box(box, {}, mayHaveScore))
  }

  /** Words with placeholders; `where` is "its text" or "turn 2". */
  placed(value: string, sequences: Sequences, where: string): readonly GroundedNode[] {
    const nodes = nodesOfMarkedText(value, sequences)
    return typeof nodes === 'string' ? this.refuse('import/bad-sequence', `In ${where}, ${nodes}.`) : nodes
  }

  /** A text whose marked phrases have the boxes that the sequences at `seqKey` name. */
  marked(value: string, boxes: Keys, seqKey: string): readonly GroundedNode[] {
    const boxesSeq = this.at(seqKey)
    if ((boxesSeq ?? null) === null && boxes.length > 0 && (value.includes(PHRASE_START) || value.includes(PHRASE_END)))
      this.reading.doubt('import/bad-sequence', 'Its text has marked phrases and nothing says which boxes they have.')
    return this.placed(value, { boxes, points: [], boxesSeq, pointsSeq: null }, 'its text')
  }

  /** A dialogue of one question and its answer. */
  ask(question: readonly GroundedNode[], answer: readonly GroundedNode[], title: string | null = null): void {
    this.reading.turn('user', normalizeNodes(question), null)
    this.reading.turn('assistant', normalizeNodes(answer), null)
    this.reading.endDialogue(title)
  }
}

export const words = (value: string): readonly GroundedNode[] => [text(value)]

/** Nothing, where no key is one. */
export function mentionOf(keys: Keys): readonly GroundedNode[] {
  const found = keys.filter((key) => key !== null)
  return found.length === 0 ? [] : [mention(found)]
}

/** False: the record is left out, and the reading says why. */
export function readTask(fields: JsonObject, reading: RecordReading, read: (record: TaskRecord) => void): boolean {
  try {
    read(new TaskRecord(fields, reading))
    return true
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error
    reading.skip(error.code, error.message)
    return false
  }
}
