/**
 * @file Ferret's instruction data (apple/ml-ferret ferret/train/train.py): a list of `{ id, image, image_h, image_w,
 * conversations, box_x1y1x2y2 }`. `box_x1y1x2y2` has a list of boxes for each turn, in pixels; `<bbox_location0>` in the
 * text of a turn is the first of them. `phrases`, `origin` and `state` are ours; their loader asks for keys by name.
 */
import { normalizeNodes } from '../../grounded/normalize'
import type { ExportOptions, ExportRun, ExportSource, Format } from '../format'
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
import { nameValue, own } from '../kit/json-fields'
import { boxOfPixels } from '../kit/pixel-regions'
import { pixelCornersOf } from '../kit/region-boxes'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { marksOf } from '../selection'

const FILE = 'ferret.json'
const IMAGE = '<image>'
const MARK = /(<bbox_location\d+>)/
const KNOWN = new Set([
  'id',
  'image',
  'image_h',
  'image_w',
  'conversations',
  'box_x1y1x2y2',
  'dataset',
  'location_instruction'
])

const test: RecordTest = (record) =>
  own(record, 'conversations') !== undefined && own(record, 'box_x1y1x2y2') !== undefined
    ? { score: 1, because: 'conversations with box_x1y1x2y2, as Ferret has them' }
    : null

/** Why the boxes of the turns do not belong to their texts; null when they do. Boxes are `boxes[turn][index]`. */
function problemOf(boxes: unknown, messages: readonly Message[]): string | null {
  if (!Array.isArray(boxes)) return `its box_x1y1x2y2 should be a list, not ${nameValue(boxes)}`
  for (const [turn, { content }] of messages.entries()) {
    const list: unknown = (boxes as readonly unknown[])[turn] ?? []
    if (!Array.isArray(list)) return `its boxes of turn ${turn + 1} should be a list, not ${nameValue(list)}`
    const marks = typeof content === 'string' ? content.split(MARK).filter((_, i) => i % 2 === 1) : []
    const missing = marks.find((mark) => indexOf(mark) >= list.length)
    if (missing !== undefined) return `turn ${turn + 1} calls for ${missing}, and has ${list.length} boxes`
  }
  return null
}
const indexOf = (mark: string): number => Number(/\d+/.exec(mark)?.[0])

function readFerret(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  return readRecords(source, test, () => async (record, where, number) => {
    const messages = messagesOf(own(record, 'conversations'))
    const stated = statedSize(own(record, 'image_w'), own(record, 'image_h'))
    const image = await images.find(imageChoice(own(record, 'image')), where, stated)
    if (!isFound(image)) return [image]
    const boxes = own(record, 'box_x1y1x2y2')
    const problem = isBad(messages) ? null : problemOf(boxes, messages)
    if (problem !== null) return [skipped(where, 'import/bad-sequence', `In its record, ${problem}.`)]
    // Where a box is no box, nobody knows which of the numbers to believe.
    const lists = Array.isArray(boxes) ? (boxes as readonly unknown[]) : []
    const bad = lists
      .flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []))
      .map((box) => boxOfPixels(box, image.size))
    const fault = bad.find((shape) => typeof shape === 'string')
    if (fault !== undefined) return [skipped(where, 'import/bad-box', `In its record, ${String(fault)}.`)]
    const reading = new RecordReading(where, number, image, false)
    let loose = 0
    const isRead = readChat(messages, null, reading, {
      imageToken: IMAGE,
      words: (value, { fields }, place, patch) => {
        const list = (lists[place] ?? []) as readonly unknown[]
        const keys = list.map((box) => {
          const shape = boxOfPixels(box, image.size)
          return typeof shape === 'string' ? null : reading.region(shape, patch)
        })
        const called = new Set(value.split(MARK).flatMap((mark, i) => (i % 2 === 1 ? [indexOf(mark)] : [])))
        loose += keys.filter((_, i) => !called.has(i)).length
        const tied = new TiedNodes(own(fields, 'phrases'))
        value.split(MARK).forEach((part, i) => {
          if (i % 2 === 0) tied.words(part)
          else
            tied.place(
              part,
              [keys[indexOf(part)] ?? null].filter((key) => key !== null)
            )
        })
        return normalizeNodes(tied.nodes)
      }
    })
    if (!isRead) return reading.issues
    if (!isBad(messages) && lists.length !== messages.length) {
      const message = `It has ${lists.length} lists of boxes for ${messages.length} turns; each was read with the turn of its number.`
      reading.doubt('import/box-lists', message)
    }
    if (loose > 0)
      reading.doubt('import/loose-boxes', `No text calls for ${loose} of its boxes; they were read as regions.`)
    reading.doubtPlacesInWords()
    noteOtherFields(record, KNOWN, reading)
    return reading.items()
  })
}

const BOXES: BoxesBeside = {
  name: 'Ferret’s data',
  imageToken: IMAGE,
  marks: /<bbox_location\d+>/g,
  markOf: (index) => `<bbox_location${index}>`
}

function recordOf(dialogue: WrittenDialogue): object {
  const { document, selection } = dialogue
  const turns = turnsOf(dialogue).map((turn) => ({ turn, ...textWithBoxes(turn.children, dialogue, BOXES) }))
  return {
    id: dialogue.dialogue.id,
    image: document.image.relativePath,
    image_h: selection.size.height,
    image_w: selection.size.width,
    conversations: turns.map(({ turn, text, phrases }, i) => ({
      from: turn.role === 'user' ? 'human' : 'gpt',
      value: i === 0 ? `${IMAGE}\n${text}` : text,
      ...(phrases.some((phrase) => phrase !== null) ? { phrases } : {}),
      ...marksOf(turn, selection)
    })),
    box_x1y1x2y2: turns.map(({ boxes }) => boxes.map((box) => pixelCornersOf(box, selection.size)))
  }
}

export const ferretJson: Format = {
  info: {
    id: 'ferret-json',
    name: 'Ferret instructions',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS.filter((limit) => !limit.startsWith('Coordinates')),
      'Boxes only, in exact pixels, which may lie outside the image: points are left out of the text and said. Ferret’s loader keeps boxes within the image.',
      'Read: records without an image or of several are skipped and said; system prompts and free-form masks are not kept.'
    ],
    takesDialect: false,
    keeps: { ...TEXT_KEEPS, shapes: ['box'], otherShapes: 'box', resolution: 'exact', outside: 'kept' }
  },
  reader: { recognise: (source) => recogniseRecords(source, test), read: readFerret },
  encode: (source: ExportSource, options: ExportOptions): ExportRun =>
    writeDialogues({ fileName: FILE, layout: 'list', record: recordOf }, source, options)
}
