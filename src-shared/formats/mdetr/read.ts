/**
 * @file Reading MDETR's files. Images come first in all of them and are read ahead where they do not: a caption waits
 * for its annotations and leaves once it has all, so what is held is one record for each caption, and no boxes.
 */
import { AppError } from '../../errors'
import { cocoId, nameId } from '../coco/ids'
import { boxShapeOf, cornersOf, isFault } from '../kit/box-fields'
import { BoxExtents } from '../kit/extent-doubts'
import { doubted, skipped } from '../kit/issue'
import { isNumber, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { LeftOut } from '../kit/left-out'
import { cutsWord, TextOffsets } from '../kit/offsets'
import { OWN_KEY, fieldsOfMarks, readOwnMarks } from '../kit/own-marks'
import { expressionOf, treeFromSpans } from '../kit/spans'
import type { Span } from '../kit/spans'
import type { ImportIssue, ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { Captions } from './captions'
import type { Caption } from './captions'
import { mdetrFiles } from './recognise'

const KNOWN = new Set([
  ...['id', 'image_id', 'bbox', 'area', 'iscrowd', 'category_id', 'tokens_positive', 'segmentation', OWN_KEY]
])

export async function* readMdetr(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const paths = await mdetrFiles(source)
  if (paths.length === 0 && source.files.some(({ sizeBytes }) => sizeBytes > 0))
    throw new AppError('import/not-this-format', 'No file here has images with captions as MDETR reads them.', {
      nextStep: 'Choose the folder that holds the annotation file.'
    })
  for (const [i, path] of paths.entries())
    yield* new MdetrFile(source, path, paths.length === 1 ? '' : `${i + 1}/`).read()
}

class MdetrFile {
  readonly #captions: Captions
  readonly #extents: BoxExtents
  readonly #leftOut: LeftOut
  /** Of captions that wait: their spans so far, by record. */
  readonly #spans = new Map<Caption, Span[]>()
  #annotations = 0

  readonly source: DataSource
  readonly path: string
  readonly keyPrefix: string

  constructor(source: DataSource, path: string, keyPrefix: string) {
    this.source = source
    this.path = path
    this.keyPrefix = keyPrefix
    this.#extents = new BoxExtents(path, 'xywh')
    this.#leftOut = new LeftOut(path, 'records')
    this.#captions = new Captions(path, keyPrefix, this.#leftOut)
  }

  async *read(): AsyncGenerator<readonly ImportItem[]> {
    yield* this.#readImages()
    await this.#askSizes()
    await this.#countAnnotations()
    const out: ImportItem[] = []
    for (const caption of this.#captions.all()) if (caption.waiting === 0) this.#finish(caption, out)
    yield out
    for await (const batch of this.source.json(this.path)) {
      if (batch.kind !== 'elements' || batch.section !== 'annotations') continue
      const items: ImportItem[] = []
      batch.elements.forEach((element, i) => this.#annotation(element, batch.firstIndex + i, items))
      yield items
    }
    yield [...this.#extents.issues(), ...this.#leftOut.issues()]
  }

  async *#readImages(): AsyncGenerator<readonly ImportItem[]> {
    let hasAnnotations = false
    for await (const batch of this.source.json(this.path)) {
      if (batch.section === '') throw notMdetr(this.path)
      if (batch.section === 'annotations') hasAnnotations = true
      if (batch.kind === 'value' && (batch.section === 'images' || batch.section === 'annotations'))
        yield [this.#noRecords(batch.section, batch.value)]
      if (batch.kind !== 'elements' || batch.section !== 'images') continue
      const items: ImportItem[] = []
      batch.elements.forEach((element, i) => this.#captions.add(element, batch.firstIndex + i, items))
      yield items
    }
    if (!hasAnnotations) yield [doubted({ file: this.path }, 'import/no-records', 'It has no annotations.')]
  }

  /** A section that is no list of objects. */
  #noRecords(section: string, value: unknown): ImportIssue {
    const where = { file: this.path, record: section }
    return value === null
      ? doubted(where, 'import/no-records', `Its ${section} is null; it was read as an empty list.`)
      : skipped(where, 'import/bad-record', `Its ${section} should be a list of objects, not ${nameValue(value)}.`)
  }

  async #askSizes(): Promise<void> {
    for (const photo of this.#captions.photos()) photo.size ??= await this.source.imageSize(photo.reference, this.path)
  }

  async #countAnnotations(): Promise<void> {
    for await (const batch of this.source.json(this.path)) {
      if (batch.kind !== 'elements' || batch.section !== 'annotations') continue
      for (const element of batch.elements) {
        const id = isObject(element) ? cocoId(own(element, 'image_id')) : null
        const caption = id === null ? null : this.#captions.find(id)
        if (caption !== null && caption !== undefined) caption.waiting++
      }
    }
  }

  #annotation(element: unknown, index: number, out: ImportItem[]): void {
    const id = isObject(element) ? cocoId(own(element, 'id')) : null
    const where = { file: this.path, record: `annotation ${id ?? index}` }
    if (!isObject(element)) {
      out.push(skipped(where, 'import/bad-record', `An annotation should be an object, not ${nameValue(element)}.`))
      return
    }
    const imageId = cocoId(own(element, 'image_id'))
    const caption = imageId === null ? undefined : this.#captions.find(imageId)
    if (caption === undefined || caption === null) {
      const message =
        caption === null
          ? `Two captions have the id ${nameId(own(element, 'image_id'))}.`
          : `No caption has the id ${nameId(own(element, 'image_id'))}, which its image_id names.`
      out.push(skipped(where, caption === null ? 'import/ambiguous-id' : 'import/no-such-image', message))
      return
    }
    for (const key of Object.keys(element)) if (!KNOWN.has(key)) this.#leftOut.see(`annotations.${key}`)
    const spans = this.#placesOf(element, caption, where, out)
    const key = this.#region(element, caption, spans, where, out)
    if (key !== null) {
      const list = this.#spans.get(caption) ?? []
      for (const { start, end } of spans) list.push({ start, end, regionIds: [key] })
      this.#spans.set(caption, list)
    }
    if (--caption.waiting === 0) this.#finish(caption, out)
  }

  /** UTF-16 offsets of its words in the caption. */
  #placesOf(
    element: JsonObject,
    { words, isExpression, isOurs }: Caption,
    where: { readonly file: string; readonly record: string },
    out: ImportItem[]
  ): readonly { readonly start: number; readonly end: number }[] {
    const tokens = own(element, 'tokens_positive')
    if (words !== null && isExpression) return [{ start: 0, end: words.length }]
    if (words === null) return []
    if (tokens === undefined || tokens === null) {
      if (!isOurs)
        out.push(doubted(where, 'import/bad-span', 'It has no tokens_positive; its box is kept, tied to no words.'))
      return []
    }
    const offsets = new TextOffsets(words, 'code-point')
    const list: readonly unknown[] = Array.isArray(tokens) ? tokens : [tokens]
    return list.flatMap((pair) => {
      const isPair = Array.isArray(pair) && pair.length === 2 && pair.every(isNumber)
      const [start, end] = isPair ? (pair as readonly number[]).map((place) => offsets.toUtf16(place)) : [null, null]
      if (typeof start === 'number' && typeof end === 'number' && start < end) {
        if (cutsWord(words, start, end) && !isOurs) {
          const message = `Its span is ${nameValue(words.slice(start, end))}, which begins or ends inside a word.`
          out.push(doubted(where, 'import/half-word', message))
        }
        return [{ start, end }]
      }
      const message = `Its span ${nameValue(Array.isArray(pair) ? pair.map(nameValue).join(', ') : pair)} is no place in a caption of ${offsets.length} characters; its box is kept, tied to no words there.`
      out.push(doubted(where, 'import/bad-span', message))
      return []
    })
  }

  #region(
    element: JsonObject,
    caption: Caption,
    spans: readonly { readonly start: number; readonly end: number }[],
    where: { readonly file: string; readonly record: string },
    out: ImportItem[]
  ): string | null {
    const { photo, words } = caption
    if (photo.size === null) {
      const message = `Nobody knows how large the image ${nameValue(photo.reference)} is, so its pixels have no place.`
      out.push(skipped(where, 'import/no-size', message))
      return null
    }
    const bbox = own(element, 'bbox')
    const corners = cornersOf(bbox, 'xywh')
    if (isFault(corners)) {
      out.push(skipped(where, corners.code, `Its box ${corners.message}.`))
      return null
    }
    const marks = readOwnMarks(element)
    const identity = marks.region === undefined ? (bbox as readonly number[]).join(' ') : `#${marks.region}`
    const known = photo.known.get(identity)
    if (known !== undefined) return known
    const shape = boxShapeOf(corners, photo.size)
    if (shape === null) {
      out.push(skipped(where, 'import/empty-box', `Its box has no area: ${JSON.stringify(bbox)}.`))
      return null
    }
    const doubt = this.#extents.see(corners, photo.size, where, caption.isOurs)
    if (doubt !== null) out.push(doubt)
    const key = `a${this.#annotations++}`
    photo.known.set(identity, key)
    const called = spans.map(({ start, end }) => words?.slice(start, end) ?? '').join(' ')
    const phrase = caption.isExpression
      ? words
      : caption.isOurs
        ? (marks.phrase ?? null)
        : called === ''
          ? null
          : called
    if (phrase !== null) photo.phrased.add(`${key} ${caption.record}`)
    out.push({
      type: 'region',
      imageKey: photo.imageKey,
      key: `${this.keyPrefix}${key}`,
      shape,
      label: marks.label ?? null,
      phrase,
      ...fieldsOfMarks(marks),
      ...crowd(element)
    })
    return key
  }

  /** All its annotations came: it leaves, and those behind it that waited for it. */
  #finish(caption: Caption, out: ImportItem[]): void {
    const { photo } = caption
    const place = photo.queue.find((each) => each.caption === caption)
    if (place !== undefined) place.items = this.#itemsOf(caption)
    for (let [first] = photo.queue; first !== undefined && first.items !== null; [first] = photo.queue) {
      out.push(...first.items)
      photo.queue.shift()
    }
    if (--photo.open === 0) photo.known.clear()
  }

  #itemsOf(caption: Caption): readonly ImportItem[] {
    const { photo, words } = caption
    const spans = this.#spans.get(caption) ?? []
    this.#spans.delete(caption)
    if (words === null) return []
    const keyed = spans.map((span) => ({ ...span, regionIds: span.regionIds.map((key) => `${this.keyPrefix}${key}`) }))
    const { children, crossing } = treeFromSpans(words, keyed)
    const out: ImportItem[] = crossing.map(({ start, end }) => {
      const message = `The phrase ${nameValue(words.slice(start, end))} crosses another one of the caption; its region is kept, tied to no words there.`
      return doubted({ file: this.path, record: `image ${caption.record}` }, 'import/crossing-phrases', message)
    })
    if (caption.isExpression) {
      const [only, ...others] = expressionOf(children)?.regionIds ?? []
      const key = only?.slice(this.keyPrefix.length) ?? ''
      // The region was put out with these words for its phrase.
      if (others.length === 0 && photo.phrased.delete(`${key} ${caption.record}`)) return out
    }
    const isOne = caption.isExpression && !caption.isOurs
    return [...out, this.#dialogue(caption, words, children, isOne ? 'expression' : 'caption')]
  }

  #dialogue(
    { photo }: Caption,
    words: string,
    children: ReturnType<typeof treeFromSpans>['children'],
    title: string
  ): ImportItem {
    return {
      type: 'dialogue',
      imageKey: photo.imageKey,
      title,
      turns: [{ role: 'assistant', children, rawText: words }]
    }
  }
}

const crowd = (element: JsonObject): { readonly attributes?: { readonly iscrowd: true } } => {
  const value = own(element, 'iscrowd')
  return value === 1 || value === true ? { attributes: { iscrowd: true } } : {}
}

const notMdetr = (path: string): AppError =>
  new AppError('import/not-this-format', `${path} is a list, where images and annotations should be.`, {
    nextStep: 'Choose another format.',
    data: { file: path }
  })
