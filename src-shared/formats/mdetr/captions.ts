/** @file The captions of one MDETR file by id: what its annotations need. One for each caption is held in memory. */
import type { ImageSize } from '../../geometry/space'
import { cocoId, nameId } from '../coco/ids'
import type { CocoId } from '../coco/ids'
import { statedSizeOf } from '../kit/box-fields'
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { LeftOut } from '../kit/left-out'
import { OWN_KEY } from '../kit/own-marks'
import type { ImportItem } from '../reading/item'

/** One photo, which several captions are about. */
export interface Photo {
  readonly imageKey: string
  readonly reference: string
  size: ImageSize | null
  /** Captions whose annotations are still to come. */
  open: number
  /** Regions by their numbers, or by those Eyrie gave them. */
  readonly known: Map<string, string>
  readonly phrased: Set<string>
  /** Its captions in order, with what is known of those that are whole: they leave in this order. */
  readonly queue: { readonly caption: Caption; items: readonly ImportItem[] | null }[]
}
export interface Caption {
  readonly record: string
  readonly photo: Photo
  readonly words: string | null
  /** The words are what somebody calls one object: RefCOCO in MDETR's form. */
  readonly isExpression: boolean
  readonly isOurs: boolean
  /** Annotations of it that are still to come. */
  waiting: number
}

const KNOWN = new Set([
  ...['id', 'file_name', 'width', 'height', 'caption', 'tokens_negative', 'tokens_positive_eval', 'tokens_positive'],
  ...['dataset_name', 'original_img_id', 'original_id', 'sentence_id', OWN_KEY]
])

export class Captions {
  readonly #byId = new Map<CocoId, Caption | null>()
  readonly #photos = new Map<string, Photo>()

  readonly file: string
  readonly keyPrefix: string
  readonly leftOut: LeftOut

  constructor(file: string, keyPrefix: string, leftOut: LeftOut) {
    this.file = file
    this.keyPrefix = keyPrefix
    this.leftOut = leftOut
  }

  /** undefined: there is none; null: two have this id, which belongs to neither. */
  find(id: CocoId): Caption | null | undefined {
    return this.#byId.get(id)
  }

  all(): Iterable<Caption> {
    return [...this.#byId.values()].filter((caption) => caption !== null)
  }
  photos(): Iterable<Photo> {
    return this.#photos.values()
  }

  add(element: unknown, index: number, out: ImportItem[]): void {
    if (!isObject(element)) {
      const where = { file: this.file, record: `image ${index}` }
      out.push(skipped(where, 'import/bad-record', `An image should be an object, not ${nameValue(element)}.`))
      return
    }
    const id = cocoId(own(element, 'id'))
    const where = { file: this.file, record: `image ${id ?? index}` }
    const [name, words] = [own(element, 'file_name'), own(element, 'caption')]
    if (id === null) {
      out.push(
        skipped(where, 'import/bad-id', `Its id should be a number or a text, not ${nameId(own(element, 'id'))}.`)
      )
      return
    }
    if (typeof name !== 'string' || name === '') {
      out.push(skipped(where, 'import/no-image', `Its file_name should name the image, but is ${nameValue(name)}.`))
      return
    }
    if (this.#byId.has(id)) {
      this.#byId.set(id, null)
      out.push(skipped(where, 'import/ambiguous-id', 'Two captions have this id; what belongs to it is left out.'))
      return
    }
    const hasWords = typeof words === 'string' && words.trim() !== ''
    if (!hasWords) {
      const message = `Its caption should be words, not ${nameValue(words)}; its boxes are read without them.`
      out.push(doubted(where, 'import/no-words', message))
    }
    for (const key of Object.keys(element)) if (!KNOWN.has(key)) this.leftOut.see(`images.${key}`)
    const dataset = own(element, 'dataset_name')
    const marks = own(element, OWN_KEY)
    const photo = this.#photo(name, element, where, out)
    photo.open++
    const caption: Caption = {
      record: String(id),
      photo,
      words: hasWords ? words : null,
      isExpression:
        (isObject(marks) && own(marks, 'expression') === true) ||
        (typeof dataset === 'string' && /^refcoco/i.test(dataset)),
      isOurs: isObject(marks),
      waiting: 0
    }
    photo.queue.push({ caption, items: null })
    this.#byId.set(id, caption)
  }

  #photo(
    name: string,
    element: Readonly<Record<string, unknown>>,
    where: { readonly file: string; readonly record: string },
    out: ImportItem[]
  ): Photo {
    const [width, height] = [own(element, 'width'), own(element, 'height')]
    const { size, isStated } = statedSizeOf(width, height)
    if (size === null && isStated) {
      const message = `Its size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; the image itself is asked.`
      out.push(doubted(where, 'import/bad-size', message))
    }
    const known = this.#photos.get(name)
    if (known !== undefined) {
      const differs =
        size !== null && known.size !== null && (size.width !== known.size.width || size.height !== known.size.height)
      if (differs) {
        const message = `It says ${size.width} × ${size.height} pixels of an image that another caption says has ${known.size?.width} × ${known.size?.height}; read by the latter.`
        out.push(doubted(where, 'import/size-differs', message))
      }
      known.size ??= size
      return known
    }
    const photo: Photo = {
      imageKey: `${this.keyPrefix}${name}`,
      reference: name,
      size,
      open: 0,
      known: new Map(),
      phrased: new Set(),
      queue: []
    }
    this.#photos.set(name, photo)
    out.push({ type: 'image', imageKey: photo.imageKey, reference: name, size })
    return photo
  }
}
