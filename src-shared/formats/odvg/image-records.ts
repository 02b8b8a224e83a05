/**
 * @file The records of one image that follow each other. A box that several captions name is one region: told by its
 * number where Eyrie wrote the file, else by its four numbers.
 */
import type { ImageSize } from '../../geometry/space'
import { boxShapeOf, cornersOf, isFault } from '../kit/box-fields'
import type { BoxExtents } from '../kit/extent-doubts'
import { doubted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isNumber, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { LeftOut } from '../kit/left-out'
import { OWN_KEY, fieldsOfMarks, readOwnMarks } from '../kit/own-marks'
import type { OwnMarks } from '../kit/own-marks'
import type { ImportImage, ImportItem, ImportRegion } from '../reading/item'
import type { LabelMap } from './files'
import { phraseSpans } from './phrase-spans'
import { treeFromSpans } from '../kit/spans'
import type { Span } from '../kit/spans'

export interface FileState {
  readonly file: string
  readonly keyPrefix: string
  readonly map: LabelMap | null
  readonly extents: BoxExtents
  readonly leftOut: LeftOut
  /** By label, where there is no label map: the category that was first. */
  readonly categoryOf: Map<number, string>
}

const INSTANCE_KEYS = new Set(['bbox', 'label', 'category', OWN_KEY])
const REGION_KEYS = new Set(['bbox', 'phrase', 'tokens_positive', OWN_KEY])

interface Told {
  readonly label: string | null
  readonly phrase: string | null
  readonly marks: OwnMarks
}

export class ImageRecords {
  /** Keys of regions by what they are told by. */
  readonly #known = new Map<string, string>()

  #isOurs = false

  readonly filename: string
  readonly stated: ImageSize | null
  readonly size: ImageSize | null
  readonly state: FileState

  constructor(filename: string, stated: ImageSize | null, size: ImageSize | null, state: FileState) {
    this.filename = filename
    this.stated = stated
    this.size = size
    this.state = state
  }

  item(): ImportImage {
    return { type: 'image', imageKey: this.filename, reference: this.filename, size: this.stated }
  }

  /** Of a further record of the same image. */
  seeSize(size: ImageSize | null, line: number, out: ImportItem[]): void {
    if (size === null || this.size === null) return
    if (size.width === this.size.width && size.height === this.size.height) return
    const message = `It says ${size.width} × ${size.height} pixels of an image that had ${this.size.width} × ${this.size.height} in the record before; read by the first.`
    out.push(doubted({ file: this.state.file, line }, 'import/size-differs', message))
  }

  read(record: JsonObject, line: number, out: ImportItem[]): void {
    const where = { file: this.state.file, line }
    this.#isOurs = isObject(own(record, OWN_KEY))
    const parts = ['detection', 'grounding', 'referring'].filter(
      (key) => own(record, key) !== undefined && own(record, key) !== null
    )
    if (parts.length === 0) {
      out.push(skipped(where, 'import/bad-record', 'It has neither detection nor grounding.'))
      return
    }
    if (this.size === null) {
      const message = `Nobody knows how large the image ${nameValue(this.filename)} is, so its pixels have no place.`
      out.push(skipped(where, 'import/no-size', message))
      return
    }
    if (parts.includes('detection')) this.#detection(own(record, 'detection'), where, this.size, out)
    if (parts.includes('grounding')) this.#grounding(own(record, 'grounding'), where, this.size, out)
    if (parts.includes('referring')) this.#referring(own(record, 'referring'), where, this.size, out)
  }

  #detection(value: unknown, where: Whereabouts, size: ImageSize, out: ImportItem[]): void {
    const instances = isObject(value) ? own(value, 'instances') : undefined
    if (!Array.isArray(instances)) {
      out.push(skipped(where, 'import/bad-record', `Its instances should be a list, not ${nameValue(instances)}.`))
      return
    }
    instances.forEach((entry: unknown, i) => {
      const at = { ...where, record: `instance ${i}` }
      if (!isObject(entry)) {
        out.push(skipped(at, 'import/bad-record', `It should be an object, not ${nameValue(entry)}.`))
        return
      }
      for (const key of Object.keys(entry)) if (!INSTANCE_KEYS.has(key)) this.state.leftOut.see(`instances.${key}`)
      const marks = readOwnMarks(entry)
      const told = { label: this.#className(entry, at, out), phrase: marks.phrase ?? null, marks }
      // Two instances at one place may be two objects, so nothing is looked for.
      this.#region(own(entry, 'bbox'), `d${i}`, null, told, at, size, out)
    })
  }

  /** By its index, as trainers do; by `category` where there is no list of names. */
  #className(entry: JsonObject, where: Whereabouts, out: ImportItem[]): string | null {
    const { map } = this.state
    const [label, category] = [own(entry, 'label'), own(entry, 'category')]
    const index = typeof label === 'string' && /^\d{1,9}$/.test(label) ? Number(label) : label
    const written = typeof category === 'string' && category !== '' ? category : null
    if (map === null) {
      if (written !== null) {
        const before = isNumber(index) ? this.state.categoryOf.get(index) : undefined
        if (isNumber(index) && before === undefined) this.state.categoryOf.set(index, written)
        if (before !== undefined && before !== written) {
          const message = `Its label ${nameValue(label)} is the category ${nameValue(written)} here and ${nameValue(before)} before; read by the category.`
          out.push(doubted(where, 'import/class-differs', message))
        }
        return written
      }
      const message = `There is no label map beside the file, so nobody knows what the label ${nameValue(label)} means; it was read without a class.`
      out.push(doubted(where, 'import/no-label-map', message))
      return null
    }
    const name = isNumber(index) ? map.names.get(index) : undefined
    if (name === undefined) {
      const what = label === undefined ? 'It names no label' : `${map.path} has no label ${nameValue(label)}`
      const message = `${what}; it was read without a class.`
      out.push(doubted(where, 'import/no-such-category', message))
      return null
    }
    if (written !== null && written !== name) {
      const message = `Its category is ${nameValue(written)}, but its label ${nameValue(label)} is ${nameValue(name)} in ${map.path}; read by the label.`
      out.push(doubted(where, 'import/class-differs', message))
    }
    return name
  }

  /**
   * The key of a region; a new one is put out. null: the box cannot be read, and an issue says so. `identity`: what
   * makes it the same region as one before; null: nothing does.
   */
  #region(
    bbox: unknown,
    suffix: string,
    identity: string | null,
    { label, phrase, marks }: Told,
    where: Whereabouts,
    size: ImageSize,
    out: ImportItem[]
  ): string | null {
    const corners = cornersOf(bbox, 'xyxy')
    if (isFault(corners)) {
      out.push(skipped(where, corners.code, `Its box ${corners.message}.`))
      return null
    }
    const known = identity === null ? undefined : this.#known.get(identity)
    if (known !== undefined) return known
    const shape = boxShapeOf(corners, size)
    if (shape === null) {
      out.push(skipped(where, 'import/empty-box', `Its box has no area: ${JSON.stringify(bbox)}.`))
      return null
    }
    const doubt = this.state.extents.see(corners, size, where, this.#isOurs)
    if (doubt !== null) out.push(doubt)
    const key = `${this.state.keyPrefix}${where.line ?? 0}.${suffix}`
    const region: ImportRegion = {
      type: 'region',
      imageKey: this.filename,
      key,
      shape,
      label: label ?? marks.label ?? null,
      phrase,
      ...fieldsOfMarks(marks)
    }
    out.push(region)
    if (identity !== null) this.#known.set(identity, key)
    return key
  }

  #grounding(value: unknown, where: Whereabouts, size: ImageSize, out: ImportItem[]): void {
    const caption = isObject(value) ? own(value, 'caption') : undefined
    const regions = isObject(value) ? own(value, 'regions') : undefined
    if (!isObject(value) || typeof caption !== 'string' || caption.trim() === '' || !Array.isArray(regions)) {
      const message = `A grounding should be a caption and a list of regions, not ${nameValue(caption)} and ${nameValue(regions)}.`
      out.push(skipped(where, 'import/bad-record', message))
      return
    }
    const marks = own(value, OWN_KEY)
    const isExpression = isObject(marks) && own(marks, 'expression') === true
    const spans: Span[] = []
    regions.forEach((entry: unknown, i) => {
      const at = { ...where, record: `region ${i}` }
      if (!isObject(entry)) {
        out.push(skipped(at, 'import/bad-record', `It should be an object, not ${nameValue(entry)}.`))
        return
      }
      for (const key of Object.keys(entry)) if (!REGION_KEYS.has(key)) this.state.leftOut.see(`regions.${key}`)
      const found = phraseSpans(entry, caption, at, out)
      const keys = this.#boxesOf(entry, i, isExpression ? caption : found.words, isExpression, at, size, out)
      for (const { start, end } of found.spans) spans.push({ start, end, regionIds: keys })
    })
    if (isExpression) return
    const { children, crossing } = treeFromSpans(
      caption,
      spans.filter(({ regionIds }) => regionIds.length > 0)
    )
    for (const { start, end } of crossing) {
      const message = `The phrase ${nameValue(caption.slice(start, end))} crosses another one of the caption; its region is kept, tied to no words there.`
      out.push(doubted(where, 'import/crossing-phrases', message))
    }
    out.push({
      type: 'dialogue',
      imageKey: this.filename,
      title: 'caption',
      turns: [{ role: 'assistant', children, rawText: caption }]
    })
  }

  /** One box, or a list of them. */
  #boxesOf(
    entry: JsonObject,
    index: number,
    words: string | null,
    isExpression: boolean,
    where: Whereabouts,
    size: ImageSize,
    out: ImportItem[]
  ): readonly string[] {
    const bbox = own(entry, 'bbox')
    const marks = readOwnMarks(entry)
    // Where Eyrie wrote the entry, a region without a phrase of its own has none, whatever the caption calls it.
    const phrase = marks.region === undefined || isExpression ? words : (marks.phrase ?? null)
    const boxes: readonly unknown[] = Array.isArray(bbox) && Array.isArray(bbox[0]) ? bbox : [bbox]
    const keys = boxes.map((box, i) => {
      const identity = marks.region === undefined ? `b${listed(box)}` : `r${marks.region}`
      return this.#region(box, `g${index}.${i}`, identity, { label: null, phrase, marks }, where, size, out)
    })
    return keys.filter((key) => key !== null)
  }

  /** Boxes with lists of expressions, as the converter of RefCOCO in mmdetection writes them. */
  #referring(value: unknown, where: Whereabouts, size: ImageSize, out: ImportItem[]): void {
    if (!Array.isArray(value)) {
      out.push(skipped(where, 'import/bad-record', `Its referring should be a list, not ${nameValue(value)}.`))
      return
    }
    value.forEach((entry: unknown, i) => {
      const at = { ...where, record: `referring ${i}` }
      const phrases = isObject(entry) ? own(entry, 'phrase') : undefined
      const list: readonly unknown[] = Array.isArray(phrases) ? phrases : [phrases]
      if (!isObject(entry) || !list.every((each) => typeof each === 'string' && each.trim() !== '')) {
        const message = `Its phrase should be an expression or a list of them, not ${nameValue(phrases)}.`
        out.push(skipped(at, 'import/bad-record', message))
        return
      }
      const marks = readOwnMarks(entry)
      const [first, ...others] = list as readonly string[]
      const key = this.#region(
        own(entry, 'bbox'),
        `e${i}`,
        null,
        { label: null, phrase: first ?? null, marks },
        at,
        size,
        out
      )
      if (key === null) return
      for (const words of others)
        out.push({
          type: 'dialogue',
          imageKey: this.filename,
          title: 'expression',
          turns: [
            {
              role: 'assistant',
              children: [{ type: 'phrase', children: [{ type: 'text', value: words }], regionIds: [key] }],
              rawText: words
            }
          ]
        })
    })
  }
}

const listed = (box: unknown): string =>
  Array.isArray(box) ? box.map((each) => (isNumber(each) ? each : 'x')).join(' ') : 'x'
