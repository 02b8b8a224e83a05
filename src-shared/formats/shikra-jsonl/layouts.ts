/**
 * @file The task layouts of Shikra's data, each with how a record becomes words and regions (shikras/shikra
 * mllm/dataset/single_image_dataset). The one with most keys whose keys are all there is meant.
 */
import { text } from '../../grounded/build'
import type { RecordReading } from '../kit/conversation/record-reading'
import { PROPOSED } from '../kit/conversation/record-reading'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { readConversations } from './conversations'
import { mentionOf, readTask, words } from './task-record'
import type { TaskRecord } from './task-record'
import { readVcr } from './vcr'

export interface ShikraLayout {
  readonly name: string
  readonly keys: readonly string[]
  /** Keys that are understood besides. */
  readonly more?: readonly string[]
  /** The image's name. */
  readonly image: (fields: JsonObject) => unknown
  /** False: the record is left out, and the reading says why. */
  readonly read: (fields: JsonObject, reading: RecordReading) => boolean
}

interface Task extends Omit<ShikraLayout, 'read'> {
  readonly read: (record: TaskRecord) => void
}

const image =
  (key: string) =>
  (fields: JsonObject): unknown =>
    own(fields, key)
/** Names that are numbers in the file. */
const imageById =
  (key: string) =>
  (fields: JsonObject): unknown => {
    const id = own(fields, key)
    const isId = (typeof id === 'string' && id !== '') || typeof id === 'number' || typeof id === 'bigint'
    return isId ? `${String(id)}.jpg` : id
  }

const TASKS: readonly Task[] = [
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
    read(record) {
      const expression = record.text('expression').trim()
      const patch = record.at('state') === 'proposed' ? PROPOSED : {}
      if (expression === '') record.reading.doubt('import/empty-phrase', 'Its expression is empty.')
      record.box(record.at('bbox'), { ...patch, phrase: expression === '' ? null : expression })
    }
  },
  {
    name: 'Flickr30k spotting',
    keys: ['image_id', 'sentence', 'boxes_seq'],
    more: ['id', 'boxes'],
    image: imageById('image_id'),
    read(record) {
      const boxes = record.boxes('boxes')
      record.reading.turn('assistant', record.marked(record.text('sentence'), boxes, 'boxes_seq'), null)
      record.reading.endDialogue('caption')
    }
  },
  {
    name: 'GPT-generated',
    keys: ['img_path', 'question', 'cot_with_ans'],
    more: ['boxes', 'question_boxes_seq', 'answer', 'answer_boxes_seq'],
    image: image('img_path'),
    read(record) {
      const boxes = record.boxes('boxes')
      record.ask(
        record.marked(record.text('question'), boxes, 'question_boxes_seq'),
        record.marked(record.text('cot_with_ans'), boxes, 'answer_boxes_seq')
      )
    }
  },
  {
    name: 'captions',
    keys: ['img_path', 'caption'],
    image: image('img_path'),
    read(record) {
      const caption = record.text('caption')
      if (caption.trim() === '') return record.refuse('import/empty-caption', 'Its caption is empty.')
      record.reading.turn('assistant', words(caption), caption)
      record.reading.endDialogue('caption')
    }
  },
  {
    name: 'V7W pointing',
    keys: ['file_path', 'question', 'candidates', 'answer'],
    more: ['point'],
    image: image('file_path'),
    read(record) {
      const candidates = record.list('candidates').map((box) => record.box(box))
      const answer = record.box(record.at('answer'))
      if (!candidates.includes(answer))
        record.reading.doubt('import/answer-not-candidate', 'Its answer is none of its candidates.')
      record.ask([text(`${record.text('question')} `), ...mentionOf(candidates)], mentionOf([answer]))
    }
  },
  {
    name: 'PointQA look-twice',
    keys: ['file_path', 'general_question', 'answer'],
    more: ['obj_question', 'super_question', 'bbox', 'point'],
    image: image('file_path'),
    read(record) {
      for (const key of ['obj_question', 'super_question', 'general_question']) {
        const question = record.optionalText(key)
        if (question !== null) askAt(record, question, key)
      }
    }
  },
  {
    name: 'PointQA local',
    keys: ['file_path', 'question', 'answer'],
    more: ['bbox', 'point'],
    image: image('file_path'),
    read: (record) => askAt(record, record.text('question'), null)
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
    read(record) {
      const cot = record.at('cot')
      const answer = record.text('fullAnswer')
      if (record.at('annotations') !== undefined)
        record.reading.note(
          'import/scene-graph',
          'The boxes of its words are in scene graphs, which are not read; the words are.'
        )
      const thought = isObject(cot) ? own(cot, 'value') : null
      if (typeof thought !== 'string') return record.ask(words(record.text('question')), words(answer))
      const reasons = record.inner('cot')
      const nodes = reasons.marked(thought, reasons.boxes('boxes'), 'seq')
      record.ask(words(record.text('question')), [...nodes, text(`\n${answer}`)])
    }
  },
  {
    name: 'CLEVR',
    keys: ['image_filename', 'question', 'answer'],
    more: ['image_index', 'program', 'question_index', 'question_family_index', 'split'],
    image: image('image_filename'),
    read(record) {
      if (record.at('program') !== undefined) record.reading.note('import/program', 'Its program is not kept.')
      record.ask(words(record.text('question')), words(record.text('answer')))
    }
  },
  {
    name: 'VQAv2',
    keys: ['image_path', 'question', 'annotation'],
    image: image('image_path'),
    read(record) {
      const annotation = record.inner('annotation')
      record.ask(words(record.text('question')), words(annotation.text('multiple_choice_answer')))
    }
  },
  {
    name: 'VQA-X',
    keys: ['file_path', 'question', 'justification', 'multiple_choice_answer'],
    image: image('file_path'),
    read: (record) => explain(record, record.text('multiple_choice_answer'), 'justification')
  },
  {
    name: 'VQA-E',
    keys: ['file_path', 'question', 'explanation', 'multiple_answers'],
    image: image('file_path'),
    read(record) {
      const answers = record.at('multiple_answers')
      const answer = Array.isArray(answers) ? (answers as readonly unknown[])[0] : answers
      if (typeof answer !== 'string')
        return record.refuse('import/bad-text', `Its multiple_answers should be texts, not ${nameValue(answer)}.`)
      explain(record, answer, 'explanation')
    }
  },
  {
    name: 'POPE',
    keys: ['image', 'text', 'label'],
    more: ['question_id'],
    image: image('image'),
    read: (record) => record.ask(words(record.text('text')), words(record.text('label')))
  }
]

/** The question is tied to its point, else to its box; the box stands as a region of its own beside a point. */
function askAt(record: TaskRecord, question: string, title: string | null): void {
  const [box, point] = [record.at('bbox') ?? null, record.at('point') ?? null]
  const boxKey = box === null ? null : record.box(box)
  const pointKey = point === null ? null : record.point(point)
  if (pointKey !== null && isPointOff(box, point))
    record.reading.doubt('import/point-off-box', 'Its point lies outside its box.')
  const at = mentionOf([pointKey ?? boxKey])
  record.ask(at.length === 0 ? words(question) : [text(`${question} `), ...at], words(record.text('answer')), title)
}

const HALF_PIXEL = 0.5
/** The point is one of the object in the box; half a pixel may be rounding. */
function isPointOff(box: unknown, point: unknown): boolean {
  const corners = Array.isArray(box) ? (box as readonly unknown[]).slice(0, 4) : []
  const numbers = [...corners, ...(Array.isArray(point) ? (point as readonly unknown[]) : [])]
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x = 0, y = 0] = numbers.filter((value) => typeof value === 'number')
  const isOff = (value: number, a: number, b: number): boolean =>
    value < Math.min(a, b) - HALF_PIXEL || value > Math.max(a, b) + HALF_PIXEL
  return corners.length === 4 && (isOff(x, x0, x1) || isOff(y, y0, y1))
}

/** The explanation, the first where there are several, follows its answer on a line of its own. */
function explain(record: TaskRecord, answer: string, key: string): void {
  const value = record.at(key)
  const first: unknown = Array.isArray(value) ? (value as readonly unknown[])[0] : value
  if (typeof first !== 'string')
    return record.refuse('import/bad-text', `Its ${key} should be a text, not ${nameValue(first)}.`)
  record.ask(words(record.text('question')), words(`${answer}\n${first}`))
}

/** Those with most keys first. */
const LAYOUTS: readonly ShikraLayout[] = TASKS.map(({ read, ...layout }) => ({
  ...layout,
  read: (fields: JsonObject, reading: RecordReading) => readTask(fields, reading, read)
})).toSorted((a, b) => b.keys.length - a.keys.length)

/** null: none of Shikra's. */
export const layoutOf = (fields: JsonObject): ShikraLayout | null =>
  LAYOUTS.find(({ keys }) => keys.every((key) => own(fields, key) !== undefined)) ?? null
