/** @file Reading Pink's data. The whole of one record at a time; objects and what was said of them are joined by number. */
import { intersectionOverUnion } from '../../geometry/iou'
import { pixelPoint } from '../../geometry/space'
import type { PixelBox } from '../../geometry/space'
import { phrase } from '../../grounded/build'
import { boxShapeOf, cornersOf, isFault } from '../kit/box-fields'
import { readRecords } from '../kit/conversation/record-files'
import type { RecordTest } from '../kit/conversation/record-files'
import { RecordImages, imageChoice, isFound, statedSize } from '../kit/conversation/record-image'
import type { ImageChoice } from '../kit/conversation/record-image'
import { badSizeDoubt } from '../kit/conversation/record-reading'
import type { RecordImage } from '../kit/conversation/record-reading'
import { doubted, noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isNumber, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { OWN_KEY, fieldsOfMarks, readOwnMarks } from '../kit/own-marks'
import { PlaceDoubts } from '../kit/place-doubts'
import type { Attributes, ImportItem, ImportRegion } from '../reading/item'
import type { DataSource } from '../reading/source'

/** Below this overlap Pink throws a prediction away: it is about something else. */
const LEAST_OVERLAP = 0.5

const KNOWN_OF_RECORD = new Set([
  ...['id', 'image_id', 'image', 'file_name', 'height', 'width', 'orig_height', 'orig_width', 'anno', 'pred'],
  ...['sentence', 'bbox', 'exp_id', 'ref_id']
])
const FLAGS = ['iscrowd', 'ignore', 'isfake', 'isreflected'] as const
const KNOWN_OF_OBJECT = new Set([
  ...['id', 'image_id', 'bbox', 'category_name', 'category_id', 'area', OWN_KEY],
  ...FLAGS
])
const IMAGE_KEYS = ['file_name', 'image', 'image_id'] as const

const isExpression = (record: JsonObject): boolean =>
  typeof own(record, 'sentence') === 'string' && own(record, 'bbox') !== undefined

export const pinkTest: RecordTest = (record) => {
  if (own(record, 'image_id') === undefined) return null
  if (Array.isArray(own(record, 'anno'))) {
    const hasPred = own(record, 'pred') !== undefined
    return { score: hasPred ? 1 : 0.9, because: 'records of an image with its objects under anno, as Pink has them' }
  }
  return isExpression(record) && own(record, 'images') === undefined
    ? { score: 0.85, because: 'records of image_id, sentence and bbox, as Pink has them' }
    : null
}

export function readPink(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  return readRecords(source, pinkTest, () => async (record, where, number) => {
    const first = statedSize(own(record, 'width'), own(record, 'height'))
    const stated = first ?? statedSize(own(record, 'orig_width'), own(record, 'orig_height'))
    const image = await images.find(choiceOf(record), where, stated)
    if (!isFound(image)) return [image]
    const issues = image.hasBadSize === true ? [badSizeDoubt(where)] : []
    return [...new PinkRecord(record, where, number, image).items(), ...issues]
  })
}

/** `image_id` is a path below the image folder, or a number that names the file. */
function choiceOf(record: JsonObject): ImageChoice {
  const key = IMAGE_KEYS.find((name) => own(record, name) !== undefined && own(record, name) !== null)
  const value = key === undefined ? undefined : own(record, key)
  if (key === 'image_id' && (isNumber(value) || typeof value === 'bigint')) return imageChoice(`${String(value)}.jpg`)
  return imageChoice(value)
}

const PHRASE_END = '<ph_ed>'
/** Captions are cut out of grounded ones at this mark, and its filter means to take it off. */
function withoutPhraseEnd(caption: string): string {
  let words = caption
  for (let end = words.trimEnd(); end.endsWith(PHRASE_END); end = words.trimEnd())
    words = end.slice(0, -PHRASE_END.length).trimEnd()
  return words
}

/** Rounding aside, nothing in a box is larger than it. */
const isAreaTooLarge = (area: unknown, [x0, y0, x1, y1]: PixelBox): boolean =>
  typeof area === 'number' && area > (x1 - x0) * (y1 - y0) * 1.02 + 1

/** What COCO and Objects365 say of an object and its class does not. */
function flagsOf(object: JsonObject): Attributes {
  return Object.fromEntries(
    FLAGS.filter((key) => [1, true].includes(own(object, key) as number | boolean)).map((key) => [key, true])
  )
}

const withFlags = (fields: ReturnType<typeof fieldsOfMarks>, flags: Attributes): Partial<ImportRegion> =>
  Object.keys(flags).length === 0 ? fields : { ...fields, attributes: { ...flags, ...fields.attributes } }

class PinkRecord {
  readonly #out: ImportItem[] = []
  readonly #doubts: PlaceDoubts
  readonly #others = new Set<string>()

  readonly record: JsonObject
  readonly where: Whereabouts
  readonly number: number
  readonly image: RecordImage

  constructor(record: JsonObject, where: Whereabouts, number: number, image: RecordImage) {
    this.record = record
    this.where = where
    this.number = number
    this.image = image
    const anno = own(record, 'anno')
    const isOurs = Array.isArray(anno) && anno.some((object) => isObject(object) && own(object, OWN_KEY) !== undefined)
    this.#doubts = new PlaceDoubts(image.size, where.file, isOurs)
  }

  items(): readonly ImportItem[] {
    const { reference, stated } = this.image
    this.#out.push({ type: 'image', imageKey: reference, reference, size: stated })
    for (const key of Object.keys(this.record)) if (!KNOWN_OF_RECORD.has(key)) this.#others.add(key)
    if (own(this.record, 'anno') === undefined) this.#expression()
    else this.#objects()
    for (const issue of this.#doubts.issues()) this.#out.push({ ...this.where, ...issue })
    if (this.#others.size > 0)
      this.#out.push(noted(this.where, 'import/other-fields', `These are not kept: ${[...this.#others].join(', ')}.`))
    return this.#out
  }

  #at(what: string): Whereabouts {
    const { record } = this.where
    return { ...this.where, record: record === undefined ? what : `${record}, ${what}` }
  }

  /** Left, top, right, bottom in pixels, said where they are none. */
  #corners(value: unknown, where: Whereabouts): PixelBox | null {
    const corners = cornersOf(value, 'xyxy')
    if (!isFault(corners)) return corners
    this.#out.push(skipped(where, corners.code, `Its box ${corners.message}.`))
    return null
  }

  #region(corners: PixelBox, index: number, where: Whereabouts, more: Partial<ImportRegion>): ImportRegion | null {
    const shape = boxShapeOf(corners, this.image.size)
    if (shape === null) {
      this.#out.push(skipped(where, 'import/empty-box', 'Its box has no area.'))
      return null
    }
    this.#doubts.see(where.record ?? '', [pixelPoint(corners[0], corners[1]), pixelPoint(corners[2], corners[3])])
    return {
      type: 'region',
      imageKey: this.image.reference,
      key: `${this.number}.${index}`,
      shape,
      label: null,
      phrase: null,
      ...more
    }
  }

  #expression(): void {
    const sentence = own(this.record, 'sentence')
    if (typeof sentence !== 'string' || sentence.trim() === '') {
      this.#out.push(
        skipped(this.where, 'import/no-words', `Its sentence should be words, not ${nameValue(sentence)}.`)
      )
      return
    }
    const corners = this.#corners(own(this.record, 'bbox'), this.where)
    const region = corners === null ? null : this.#region(corners, 0, this.where, { phrase: sentence })
    if (region !== null) this.#out.push(region)
  }

  #objects(): void {
    const list = own(this.record, 'anno')
    if (!Array.isArray(list)) {
      this.#out.push(skipped(this.where, 'import/bad-record', `Its anno should be a list, not ${nameValue(list)}.`))
      return
    }
    const corners = new Map<number, PixelBox>()
    const regions = new Map<number, ImportRegion>()
    list.forEach((object: unknown, i) => {
      const where = this.#at(`anno ${i}`)
      if (!isObject(object)) {
        this.#out.push(skipped(where, 'import/bad-record', `An object should be an object, not ${nameValue(object)}.`))
        return
      }
      for (const key of Object.keys(object)) if (!KNOWN_OF_OBJECT.has(key)) this.#others.add(key)
      const box = this.#corners(own(object, 'bbox'), where)
      const name = own(object, 'category_name')
      if (name !== undefined && name !== null && typeof name !== 'string')
        this.#out.push(
          doubted(where, 'import/bad-label', `Its category_name should be a text, not ${nameValue(name)}; left out.`)
        )
      const label = typeof name === 'string' && name !== '' ? name : null
      const isOurs = own(object, OWN_KEY) !== undefined
      if (label === null && !isOurs && (name === undefined || name === null || name === ''))
        this.#out.push(doubted(where, 'import/no-label', 'It has no category_name; it was read without a class.'))
      const marks = readOwnMarks(object)
      const region =
        box === null
          ? null
          : this.#region(box, i, where, {
              label,
              phrase: marks.phrase ?? null,
              ...withFlags(fieldsOfMarks(marks), flagsOf(object))
            })
      if (region === null || box === null) return
      if (isAreaTooLarge(own(object, 'area'), box))
        this.#out.push(
          doubted(
            where,
            'import/maybe-xywh',
            `Its area is ${nameValue(own(object, 'area'))}, more than its box has: the box may be left, top, width, height; it was read as corners.`
          )
        )
      corners.set(i, box)
      regions.set(i, region)
    })
    const said = this.#predictions(corners)
    for (const [i, region] of regions) {
      const [first, ...more] = said.get(i) ?? []
      this.#out.push(first === undefined ? region : { ...region, phrase: first })
      for (const caption of more)
        this.#out.push({
          type: 'dialogue',
          imageKey: region.imageKey,
          title: 'expression',
          turns: [{ role: 'assistant', children: [phrase(caption, [region.key])], rawText: caption }]
        })
    }
  }

  /** What was said of the objects, by their number, each once. */
  #predictions(objects: ReadonlyMap<number, PixelBox>): ReadonlyMap<number, readonly string[]> {
    const said = new Map<number, string[]>()
    const list = own(this.record, 'pred')
    if (list === undefined || list === null) return said
    if (!Array.isArray(list)) {
      this.#out.push(
        doubted(this.where, 'import/bad-record', `Its pred should be a list, not ${nameValue(list)}; left out.`)
      )
      return said
    }
    list.forEach((prediction: unknown, i) => {
      const reason = this.#reasonAgainst(prediction, objects)
      if (reason !== null) {
        this.#out.push(skipped(this.#at(`pred ${i}`), reason.code, reason.message))
        return
      }
      const fields = prediction as JsonObject
      const object = own(fields, 'object_id') as number
      const caption = withoutPhraseEnd(own(fields, 'caption') as string)
      const captions = said.get(object) ?? []
      if (!captions.includes(caption)) captions.push(caption)
      said.set(object, captions)
    })
    return said
  }

  #reasonAgainst(
    prediction: unknown,
    objects: ReadonlyMap<number, PixelBox>
  ): { readonly code: `import/${string}`; readonly message: string } | null {
    if (!isObject(prediction))
      return { code: 'import/bad-record', message: `A prediction should be an object, not ${nameValue(prediction)}.` }
    const [object, caption, error] = [
      own(prediction, 'object_id'),
      own(prediction, 'caption'),
      own(prediction, 'format_error')
    ]
    if (error !== undefined && error !== null && error !== 0 && error !== false)
      return { code: 'import/bad-format', message: 'The model’s answer was badly formatted, as the file itself says.' }
    if (typeof caption !== 'string' || withoutPhraseEnd(caption).trim() === '')
      return { code: 'import/no-words', message: `Its caption should be words, not ${nameValue(caption)}.` }
    const box = typeof object === 'number' ? objects.get(object) : undefined
    if (box === undefined)
      return { code: 'import/no-such-region', message: `No object that was read has the number ${nameValue(object)}.` }
    const corners = cornersOf(own(prediction, 'bbox'), 'xyxy')
    if (isFault(corners)) return { code: corners.code, message: `Its box ${corners.message}.` }
    const overlap = intersectionOverUnion(corners, box)
    if (overlap >= LEAST_OVERLAP) return null
    const message = `Its box overlaps its object by ${Math.round(overlap * 100)} %: it is about something else, as Pink takes it.`
    return { code: 'import/low-overlap', message }
  }
}
