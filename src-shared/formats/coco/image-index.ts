/** @file The images of one COCO file by id: what an annotation needs of them, and no more, for there may be millions. */
import type { ImageSize } from '../../geometry/space'
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue } from '../kit/json-fields'
import { besideAnnotation, folderOf } from '../kit/references'
import { KnownSizes } from '../reading/known-sizes'
import type { ImportItem } from '../reading/item'
import type { BulkItems } from '../reading/outlines'
import { cocoId, nameId } from './ids'
import type { CocoId } from './ids'
import { LeftOut } from './left-out'
import { isSide } from '../kit/sides'

export interface IndexedImage {
  /** One image in one file. */
  readonly imageKey: string
  /** How many image items came before its own. */
  readonly number: number
  readonly reference: string
  /** Upright pixels; undefined: the file does not say, and nobody asked the image yet; null: nobody knows. */
  size: ImageSize | null | undefined
  /** Two records with this id name different images: what belongs to it belongs to neither. */
  isAmbiguous: boolean
}

const KNOWN = new Set(['id', 'width', 'height', 'file_name'])

/** LVIS says the address alone. */
function nameOf(element: Readonly<Record<string, unknown>>): unknown {
  const { file_name: name, coco_url: address } = element
  return name === undefined && typeof address === 'string' && address !== '' ? address : name
}

export class ImageIndex {
  readonly #byId = new Map<CocoId, IndexedImage>()
  readonly #leftOut: LeftOut
  readonly #sizes = new KnownSizes()

  readonly file: string
  /** Keeps keys of several files apart. */
  readonly keyPrefix: string
  readonly #files: ReadonlySet<string>
  readonly #folder: { readonly folder?: string }

  constructor(file: string, keyPrefix: string, files: ReadonlySet<string>) {
    this.file = file
    this.keyPrefix = keyPrefix
    this.#files = files
    this.#folder = folderOf(file)
    this.#leftOut = new LeftOut(file, 'images')
  }

  /** Whether the file says nothing of the size of some image. */
  areSizesMissing = false

  find(id: CocoId): IndexedImage | undefined {
    return this.#byId.get(id)
  }

  /** One element of `images`, its number in the list from 0. */
  add(element: unknown, index: number, out: BulkItems): void {
    const record = `image ${index}`
    if (!isObject(element)) {
      out.push(
        skipped(
          { file: this.file, record },
          'import/bad-record',
          `An image should be an object, not ${nameValue(element)}.`
        )
      )
      return
    }
    const id = cocoId(element['id'])
    const name = nameOf(element)
    if (id === null) {
      const message = `The id of an image should be a number or a text, not ${nameId(element['id'])}; nothing can belong to it.`
      out.push(skipped({ file: this.file, record }, 'import/bad-id', message))
      return
    }
    const where = { file: this.file, record: `image ${id}` }
    if (typeof name !== 'string' || name === '') {
      out.push(skipped(where, 'import/no-image', `Its file_name should name the image, but is ${nameValue(name)}.`))
      return
    }
    const known = this.#byId.get(id)
    if (known !== undefined) {
      this.#addAgain(known, name, where, out)
      return
    }
    for (const key in element)
      if (!KNOWN.has(key) && element[key] !== null && element[key] !== name) this.#leftOut.see(key)
    const size = this.#statedSize(element, where, out)
    const image: IndexedImage = {
      imageKey: `${this.keyPrefix}${id}`,
      number: out.imageCount,
      reference: this.#files.has(name) && !this.file.includes('/') ? name : this.#reference(name),
      size: size ?? undefined,
      isAmbiguous: false
    }
    if (size === null) this.areSizesMissing = true
    this.#byId.set(id, image)
    out.push({ type: 'image', imageKey: image.imageKey, reference: image.reference, size, ...this.#folder })
  }

  /** Beside the annotation file, where there is such a file; else as written. */
  #reference(name: string): string {
    const beside = besideAnnotation(name, this.file, this.#files)
    return this.#files.has(beside) ? beside : name
  }

  #addAgain(
    known: IndexedImage,
    name: string,
    where: { readonly file: string; readonly record: string },
    out: BulkItems
  ): void {
    if (known.reference === name || known.reference === this.#reference(name)) {
      out.push(doubted(where, 'import/duplicate-id', 'The image stands there more than once; it was read once.'))
      return
    }
    known.isAmbiguous = true
    const message = `Two images have this id, ${nameValue(known.reference)} and ${nameValue(name)}; what belongs to it is left out.`
    out.push(skipped(where, 'import/ambiguous-id', message))
  }

  #statedSize(
    element: Readonly<Record<string, unknown>>,
    where: { readonly file: string; readonly record: string },
    out: BulkItems
  ): ImageSize | null {
    const { width, height } = element
    if (isSide(width) && isSide(height)) return this.#sizes.of(width, height)
    const isUnknown = [width, height].every((side) => side === undefined || side === null)
    if (!isUnknown) {
      const message = `Its size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; the image itself is asked.`
      out.push(doubted(where, 'import/bad-size', message))
    }
    return null
  }

  issues(): Iterable<ImportItem> {
    return this.#leftOut.issues()
  }
}
