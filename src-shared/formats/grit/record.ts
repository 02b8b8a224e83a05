/** @file One record of GRIT: a caption, and spans with the boxes that they mean. */
import type { ImageSize, PixelBox } from '../../geometry/space'
import { cornersOf, fractionShapeOf, isFault, statedSizeOf } from '../kit/box-fields'
import { doubted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isNumber, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { LeftOut } from '../kit/left-out'
import { cutsWord, TextOffsets } from '../kit/offsets'
import { treeFromSpans } from '../kit/spans'
import type { Span } from '../kit/spans'
import type { ImportItem } from '../reading/item'

const KNOWN = new Set([
  ...['id', 'key', 'url', 'caption', 'width', 'height', 'noun_chunks', 'ref_exps', 'file_name', 'image', 'image_path'],
  ...['clip_similarity_vitb32', 'clip_similarity_vitl14', 'status', 'error_message', 'exif', 'sha256', 'md5'],
  ...['original_width', 'original_height', 'eyrie']
])
const LISTS = ['ref_exps', 'noun_chunks'] as const

/** One image; records of it that follow each other share it. */
export interface GritImage {
  readonly reference: string
  readonly imageKey: string
  /** Regions by their four numbers. */
  readonly known: Map<string, string>
}

/** Fractions that are none, counted over a file. */
export class FractionDoubts {
  #seen = 0
  #beyond = 0

  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  see(corners: PixelBox, where: Whereabouts): ImportItem | null {
    this.#seen++
    const isInside = corners.every((side) => side >= -1e-6 && side <= 1 + 1e-6)
    if (isInside) return null
    if (corners.some((side) => side > 2)) this.#beyond++
    return doubted(where, 'import/outside-image', `Its box ${JSON.stringify(corners)} is not within 0 and 1.`)
  }

  *issues(): Generator<ImportItem> {
    if (this.#beyond === 0 || this.#beyond < this.#seen * 0.9) return
    const message = `${this.#beyond} of ${this.#seen} boxes have numbers beyond 2; they may be pixels, but were read as fractions of the image.`
    yield doubted({ file: this.file }, 'import/maybe-pixels', message)
  }
}

/** As the record names the image; an image of a file of its own is beside it. */
export function referenceOf(record: JsonObject, beside: string | null): string | null {
  for (const key of ['file_name', 'image_path', 'image']) {
    const value = own(record, key)
    if (typeof value === 'string' && value !== '') return value
  }
  if (beside !== null) return beside
  for (const key of ['key', 'id']) {
    const value = own(record, key)
    if (typeof value === 'string' && value !== '') return `${value}.jpg`
    if (isNumber(value) || typeof value === 'bigint') return `${String(value)}.jpg`
  }
  const url = own(record, 'url')
  return typeof url === 'string' && url !== '' ? url : null
}

export function sizeOf(record: JsonObject, where: Whereabouts, out: ImportItem[]): ImageSize | null {
  const [width, height] = [own(record, 'width'), own(record, 'height')]
  const { size, isStated } = statedSizeOf(width, height)
  if (size === null && isStated) {
    const message = `Its size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; left out.`
    out.push(doubted(where, 'import/bad-size', message))
  }
  return size
}

export function readRecord(
  record: JsonObject,
  image: GritImage,
  keyStart: string,
  where: Whereabouts,
  doubts: FractionDoubts,
  leftOut: LeftOut,
  out: ImportItem[]
): void {
  for (const key of Object.keys(record)) if (!KNOWN.has(key)) leftOut.see(key)
  const caption = own(record, 'caption')
  if (typeof caption !== 'string' || caption.trim() === '') {
    out.push(skipped(where, 'import/no-words', `Its caption should be words, not ${nameValue(caption)}.`))
    return
  }
  // What GRIT was made of came from the web; what Eyrie writes has no address.
  const isOurs = typeof own(record, 'url') !== 'string'
  const offsets = new TextOffsets(caption, 'code-point')
  const spans: Span[] = []
  let count = 0
  for (const list of LISTS) {
    const entries = own(record, list)
    if (entries === undefined || entries === null) continue
    if (!Array.isArray(entries)) {
      out.push(
        doubted(where, 'import/bad-record', `Its ${list} should be a list, not ${nameValue(entries)}; left out.`)
      )
      continue
    }
    entries.forEach((entry: unknown, i) => {
      const at = { ...where, record: `${where.record === undefined ? '' : `${where.record}, `}${list} ${i}` }
      // One number fewer may be any of them, and each behind it another.
      if (!Array.isArray(entry) || entry.length !== 7) {
        const message = `It should be [start, end, left, top, right, bottom, score], not ${nameValue(entry)}.`
        out.push(skipped(at, 'import/bad-record', message))
        return
      }
      const corners = cornersOf(entry.slice(2, 6), 'xyxy')
      if (isFault(corners)) {
        out.push(skipped(at, corners.code, `Its box ${corners.message}.`))
        return
      }
      const [start, end] = [entry[0], entry[1]].map((place: unknown) =>
        isNumber(place) ? offsets.toUtf16(place) : null
      )
      const isPlace = typeof start === 'number' && typeof end === 'number' && start < end
      if (!isPlace) {
        const message = `Its span ${nameValue(entry[0])} to ${nameValue(entry[1])} is no place in a caption of ${offsets.length} characters; its box is kept, tied to no words.`
        out.push(doubted(at, 'import/bad-span', message))
      }
      if (isPlace && !isOurs && cutsWord(caption, start, end)) {
        const message = `Its span is ${nameValue(caption.slice(start, end))}, which begins or ends inside a word.`
        out.push(doubted(at, 'import/half-word', message))
      }
      const words = isPlace ? caption.slice(start, end) : null
      const key = region(corners, entry[6], words, image, `${keyStart}.${count++}`, at, doubts, out)
      if (isPlace) spans.push({ start, end, regionIds: [key] })
    })
  }
  const { children, crossing } = treeFromSpans(caption, spans)
  for (const { start, end } of crossing) {
    const message = `The phrase ${nameValue(caption.slice(start, end))} crosses another one of the caption; its region is kept, tied to no words there.`
    out.push(doubted(where, 'import/crossing-phrases', message))
  }
  out.push({
    type: 'dialogue',
    imageKey: image.imageKey,
    title: 'caption',
    turns: [{ role: 'assistant', children, rawText: caption }]
  })
}

/** The key; the region is put out unless the image has one at this place. Its phrase is the one that is met first. */
function region(
  corners: PixelBox,
  score: unknown,
  words: string | null,
  { imageKey, known }: GritImage,
  key: string,
  where: Whereabouts,
  doubts: FractionDoubts,
  out: ImportItem[]
): string {
  const identity = corners.join(' ')
  const before = known.get(identity)
  if (before !== undefined) return before
  known.set(identity, key)
  const doubt = doubts.see(corners, where)
  if (doubt !== null) out.push(doubt)
  const isScore = isNumber(score) && score >= 0 && score <= 1
  if (!isScore && score !== undefined && score !== null)
    out.push(
      doubted(where, 'import/bad-score', `Its score should be between 0 and 1, not ${nameValue(score)}; left out.`)
    )
  out.push({
    type: 'region',
    imageKey,
    key,
    shape: fractionShapeOf(corners),
    label: null,
    phrase: words,
    ...(isScore ? { confidence: score } : {})
  })
  return key
}

export const isRecord = (value: unknown): value is JsonObject => isObject(value)
