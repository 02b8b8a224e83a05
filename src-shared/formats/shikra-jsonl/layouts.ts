/**
 * @file The task layouts of Shikra's data, each with how a record becomes words and regions (shikras/shikra
 * mllm/dataset/single_image_dataset). The first whose keys are all there is meant.
 */
import type { GroundedNode } from '../../grounded/nodes'
import { mention, phrase, text } from '../../grounded/build'
import { normalizeNodes } from '../../grounded/normalize'
import { withoutImageTokens } from '../kit/conversation/image-tokens'
import { isBad, isInTurn, messagesOf } from '../kit/conversation/messages'
import { PROPOSED } from '../kit/conversation/record-reading'
import type { RecordReading, RegionPatch } from '../kit/conversation/record-reading'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { boxOfPixels, pointOfPixels } from '../kit/pixel-regions'
import { nodesOfMarkedText } from './marked-text'
import type { Keys } from './marked-text'
import { IMAGE, PHRASE_START } from './placeholders'

export interface ShikraLayout {
  readonly name: string
  readonly keys: readonly string[]
  /** Keys that are understood besides. */
  readonly more?: readonly string[]
  /** The image's name. */
  readonly image: (record: JsonObject) => unknown
  /** False: the record is left out, and the reading says why. */
  readonly read: (record: JsonObject, reading: RecordReading) => boolean
}

/** Thrown inside this file only: what is wrong with a record. */
class BadRecord extends Error {
  readonly code: `import/${string}`
  constructor(code: `import/${string}`, message: string) {
    super(message)
    this.code = code
  }
}

function textAt(record: JsonObject, key: string): string {
  const value = own(record, key)
  if (typeof value !== 'string')
    throw new BadRecord('import/bad-text', `Its ${key} should be a text, not ${nameValue(value)}.`)
  return value
}
const optionalTextAt = (record: JsonObject, key: string): string | null =>
  own(record, key) === undefined || own(record, key) === null ? null : textAt(record, key)

function keyOfBox(
  value: unknown,
  reading: RecordReading,
  patch: RegionPatch = {},
  mayHaveScore = false
): string | null {
  const shape = boxOfPixels(value, reading.size, mayHaveScore)
  if (typeof shape === 'string') throw new BadRecord('import/bad-box', `In its record, ${shape}.`)
  return reading.region(shape, patch)
}
function keyOfPoint(value: unknown, reading: RecordReading, patch: RegionPatch = {}): string | null {
  const shape = pointOfPixels(value, reading.size)
  if (typeof shape === 'string') throw new BadRecord('import/bad-point', `In its record, ${shape}.`)
  return reading.region(shape, patch)
}
function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value))
    throw new BadRecord('import/bad-box', `Its ${what} should be a list, not ${nameValue(value)}.`)
  return value
}
const boxesAt = (record: JsonObject, key: string, reading: RecordReading, mayHaveScore = false): Keys =>
  listOf(own(record, key), key).map((box) => keyOfBox(box, reading, {}, mayHaveScore))

function marked(value: string, boxes: Keys, boxesSeq: unknown, reading: RecordReading): readonly GroundedNode[] {
  if ((boxesSeq ?? null) === null && boxes.length > 0 && value.includes(PHRASE_START))
    reading.doubt('import/bad-sequence', 'Its text has marked phrases and nothing says which boxes they have.')
  const nodes = nodesOfMarkedText(value, { boxes, points: [], boxesSeq, pointsSeq: null })
  if (typeof nodes === 'string') throw new BadRecord('import/bad-sequence', `In its text, ${nodes}.`)
  return nodes
}

function ask(
  reading: RecordReading,
  question: readonly GroundedNode[],
  answer: readonly GroundedNode[],
  title: string | null = null
): void {
  reading.turn('user', normalizeNodes(question), null)
  reading.turn('assistant', normalizeNodes(answer), null)
  reading.endDialogue(title)
}
const words = (value: string): readonly GroundedNode[] => [text(value)]
const mentionOf = (keys: readonly (string | null)[]): readonly GroundedNode[] => {
  const found = keys.filter((key) => key !== null)
  return found.length === 0 ? [] : [mention(found)]
}
const image =
  (key: string) =>
  (record: JsonObject): unknown =>
    own(record, key)
/** Names that are numbers in the file. */
const imageById =
  (key: string) =>
  (record: JsonObject): unknown => {
    const id = own(record, key)
    const isId = (typeof id === 'string' && id !== '') || typeof id === 'number' || typeof id === 'bigint'
    return isId ? `${String(id)}.jpg` : id
  }

const READERS: readonly (Omit<ShikraLayout, 'read'> & {
  readonly read: (record: JsonObject, reading: RecordReading) => void
})[] = [
  {
    name: 'dialogues',
    keys: ['image', 'conversations'],
    more: ['target', 'id'],
    image: image('image'),
    read: readConversations
  },
  {
    name: 'referring expressions',
    keys: ['img_path', 'expression', 'bbox'],
    more: ['state', 'origin'],
    image: image('img_path'),
    read(record, reading) {
      const expression = textAt(record, 'expression').trim()
      const patch = own(record, 'state') === 'proposed' ? PROPOSED : {}
      if (expression === '') reading.doubt('import/empty-phrase', 'Its expression is empty.')
      keyOfBox(own(record, 'bbox'), reading, { ...patch, phrase: expression === '' ? null : expression })
    }
  },
  {
    name: 'Flickr30k spotting',
    keys: ['image_id', 'sentence', 'boxes_seq'],
    more: ['id', 'boxes'],
    image: imageById('image_id'),
    read(record, reading) {
      const boxes = boxesAt(record, 'boxes', reading)
      reading.turn('assistant', marked(textAt(record, 'sentence'), boxes, own(record, 'boxes_seq'), reading), null)
      reading.endDialogue('caption')
    }
  },
  {
    name: 'GPT-generated',
    keys: ['img_path', 'question', 'cot_with_ans'],
    more: ['boxes', 'question_boxes_seq', 'answer', 'answer_boxes_seq'],
    image: image('img_path'),
    read(record, reading) {
      const boxes = boxesAt(record, 'boxes', reading)
      ask(
        reading,
        marked(textAt(record, 'question'), boxes, own(record, 'question_boxes_seq'), reading),
        marked(textAt(record, 'cot_with_ans'), boxes, own(record, 'answer_boxes_seq'), reading)
      )
    }
  },
  {
    name: 'captions',
    keys: ['img_path', 'caption'],
    image: image('img_path'),
    read(record, reading) {
      const caption = textAt(record, 'caption')
      if (caption.trim() === '') throw new BadRecord('import/empty-caption', 'Its caption is empty.')
      reading.turn('assistant', words(caption), caption)
      reading.endDialogue('caption')
    }
  },
  {
    name: 'V7W pointing',
    keys: ['file_path', 'question', 'candidates', 'answer'],
    more: ['point'],
    image: image('file_path'),
    read(record, reading) {
      const candidates = listOf(own(record, 'candidates'), 'candidates').map((box) => keyOfBox(box, reading))
      const answer = keyOfBox(own(record, 'answer'), reading)
      if (!candidates.includes(answer))
        reading.doubt('import/answer-not-candidate', 'Its answer is none of its candidates.')
      ask(reading, [text(`${textAt(record, 'question')} `), ...mentionOf(candidates)], mentionOf([answer]))
    }
  },
  {
    name: 'PointQA look-twice',
    keys: ['file_path', 'general_question', 'answer'],
    more: ['obj_question', 'super_question', 'bbox', 'point'],
    image: image('file_path'),
    read(record, reading) {
      for (const key of ['obj_question', 'super_question', 'general_question']) {
        const question = optionalTextAt(record, key)
        if (question !== null) askAt(record, question, key, reading)
      }
    }
  },
  {
    name: 'PointQA local',
    keys: ['file_path', 'question', 'answer'],
    more: ['bbox', 'point'],
    image: image('file_path'),
    read: (record, reading) => askAt(record, textAt(record, 'question'), null, reading)
  },
  {
    name: 'VCR',
    keys: ['img_fn', 'question', 'answer_choices'],
    more: ['boxes', 'objects', 'answer_label', 'rationale_choices', 'rationale_label', 'metadata_fn', 'annot_id'],
    image: image('img_fn'),
    read: readVcr
  },
  {
    name: 'GQA',
    keys: ['imageId', 'question', 'fullAnswer'],
    more: ['answer', 'annotations', 'semanticStr', 'cot', 'questionId'],
    image: imageById('imageId'),
    read(record, reading) {
      const cot = own(record, 'cot')
      const answer = textAt(record, 'fullAnswer')
      if (own(record, 'annotations') !== undefined)
        reading.note(
          'import/scene-graph',
          'The boxes of its words are in scene graphs, which are not read; the words are.'
        )
      if (!isObject(cot) || typeof own(cot, 'value') !== 'string') {
        ask(reading, words(textAt(record, 'question')), words(answer))
        return
      }
      const boxes = boxesAt(cot, 'boxes', reading)
      const thought = marked(own(cot, 'value') as string, boxes, own(cot, 'seq'), reading)
      ask(reading, words(textAt(record, 'question')), [...thought, text(`\n${answer}`)])
    }
  },
  {
    name: 'CLEVR',
    keys: ['image_filename', 'question', 'answer'],
    more: ['image_index', 'program', 'question_index', 'question_family_index', 'split'],
    image: image('image_filename'),
    read(record, reading) {
      if (own(record, 'program') !== undefined) reading.note('import/program', 'Its program is not kept.')
      ask(reading, words(textAt(record, 'question')), words(textAt(record, 'answer')))
    }
  },
  {
    name: 'VQAv2',
    keys: ['image_path', 'question', 'annotation'],
    image: image('image_path'),
    read(record, reading) {
      const annotation = own(record, 'annotation')
      if (!isObject(annotation))
        throw new BadRecord('import/bad-text', `Its annotation should be an object, not ${nameValue(annotation)}.`)
      ask(reading, words(textAt(record, 'question')), words(textAt(annotation, 'multiple_choice_answer')))
    }
  },
  {
    name: 'VQA-X',
    keys: ['file_path', 'question', 'justification', 'multiple_choice_answer'],
    image: image('file_path'),
    read: (record, reading) => explain(record, textAt(record, 'multiple_choice_answer'), 'justification', reading)
  },
  {
    name: 'VQA-E',
    keys: ['file_path', 'question', 'explanation', 'multiple_answers'],
    image: image('file_path'),
    read(record, reading) {
      const answers = own(record, 'multiple_answers')
      const answer = Array.isArray(answers) ? (answers as readonly unknown[])[0] : answers
      if (typeof answer !== 'string')
        throw new BadRecord('import/bad-text', `Its multiple_answers should be texts, not ${nameValue(answer)}.`)
      explain(record, answer, 'explanation', reading)
    }
  },
  {
    name: 'POPE',
    keys: ['image', 'text', 'label'],
    more: ['question_id'],
    image: image('image'),
    read: (record, reading) => ask(reading, words(textAt(record, 'text')), words(textAt(record, 'label')))
  }
]

/** The question is tied to its point, else to its box; the box stands as a region of its own beside a point. */
function askAt(record: JsonObject, question: string, title: string | null, reading: RecordReading): void {
  const [box, point] = [own(record, 'bbox'), own(record, 'point')]
  const [boxKey, pointKey] = [
    box === undefined || box === null ? null : keyOfBox(box, reading),
    point === undefined || point === null ? null : keyOfPoint(point, reading)
  ]
  const at = mentionOf([pointKey ?? boxKey])
  ask(
    reading,
    at.length === 0 ? words(question) : [text(`${question} `), ...at],
    words(textAt(record, 'answer')),
    title
  )
}

function explain(record: JsonObject, answer: string, key: string, reading: RecordReading): void {
  const value = own(record, key)
  const first: unknown = Array.isArray(value) ? (value as readonly unknown[])[0] : value
  if (typeof first !== 'string')
    throw new BadRecord('import/bad-text', `Its ${key} should be a text, not ${nameValue(first)}.`)
  ask(reading, words(textAt(record, 'question')), words(`${answer}\n${first}`))
}

function readConversations(record: JsonObject, reading: RecordReading): void {
  const messages = messagesOf(own(record, 'conversations'))
  if (isBad(messages)) throw new BadRecord(messages.code, messages.message)
  const target = own(record, 'target')
  const regions = isObject(target) ? target : {}
  if (target !== undefined && target !== null && !isObject(target))
    throw new BadRecord('import/bad-box', `Its target should be an object, not ${nameValue(target)}.`)
  const patchOf = (key: string, i: number): RegionPatch => {
    const phrases = own(regions, key)
    // Without a list of ours nobody said what a region is called.
    const value: unknown = Array.isArray(phrases) ? phrases[i] : undefined
    return Array.isArray(phrases) ? { phrase: typeof value === 'string' ? value : null } : {}
  }
  const proposed = proposedIndexes(messages.map(({ fields }) => fields))
  const boxes = listOf(own(regions, 'boxes'), 'boxes').map((box, i) =>
    keyOfBox(box, reading, { ...patchOf('box_phrases', i), ...(proposed.boxes.has(i) ? PROPOSED : {}) })
  )
  const points = listOf(own(regions, 'points'), 'points').map((point, i) =>
    keyOfPoint(point, reading, {
      ...patchOf('point_phrases', i),
      ...(proposed.points.has(i) ? PROPOSED : {})
    })
  )
  for (const [i, { role, content, fields }] of messages.entries()) {
    if (typeof content !== 'string')
      throw new BadRecord('import/bad-turns', `Turn ${i + 1} should be a text, not ${nameValue(content)}.`)
    const nodes = nodesOfMarkedText(withoutImageTokens(content, IMAGE).text, {
      boxes,
      points,
      boxesSeq: own(fields, 'boxes_seq'),
      pointsSeq: own(fields, 'points_seq'),
      phrases: own(fields, 'phrases')
    })
    if (typeof nodes === 'string') throw new BadRecord('import/bad-sequence', `In turn ${i + 1}, ${nodes}.`)
    if (role === 'system') reading.note('import/system-prompt', 'Its system prompt is not kept.')
    else reading.turn(role, nodes, content, own(fields, 'origin') === 'model' ? 'model' : undefined)
  }
  if (!isInTurn(messages.map(({ role }) => role)))
    reading.doubt('import/turn-order', 'Its turns are not question and answer by turns; they were read in their order.')
  reading.endDialogue(null)
}

/** Regions of turns that Eyrie marked as proposals nobody has looked at. */
function proposedIndexes(turns: readonly JsonObject[]): {
  readonly boxes: ReadonlySet<unknown>
  readonly points: ReadonlySet<unknown>
} {
  const marks = turns.filter((turn) => own(turn, 'state') === 'proposed')
  const of = (key: string): ReadonlySet<unknown> =>
    new Set(marks.flatMap((turn) => [own(turn, key)].flat(2) as readonly unknown[]))
  return { boxes: of('boxes_seq'), points: of('points_seq') }
}

function readVcr(record: JsonObject, reading: RecordReading): void {
  const boxes = boxesAt(record, 'boxes', reading, true)
  const objects = own(record, 'objects')
  const nameOf = (index: number): string | null => {
    const name: unknown = Array.isArray(objects) ? objects[index] : null
    return typeof name === 'string' && name !== '' ? name : null
  }
  const nodesOf = (tokens: unknown, what: string): readonly GroundedNode[] => {
    if (!Array.isArray(tokens))
      throw new BadRecord('import/bad-text', `Its ${what} should be a list of tokens, not ${nameValue(tokens)}.`)
    const nodes = tokens.map((token: unknown): GroundedNode => {
      if (typeof token === 'string') return text(token)
      const isIndexes = Array.isArray(token) && token.every((i) => Number.isInteger(i) && i >= 0 && i < boxes.length)
      if (!isIndexes || token.length === 0)
        throw new BadRecord(
          'import/bad-sequence',
          `In its ${what}, ${nameValue(token)} names none of its ${boxes.length} boxes.`
        )
      const keys = (token as readonly number[]).flatMap((i) => boxes[i] ?? [])
      const names = (token as readonly number[]).map(nameOf)
      if (names.every((name) => name !== null))
        return keys.length > 0 ? phrase(names.join(' '), keys) : text(names.join(' '))
      return keys.length > 0 ? mention(keys) : text(`[${token.join(', ')}]`)
    })
    return nodes.flatMap((node, i) => (i === 0 ? [node] : [text(' '), node]))
  }
  const chosen = (choices: unknown, label: unknown, what: string): unknown => {
    const isChoice =
      Array.isArray(choices) && Number.isInteger(label) && (label as number) >= 0 && (label as number) < choices.length
    if (!isChoice)
      throw new BadRecord(
        'import/bad-choice',
        `Its ${what} is ${nameValue(label)}, which is none of ${nameValue(choices)}.`
      )
    return (choices as readonly unknown[])[label as number]
  }
  const answer = nodesOf(chosen(own(record, 'answer_choices'), own(record, 'answer_label'), 'answer'), 'answer')
  const hasReason = own(record, 'rationale_choices') !== undefined
  const reason = hasReason
    ? nodesOf(chosen(own(record, 'rationale_choices'), own(record, 'rationale_label'), 'rationale'), 'rationale')
    : []
  reading.note('import/wrong-choices', 'Choices that are wrong are not kept.')
  ask(reading, nodesOf(own(record, 'question'), 'question'), hasReason ? [...answer, text('\n'), ...reason] : answer)
}

export const SHIKRA_LAYOUTS: readonly ShikraLayout[] = READERS.map(({ read, ...layout }) => ({
  ...layout,
  read(record, reading) {
    try {
      read(record, reading)
      return true
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error
      reading.skip(error.code, error.message)
      return false
    }
  }
}))

/** The layout whose keys are all there, the one with most keys first; null: none of Shikra's. */
export const layoutOf = (record: JsonObject): ShikraLayout | null =>
  SHIKRA_LAYOUTS.filter(({ keys }) => keys.every((key) => own(record, key) !== undefined)).toSorted(
    (a, b) => b.keys.length - a.keys.length
  )[0] ?? null
