/** @file Reading ms-swift's records: what their texts call for is in `objects`, in order. */
import { phrase, raw, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'
import {
  noteOtherFields,
  noteRefused,
  noteSystemField,
  readChat,
  refusedExample
} from '../kit/conversation/chat-reading'
import { spellingOf } from '../kit/conversation/chat-reader'
import { isBad, messagesOf } from '../kit/conversation/messages'
import type { BadMessages, Message } from '../kit/conversation/messages'
import { readRecords, recogniseRecords } from '../kit/conversation/record-files'
import type { RecordTest } from '../kit/conversation/record-files'
import { RecordImages, imageChoice, isFound, mediaProblem } from '../kit/conversation/record-image'
import { RecordReading } from '../kit/conversation/record-reading'
import { SpellingDoubts } from '../kit/conversation/spelling-doubts'
import { skipped } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { ImportItem } from '../reading/item'
import type { ReaderOptions, Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { swiftPlaces } from './objects'
import type { SwiftPlaces } from './objects'
import { BBOX, IMAGE, REF } from './placeholders'

const KNOWN = new Set([
  ...['id', 'messages', 'conversations', 'images', 'image', 'objects', 'query', 'response', 'history'],
  ...['system', 'system_prompt', 'rejected_response', 'rejected_messages', 'channel', 'margin', 'label', 'eyrie']
])

const test: RecordTest = (record) => {
  const objects = own(record, 'objects')
  const hasMessages = Array.isArray(own(record, 'messages'))
  const isOlder = own(record, 'query') !== undefined && own(record, 'response') !== undefined
  if (!hasMessages && !isOlder) return null
  if (isObject(objects) && own(objects, 'bbox') !== undefined)
    return { score: 0.99, because: 'messages with objects.ref and objects.bbox, as ms-swift has them' }
  if (own(record, 'rejected_response') !== undefined || (isOlder && own(record, 'images') !== undefined))
    return { score: 0.85, because: 'query and response or rejected_response, as ms-swift has them' }
  if (count(messagesIn(record), REF) + count(messagesIn(record), BBOX) > 0)
    return { score: 0.95, because: 'messages with <ref-object> or <bbox>, as ms-swift has them' }
  return { score: own(record, 'images') === undefined ? 0.4 : 0.7, because: 'messages, as ms-swift has them' }
}

export const recogniseSwift = (source: DataSource): Promise<Recognition | null> => recogniseRecords(source, test)

/** Older versions: `history` is a list of pairs before `query` and `response`. */
function messagesIn(record: JsonObject): readonly Message[] | BadMessages {
  const messages = own(record, 'messages') ?? own(record, 'conversations')
  if (messages !== undefined) return messagesOf(messages)
  const history = own(record, 'history') ?? []
  const isHistory = Array.isArray(history) && history.every((pair) => Array.isArray(pair) && pair.length === 2)
  if (!isHistory)
    return { code: 'import/bad-turns', message: `Its history should be a list of pairs, not ${nameValue(history)}.` }
  const pairs = [...(history as readonly (readonly unknown[])[]), [own(record, 'query'), own(record, 'response')]]
  return messagesOf(
    pairs.flatMap(([query, response]) => [
      { role: 'user', content: query },
      { role: 'assistant', content: response }
    ])
  )
}

const count = (messages: readonly Message[] | BadMessages, mark: string): number =>
  isBad(messages)
    ? 0
    : messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? content.split(mark).length - 1 : 0), 0)

const times = (number: number): string => (number === 1 ? 'once' : `${number} times`)

/** Why the texts and the objects do not belong together; null when they do. */
function mismatch({ refs, shapes }: SwiftPlaces, messages: readonly Message[] | BadMessages): string | null {
  const [words, boxes] = [count(messages, REF), count(messages, BBOX)]
  if (words === 0 && boxes === 0) return null
  if (words !== refs.length) return `Its texts call for words of objects ${times(words)}, and it has ${refs.length}.`
  return boxes === shapes.length ? null : `Its texts call for a box ${times(boxes)}, and it has ${shapes.length}.`
}

export function readSwift(source: DataSource, options: ReaderOptions): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  const spelling = spellingOf(null, options)
  return readRecords(source, test, (file) => {
    const doubts = new SpellingDoubts(file, spelling, options)
    return async (record, where, number) => {
      const refusedBecause = refusedExample(record)
      if (refusedBecause !== null) return [skipped(where, 'import/refused-answer', refusedBecause)]
      const messages = messagesIn(record)
      const choice = mediaProblem(record) ?? imageChoice(own(record, 'images') ?? own(record, 'image'))
      const image = await images.find(choice, where)
      if (!isFound(image)) return [image]
      const places = swiftPlaces(own(record, 'objects'), image.size)
      if (typeof places === 'string') return [skipped(where, 'import/bad-objects', `In its record, ${places}.`)]
      const wrong = mismatch(places, messages)
      if (wrong !== null) return [skipped(where, 'import/bad-sequence', wrong)]
      const reading = new RecordReading(where, number, image, places.isTyped)
      const texts = new PlaceholderReading(places, reading)
      const isCalled = count(messages, BBOX) + count(messages, REF) > 0
      const isRead = readChat(messages, null, reading, {
        imageToken: IMAGE,
        isTokenOptional: true,
        words: (value, _message, _place, patch) => {
          if (isCalled) return texts.nodes(value, patch)
          doubts.see(value)
          return reading.words(value, spelling, patch)
        }
      })
      if (!isRead) return reading.issues
      if (!isCalled) texts.addLoose()
      if (places.oddType !== null)
        reading.doubt(
          'import/bbox-type',
          `Its bbox_type ${places.oddType} was read as it says; ms-swift 4 takes its numbers for pixels.`
        )
      noteRefused(record, ['rejected_response', 'rejected_messages'], reading)
      noteSystemField(record, reading)
      noteOtherFields(record, KNOWN, reading)
      return [...reading.items(), ...doubts.issues(reading, where)]
    }
  })
}

const MARKS = new RegExp(`(${REF}|${BBOX})`)

class PlaceholderReading {
  readonly #places: SwiftPlaces
  readonly #reading: RecordReading
  #ref = 0
  #bbox = 0

  constructor(places: SwiftPlaces, reading: RecordReading) {
    this.#places = places
    this.#reading = reading
  }

  /** Words of an object and the boxes right behind them are a phrase; words without boxes are words. */
  nodes(value: string, patch: Parameters<RecordReading['region']>[1]): readonly GroundedNode[] {
    // Odd places are marks.
    const parts = value.split(MARKS)
    const nodes: GroundedNode[] = []
    let words: string | null = null
    let keys: (string | null)[] = []
    const end = (): void => {
      const found = keys.filter((key) => key !== null)
      if (words !== null && words !== '') nodes.push(found.length > 0 ? phrase(words, found) : text(words))
      else if (found.length > 0) nodes.push({ type: 'mention', regionIds: found })
      else if (keys.length > 0) nodes.push(raw(BBOX.repeat(keys.length), 'import/empty-box'))
      ;[words, keys] = [null, []]
    }
    parts.forEach((part, i) => {
      if (i % 2 === 0) {
        if (part === '') return
        end()
        nodes.push(text(part))
      } else if (part === REF) {
        end()
        words = this.#places.refs[this.#ref++] ?? ''
      } else {
        const shape = this.#places.shapes[this.#bbox++]
        if (shape !== undefined) keys.push(this.#reading.region(shape, patch))
      }
    })
    end()
    return normalizeNodes(nodes)
  }

  /** Objects that no text calls for: regions, with their words where there is one for each. */
  addLoose(): void {
    const { refs, shapes } = this.#places
    if (shapes.length === 0) return
    const areNamed = refs.length === shapes.length
    this.#reading.doubt(
      'import/loose-boxes',
      `No text calls for its ${shapes.length} boxes; they were read as regions${areNamed ? ' with their words' : ''}.`
    )
    shapes.forEach((shape, i) => this.#reading.region(shape, areNamed ? { phrase: refs[i] ?? null } : {}))
  }
}
