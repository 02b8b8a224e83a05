/** @file Reading the turns of one record: what LLaVA, Qwen, LLaMA-Factory, ms-swift and others have in common. */
import type { GroundedNode } from '../../../grounded/nodes'
import { isObject, nameValue, own } from '../json-fields'
import type { JsonObject } from '../json-fields'
import { withoutImageTokens } from './image-tokens'
import { isBad, isInTurn } from './messages'
import type { BadMessages, Message } from './messages'
import { PROPOSED } from './record-reading'
import type { RecordReading, RegionPatch } from './record-reading'

export interface ChatOptions {
  /** What stands for the picture in a text; null where it is no part of the text. */
  readonly imageToken: string | null
  /** A text without one is about the picture all the same. */
  readonly isTokenOptional?: boolean
  /** The words of one turn, image tokens gone. `place` counts turns from 0, system prompts among them. */
  readonly words: (value: string, message: Message, place: number, patch: RegionPatch) => readonly GroundedNode[]
}

/**
 * The text of a turn; a list of parts is one text where all of them are texts, and one text alone in a list is it.
 * Several texts that are no parts are several answers, and nobody says which is meant.
 */
function textOf(content: unknown, imageToken: string | null): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  const [only, ...more] = content as readonly unknown[]
  if (typeof only === 'string' && more.length === 0) return only
  const parts = (content as readonly unknown[]).map((part) => {
    const type = isObject(part) ? own(part, 'type') : null
    // As chat templates have it, where the names of images are in a list of the record.
    if (type === 'image' && Object.keys(part as object).length === 1) return imageToken
    const text = isObject(part) && type === 'text' ? own(part, 'text') : null
    return typeof text === 'string' ? text : null
  })
  return parts.every((part) => part !== null) ? parts.reduce(joined, '') : null
}

/** The last word of one part and the first of the next are two words. */
const joined = (before: string, part: string): string =>
  before === '' || part === '' || /\s$/.test(before) || /^\s/.test(part) ? before + part : `${before}\n${part}`

/** An empty list or object says as little as no text. */
const isSaid = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isObject(value) && Object.keys(value).length === 0)

/** False: the record cannot be read, and the reading says why. The dialogue is ended. */
export function readChat(
  messages: readonly Message[] | BadMessages,
  title: string | null,
  reading: RecordReading,
  { imageToken, isTokenOptional = false, words }: ChatOptions
): boolean {
  if (isBad(messages)) {
    reading.skip(messages.code, messages.message)
    return false
  }
  const texts = messages.map(({ content }) => textOf(content, imageToken))
  const at = texts.indexOf(null)
  if (at !== -1) {
    reading.skip('import/bad-turns', `Turn ${at + 1} should be a text, not ${nameValue(messages[at]?.content)}.`)
    return false
  }
  const spoken = messages.filter(({ role }) => role !== 'system')
  if (spoken.length < messages.length) noteSystem(reading)
  if (spoken.length === 0) {
    reading.skip('import/no-turns', 'It has no turns but a system prompt.')
    return false
  }
  if (!isInTurn(spoken.map(({ role }) => role)))
    reading.doubt('import/turn-order', 'Its turns are not question and answer by turns; they were read in their order.')
  let tokens = 0
  messages.forEach((message, place) => {
    const value = texts[place] ?? ''
    const { role, fields } = message
    const plain = imageToken === null ? { text: value, count: 0 } : withoutImageTokens(value, imageToken)
    tokens += plain.count
    if (role === 'system') {
      // Its placeholders count, though its words are not kept.
      words(plain.text, message, place, {})
      return
    }
    const isProposed = own(fields, 'state') === 'proposed'
    const children = words(plain.text, message, place, isProposed ? PROPOSED : {})
    if (children.length === 0) reading.doubt('import/empty-turn', `Turn ${place + 1} says nothing.`)
    reading.turn(role, children, value, own(fields, 'origin') === 'model' ? 'model' : undefined)
  })
  if (tokens === 0 && imageToken !== null && !isTokenOptional)
    reading.doubt(
      'import/image-tokens',
      `Its texts have no ${imageToken}, and it has an image; it was read as about that one.`
    )
  if (tokens > 1 && tokens !== reading.image.timesNamed)
    reading.doubt(
      'import/image-tokens',
      `Its texts call for ${tokens} images and it has one; it was read as about that one.`
    )
  noteOtherFields(
    Object.assign({}, ...messages.map(({ fields }) => saidOf(fields))) as JsonObject,
    TURN_FIELDS,
    reading,
    'Of its turns, these'
  )
  reading.endDialogue(title)
  return true
}

/** What a turn may hold and is read, or is a mark of ours. */
const TURN_FIELDS: ReadonlySet<string> = new Set([
  'from',
  'value',
  'role',
  'content',
  'origin',
  'state',
  'phrases',
  'id'
])
const saidOf = (fields: JsonObject): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => isSaid(value)))

export const noteSystem = (reading: RecordReading): void =>
  reading.note('import/system-prompt', 'Its system prompt is not kept: a project has none for each dialogue.')

/** `system` beside the turns, as some formats have it. */
export function noteSystemField(record: JsonObject, reading: RecordReading): void {
  if (isSaid(own(record, 'system')) || isSaid(own(record, 'system_prompt'))) noteSystem(reading)
}
export function noteRefused(record: JsonObject, keys: readonly string[], reading: RecordReading): void {
  if (keys.some((key) => isSaid(own(record, key))))
    reading.note('import/refused-answer', 'The answer that a person refused is not kept.')
}
/** Fields of a record that the project has no place for. */
export function noteOtherFields(
  record: JsonObject,
  known: ReadonlySet<string>,
  reading: RecordReading,
  what = 'These'
): void {
  const others = Object.keys(record).filter((key) => !known.has(key) && isSaid(own(record, key)))
  if (others.length > 0) reading.note('import/other-fields', `${what} are not kept: ${others.join(', ')}.`)
}

/** KTO: an answer with the mark that a person refused it. */
const REFUSED_MARKS = ['label', 'kto_tag'] as const

/** Why the whole record is an example of what not to say; null: it is none. */
export function refusedExample(record: JsonObject): string | null {
  const mark = REFUSED_MARKS.find((key) => [false, 'false', 'False'].includes(own(record, key) as boolean | string))
  return mark === undefined
    ? null
    : `Its ${mark} is false: it is an answer that a person refused, and no example of a good one.`
}
