/** @file image_data.json by image ids: a size and a name for each, and which of its objects were seen. */
import type { ImageSize } from '../../geometry/space'
import { cocoId, nameId } from '../coco/ids'
import type { CocoId } from '../coco/ids'
import { statedSizeOf } from '../kit/box-fields'
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'

export interface GenomeImage {
  readonly imageKey: string
  /** null: nobody knows. undefined: nobody asked yet. */
  size: ImageSize | null | undefined
  readonly reference: string
  isTold: boolean
  /** Objects that were put out, with the place of their corner (`packedCorner`). Numbers, for there are millions. */
  readonly objects: Map<CocoId, number>
  /** The same of region descriptions, of those that Eyrie wrote: only its relationships name them. */
  readonly regions: Set<CocoId>
  /** Lists it was met in. */
  readonly met: Set<string>
}

/** `https://…/VG_100K_2/1.jpg`: the last folder and the name. */
function referenceOf(element: Readonly<Record<string, unknown>>, id: CocoId): string {
  const [name, url] = [own(element, 'file_name'), own(element, 'url')]
  if (typeof name === 'string' && name !== '') return name
  const found = typeof url === 'string' ? /([^/?#]+\/[^/?#]+\.\w+)(?:[?#].*)?$/.exec(url) : null
  return found?.[1] ?? `${id}.jpg`
}

export class GenomeImages {
  readonly #byId = new Map<CocoId, GenomeImage>()

  readonly source: DataSource

  constructor(source: DataSource) {
    this.source = source
  }

  add(element: unknown, index: number, file: string, out: ImportItem[]): void {
    const id = isObject(element) ? cocoId(own(element, 'image_id')) : null
    if (!isObject(element) || id === null) {
      const message = `An image should be an object with an image_id, not ${isObject(element) ? nameId(own(element, 'image_id')) : nameValue(element)}.`
      out.push(skipped({ file, record: `image ${index}` }, 'import/bad-record', message))
      return
    }
    const where = { file, record: `image ${id}` }
    if (this.#byId.has(id)) {
      out.push(doubted(where, 'import/duplicate-id', 'The image stands there more than once; the first was read.'))
      return
    }
    const [width, height] = [own(element, 'width'), own(element, 'height')]
    const { size, isStated } = statedSizeOf(width, height)
    if (size === null && isStated) {
      const message = `Its size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; the image itself is asked.`
      out.push(doubted(where, 'import/bad-size', message))
    }
    this.#byId.set(id, make(id, referenceOf(element, id), size ?? undefined))
    this.#tell(id, out)
  }

  #tell(id: CocoId, out: ImportItem[]): void {
    const image = this.#byId.get(id)
    if (image === undefined || image.isTold) return
    image.isTold = true
    out.push({ type: 'image', imageKey: image.imageKey, reference: image.reference, size: image.size ?? null })
  }

  /** Told when it is met first; an image that image_data does not have is `<id>.jpg`. */
  async meet(id: CocoId, file: string, out: ImportItem[]): Promise<GenomeImage> {
    let image = this.#byId.get(id)
    if (image === undefined) {
      image = make(id, `${id}.jpg`, undefined)
      this.#byId.set(id, image)
      this.#tell(id, out)
    }
    image.size ??= await this.source.imageSize(image.reference, file)
    return image
  }
}

const make = (id: CocoId, reference: string, size: ImageSize | undefined): GenomeImage => ({
  imageKey: String(id),
  reference,
  size,
  isTold: false,
  objects: new Map(),
  regions: new Set(),
  met: new Set()
})
