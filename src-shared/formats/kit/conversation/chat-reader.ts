/** @file A reader for formats whose records are an image, turns, and regions spelled in the text. */
import type { Dialect } from '../../../dialects/dialect'
import type { FormatReader, ReaderOptions } from '../../reading/reader'
import type { DataSource } from '../../reading/source'
import type { ImportItem } from '../../reading/item'
import { skipped } from '../issue'
import { own } from '../json-fields'
import type { JsonObject } from '../json-fields'
import { noteOtherFields, noteRefused, noteSystemField, readChat, refusedExample } from './chat-reading'
import { isBad, messagesOf } from './messages'
import type { BadMessages, Message } from './messages'
import { readRecords, recogniseRecords } from './record-files'
import type { RecordTest } from './record-files'
import { RecordImages, imageChoice, isFound, mediaProblem, statedSize } from './record-image'
import type { ImageChoice } from './record-image'
import { RecordReading } from './record-reading'
import type { TextSpelling } from './record-reading'
import { SpellingDoubts } from './spelling-doubts'

export interface ChatFormat {
  /** Of texts, unless the person names another; null: words are words then. */
  readonly dialect: Dialect | null
  /** Another dialect that is spelled alike and means other numbers, as a sentence for people. */
  readonly rival?: string
  readonly imageToken: string | null
  /** A text without it is about the picture all the same. */
  readonly isTokenOptional?: true
  /** Keys that may hold the image, the first that is there counts; or how else it is found. */
  readonly images: readonly string[] | ((record: JsonObject, messages: readonly Message[] | BadMessages) => ImageChoice)
  /** The key that holds the turns; or how they are made. */
  readonly turns: string | ((record: JsonObject) => readonly Message[] | BadMessages)
  readonly title?: (record: JsonObject) => string | null
  /** The turns without what is no words of them. */
  readonly forWords?: (messages: readonly Message[]) => readonly Message[]
  /** Keys of answers that a person refused. */
  readonly refused?: readonly string[]
  /** Whether a record may be an answer with a mark that a person refused it. */
  readonly hasRefusedExamples?: true
  /** Files that go with the records and are none of them, by their last name. */
  readonly ignoredFiles?: readonly string[]
  /** Fields that mean something here or are known to mean nothing; others are told. */
  readonly knownFields: readonly string[]
  readonly test: RecordTest
}

/** The spelling of texts: the person's choice, else the format's. */
export const spellingOf = (dialect: Dialect | null, options: ReaderOptions): TextSpelling | null => {
  const chosen = options.dialect ?? dialect
  return chosen === null ? null : { dialect: chosen, ...(options.space === undefined ? {} : { space: options.space }) }
}

export function chatReader(format: ChatFormat): FormatReader {
  return {
    recognise: (source) => recogniseRecords(source, format.test),
    read: (source, options) => readChats(format, source, options)
  }
}

const imageOf = (record: JsonObject, keys: readonly string[]): ImageChoice => {
  const key = keys.find((name) => own(record, name) !== undefined && own(record, name) !== null)
  return imageChoice(key === undefined ? undefined : own(record, key))
}

/** Pixels may be fractions by mistake; numbers on a grid are what they are. */
const areTextsPixels = (spelling: TextSpelling | null): boolean =>
  spelling?.dialect.profile.space === 'resized' && spelling.dialect.profile.step === 1

function readChats(
  format: ChatFormat,
  source: DataSource,
  options: ReaderOptions
): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  const { refused = [], forWords = (messages: readonly Message[]) => messages, ignoredFiles = [] } = format
  const known = new Set([...format.knownFields, ...refused, 'system', 'system_prompt'])
  const spelling = spellingOf(format.dialect, options)
  return readRecords(
    source,
    format.test,
    (file) => {
      const doubts = new SpellingDoubts(file, spelling, options, format.rival)
      return async (record, where, number) => {
        const refusedBecause = format.hasRefusedExamples === true ? refusedExample(record) : null
        if (refusedBecause !== null) return [skipped(where, 'import/refused-answer', refusedBecause)]
        const messages = typeof format.turns === 'string' ? messagesOf(own(record, format.turns)) : format.turns(record)
        const choice =
          mediaProblem(record) ??
          (typeof format.images === 'function' ? format.images(record, messages) : imageOf(record, format.images))
        const image = await images.find(choice, where, statedSize(own(record, 'width'), own(record, 'height')))
        if (!isFound(image)) return [image]
        const reading = new RecordReading(where, number, image, !areTextsPixels(spelling))
        const spoken = isBad(messages) ? messages : forWords(messages)
        const isRead = readChat(spoken, format.title?.(record) ?? null, reading, {
          imageToken: format.imageToken,
          isTokenOptional: format.isTokenOptional ?? false,
          words: (value, _message, _place, patch) => {
            doubts.see(value)
            return reading.words(value, spelling, patch)
          }
        })
        if (!isRead) return reading.issues
        noteRefused(record, refused, reading)
        noteSystemField(record, reading)
        noteOtherFields(record, known, reading)
        return [...reading.items(), ...doubts.issues(reading, where)]
      }
    },
    ignoredFiles
  )
}
