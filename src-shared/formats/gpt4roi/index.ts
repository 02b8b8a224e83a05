/**
 * @file Conversations about regions as GPT4RoI takes them (jshilong/GPT4RoI gpt4roi/datasets, gpt4roi/app.py): LLaVA's
 * turns with a placeholder for each region, and `bboxes`, `[left, top, right, bottom]` as fractions of the image, in the
 * order of the placeholders over all turns. Read are `<bbox>`, and `<roi>` and `<region1>` as its app and its kin have
 * them; `<region2>` is the second box wherever it stands. The original has no file of its own for this: it makes such
 * samples from others while it trains. `phrases`, `origin` and `state` are ours.
 */
import type { ExportOptions, ExportRun, ExportSource, Format } from '../format'
import { cornersOf, fractionShapeOf, isFault } from '../kit/box-fields'
import { textWithBoxes } from '../kit/conversation/boxes-beside'
import type { BoxesBeside } from '../kit/conversation/boxes-beside'
import { noteOtherFields, readChat } from '../kit/conversation/chat-reading'
import { turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import type { WrittenDialogue } from '../kit/conversation/dialogue-writer'
import { isBad, messagesOf } from '../kit/conversation/messages'
import type { Message } from '../kit/conversation/messages'
import { readRecords, recogniseRecords } from '../kit/conversation/record-files'
import type { RecordTest } from '../kit/conversation/record-files'
import { RecordImages, imageChoice, isFound, statedSize } from '../kit/conversation/record-image'
import { RecordReading } from '../kit/conversation/record-reading'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { TiedNodes } from '../kit/conversation/tied-words'
import { skipped } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { normalizeNodes } from '../../grounded/normalize'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { marksOf } from '../selection'

const FILE = 'gpt4roi.json'
const IMAGE = '<image>'
const MARK = /(<bbox>|<roi>|<region\d{1,6}>)/
/** What its loader replaces, besides what stands for a box. */
const RESERVED = /<bbox>|<roi>|<region\d+>|<spi_descript>/g
const LISTS = ['bboxes', 'bbox', 'boxes'] as const
const KNOWN = new Set(['id', 'image', 'width', 'height', 'conversations', ...LISTS])

const boxesOf = (record: JsonObject): unknown => {
  const key = LISTS.find((name) => own(record, name) !== undefined)
  return key === undefined ? undefined : own(record, key)
}

const test: RecordTest = (record) => {
  const turns = own(record, 'conversations')
  if (!Array.isArray(turns) || boxesOf(record) === undefined) return null
  const isMarked = turns.some((turn: unknown) => {
    const value = isObject(turn) ? own(turn, 'value') : null
    return typeof value === 'string' && MARK.test(value)
  })
  return isMarked
    ? { score: 0.97, because: 'conversations with <bbox> or <roi> and a list of boxes, as GPT4RoI takes them' }
    : { score: 0.6, because: 'conversations with a list of boxes, as GPT4RoI takes them' }
}

/** Number of the box, from 0; `<bbox>` and `<roi>` are counted. */
const numberIn = (mark: string): number | null => {
  const digits = /\d+/.exec(mark)?.[0]
  return digits === undefined ? null : Number(digits) - 1
}

/** Why boxes and placeholders do not belong together; null when they do. */
function problemOf(boxes: unknown, messages: readonly Message[]): string | null {
  if (!Array.isArray(boxes)) return `its boxes should be a list, not ${nameValue(boxes)}`
  const marks = messages.flatMap(({ content }) =>
    typeof content === 'string' ? content.split(MARK).filter((_, i) => i % 2 === 1) : []
  )
  const counted = marks.filter((mark) => numberIn(mark) === null).length
  const named = marks.map(numberIn).filter((number) => number !== null)
  if (counted > 0 && named.length > 0) return 'its texts have both <regionN> and placeholders without a number'
  if (counted > 0 && counted !== boxes.length)
    return `its texts call for ${counted} boxes and it has ${boxes.length}, so that nobody knows which is which`
  const wrong = named.find((number) => number < 0 || number >= boxes.length)
  return wrong === undefined ? null : `its texts call for region ${wrong + 1}, and it has ${boxes.length}`
}

function shapesOf(boxes: readonly unknown[]): readonly AnnotationShape[] | string {
  const shapes: AnnotationShape[] = []
  for (const [i, box] of boxes.entries()) {
    const corners = cornersOf(box, 'xyxy')
    if (isFault(corners)) return `box ${i + 1} ${corners.message}`
    shapes.push(fractionShapeOf(corners))
  }
  return shapes
}

/** Fractions of an image end at 1; a box may reach a little beyond. */
const LARGEST_FRACTION = 2

function readGpt4roi(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  return readRecords(source, test, () => async (record, where, number) => {
    const messages = messagesOf(own(record, 'conversations'))
    const stated = statedSize(own(record, 'width'), own(record, 'height'))
    const image = await images.find(imageChoice(own(record, 'image')), where, stated)
    if (!isFound(image)) return [image]
    const boxes = boxesOf(record) ?? []
    const problem = isBad(messages) ? null : problemOf(boxes, messages)
    if (problem !== null) return [skipped(where, 'import/bad-sequence', `In its record, ${problem}.`)]
    const shapes = shapesOf(Array.isArray(boxes) ? boxes : [])
    if (typeof shapes === 'string') return [skipped(where, 'import/bad-box', `Its ${shapes}.`)]
    if (shapes.some((shape) => shape.type === 'box' && shape.box.some((side) => side > LARGEST_FRACTION))) {
      const message = 'Its boxes have numbers beyond 2, which are no fractions of the image; they may be pixels.'
      return [skipped(where, 'import/maybe-pixels', message)]
    }
    const reading = new RecordReading(where, number, image, true)
    let next = 0
    const called = new Set<number>()
    const isRead = readChat(messages, null, reading, {
      imageToken: IMAGE,
      words: (value, { fields }, _place, patch) => {
        const tied = new TiedNodes(own(fields, 'phrases'))
        value.split(MARK).forEach((part, i) => {
          if (i % 2 === 0) {
            tied.words(part)
            return
          }
          const at = numberIn(part) ?? next++
          called.add(at)
          const shape = shapes[at]
          const key = shape === undefined ? null : reading.region(shape, patch)
          tied.place(part, key === null ? [] : [key])
        })
        return normalizeNodes(tied.nodes)
      }
    })
    if (!isRead) return reading.issues
    const loose = shapes.filter((_, i) => !called.has(i))
    if (loose.length > 0) {
      reading.doubt('import/loose-boxes', `No text calls for ${loose.length} of its boxes; they were read as regions.`)
      for (const shape of loose) reading.region(shape)
    }
    reading.doubtPlacesInWords()
    noteOtherFields(record, KNOWN, reading)
    return reading.items()
  })
}

const BOXES: BoxesBeside = { name: 'GPT4RoI’s data', imageToken: IMAGE, marks: RESERVED, markOf: () => '<bbox>' }

function recordOf(dialogue: WrittenDialogue): object {
  const { document, selection } = dialogue
  const turns = turnsOf(dialogue).map((turn) => ({ turn, ...textWithBoxes(turn.children, dialogue, BOXES) }))
  return {
    id: dialogue.dialogue.id,
    image: document.image.relativePath,
    width: selection.size.width,
    height: selection.size.height,
    conversations: turns.map(({ turn, text, phrases }, i) => ({
      from: turn.role === 'user' ? 'human' : 'gpt',
      value: i === 0 ? `${IMAGE}\n${text}` : text,
      ...(phrases.some((phrase) => phrase !== null) ? { phrases } : {}),
      ...marksOf(turn, selection)
    })),
    bboxes: turns.flatMap(({ boxes }) => boxes)
  }
}

export const gpt4roiJson: Format = {
  info: {
    id: 'gpt4roi-json',
    name: 'GPT4RoI conversations',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS.filter((limit) => !limit.startsWith('Coordinates')),
      'Boxes only, as fractions of the image, which may lie outside it: points are left out of the text and said. GPT4RoI itself answers in words, so boxes of answers are for other readers.',
      'Read: <bbox>, <roi> and <region1>; a record whose placeholders and boxes do not match is left out and said.'
    ],
    takesDialect: false,
    keeps: { ...TEXT_KEEPS, shapes: ['box'], otherShapes: 'box', resolution: 'exact', outside: 'kept' }
  },
  reader: { recognise: (source) => recogniseRecords(source, test), read: readGpt4roi },
  encode: (source: ExportSource, options: ExportOptions): ExportRun =>
    writeDialogues({ fileName: FILE, layout: 'list', record: recordOf }, source, options)
}
