/** @file Reading Shikra's JSONL, whichever of its layouts a record has. */
import { readRecords, recogniseRecords } from '../kit/conversation/record-files'
import type { RecordTest } from '../kit/conversation/record-files'
import { RecordImages, imageChoice, isFound, statedSize } from '../kit/conversation/record-image'
import { noteOtherFields } from '../kit/conversation/chat-reading'
import { RecordReading } from '../kit/conversation/record-reading'
import { skipped } from '../kit/issue'
import { isObject, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { ImportItem } from '../reading/item'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { layoutOf } from './layouts'

/** Layouts with keys that nobody else has; the others are read as Shikra's only where a person says so. */
const MARKS: Readonly<Record<string, number>> = {
  'referring expressions': 0.9,
  'Flickr30k spotting': 0.95,
  'GPT-generated': 0.95,
  'V7W pointing': 0.9,
  'PointQA look-twice': 0.9,
  'PointQA local': 0.7,
  captions: 0.6
}

/** The size, and where a line of a mixture comes from. */
const OFTEN_BESIDE = ['width', 'height', 'dataset_name'] as const
/** What Eyrie writes into a target. */
const OUR_LISTS = ['box_phrases', 'point_phrases'] as const

/** A dialogue is Shikra's where it has placeholders or a target, else LLaVA's or somebody's. */
function scoreOf(record: JsonObject, layout: string): number {
  if (layout !== 'dialogues') return MARKS[layout] ?? 0.5
  const turns = own(record, 'conversations')
  const hasSequence =
    Array.isArray(turns) &&
    turns.some(
      (turn) => isObject(turn) && (own(turn, 'boxes_seq') !== undefined || own(turn, 'points_seq') !== undefined)
    )
  return isObject(own(record, 'target')) || hasSequence ? 1 : 0.2
}

const test: RecordTest = (record) => {
  const layout = layoutOf(record)
  if (layout === null) return null
  return { score: scoreOf(record, layout.name), because: `lines with the keys of Shikra’s ${layout.name}` }
}

export const recogniseShikra = (source: DataSource): Promise<Recognition | null> => recogniseRecords(source, test)

export function readShikra(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  return readRecords(source, test, () => async (record, where, number) => {
    const layout = layoutOf(record)
    if (layout === null)
      return [
        skipped(
          where,
          'import/unknown-layout',
          `It has the keys of no task of Shikra’s: ${Object.keys(record).slice(0, 8).join(', ')}.`
        )
      ]
    const stated = statedSize(own(record, 'width'), own(record, 'height'))
    const image = await images.find(imageChoice(layout.image(record)), where, stated)
    if (!isFound(image)) return [image]
    // Where Eyrie wrote the record, its units are in no doubt. Shikra's own targets are fractions once it has loaded them.
    const target = own(record, 'target')
    const isOurs =
      own(record, 'origin') !== undefined ||
      (isObject(target) && OUR_LISTS.some((key) => own(target, key) !== undefined))
    const reading = new RecordReading(where, number, image, isOurs)
    if (!layout.read(record, reading)) return reading.issues
    reading.doubtPlacesInWords()
    noteOtherFields(record, new Set([...layout.keys, ...(layout.more ?? []), ...OFTEN_BESIDE]), reading)
    return reading.items()
  })
}
