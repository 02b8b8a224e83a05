/** @file Reading Visual Genome: one list after the other, an image at a time; of objects only their ids are remembered. */
import { AppError } from '../../errors'
import { cocoId, nameId } from '../coco/ids'
import type { CocoId } from '../coco/ids'
import { boxShapeOf, cornersOf, isFault } from '../kit/box-fields'
import { BoxExtents } from '../kit/extent-doubts'
import { doubted, noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { LeftOut } from '../kit/left-out'
import { OWN_KEY, fieldsOfMarks, readOwnMarks } from '../kit/own-marks'
import type { Attributes, ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { genomeFiles, otherJsonFiles } from './files'
import type { GenomeKind } from './files'
import { GenomeImages } from './images'
import type { GenomeImage } from './images'

const KNOWN: Readonly<Record<Exclude<GenomeKind, 'images'>, ReadonlySet<string>>> = {
  regions: new Set(['region_id', 'id', 'image_id', 'image', 'x', 'y', 'width', 'height', 'phrase', OWN_KEY]),
  objects: new Set(['object_id', 'x', 'y', 'w', 'h', 'name', 'names', 'attributes', OWN_KEY]),
  relationships: new Set(['relationship_id', 'predicate', 'subject', 'object'])
}

export async function* readGenome(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const files = await genomeFiles(source)
  if (Object.values(files).every((paths) => paths.length === 0) && !(await areEmptyLists(source)))
    throw new AppError(
      'import/not-this-format',
      'No file here has the regions, objects or relationships of Visual Genome.',
      {
        nextStep: 'Choose the folder that holds region_descriptions.json or objects.json, and image_data.json.'
      }
    )
  const others = await otherJsonFiles(source, files)
  const message = 'Its first record is no image with regions, objects or relationships; the file is left out.'
  if (others.length > 0) yield others.map((file) => skipped({ file }, 'import/not-this-format', message))
  const images = new GenomeImages(source)
  for (const path of files.images) {
    for await (const batch of source.json(path)) {
      if (batch.kind !== 'elements') throw notGenome(path)
      const out: ImportItem[] = []
      batch.elements.forEach((element, i) => images.add(element, batch.firstIndex + i, path, out))
      yield out
    }
  }
  for (const kind of ['regions', 'objects', 'relationships'] as const)
    for (const path of files[kind]) yield* new GenomeFile(source, path, kind, images).read()
}

/** What a project without images leaves as. */
async function areEmptyLists(source: DataSource): Promise<boolean> {
  for (const { path, sizeBytes } of source.files) {
    if (sizeBytes > 4) return false
    if (sizeBytes > 0 && (await source.text(path)).trim() !== '[]') return false
  }
  return true
}

const notGenome = (path: string): AppError =>
  new AppError('import/not-this-format', `${path} should be a list of images.`, {
    nextStep: 'Choose another format.',
    data: { file: path }
  })

class GenomeFile {
  readonly #extents: BoxExtents
  readonly #leftOut: LeftOut
  #loose = 0

  readonly source: DataSource
  readonly path: string
  readonly kind: Exclude<GenomeKind, 'images'>
  readonly images: GenomeImages

  constructor(source: DataSource, path: string, kind: Exclude<GenomeKind, 'images'>, images: GenomeImages) {
    this.source = source
    this.path = path
    this.kind = kind
    this.images = images
    this.#extents = new BoxExtents(path, 'xywh')
    this.#leftOut = new LeftOut(path, kind)
  }

  async *read(): AsyncGenerator<readonly ImportItem[]> {
    for await (const batch of this.source.json(this.path)) {
      if (batch.kind !== 'elements' || batch.section !== '') throw notGenome(this.path)
      const out: ImportItem[] = []
      for (const [i, element] of batch.elements.entries()) await this.#image(element, batch.firstIndex + i, out)
      yield out
    }
    const rest: ImportItem[] = [...this.#extents.issues(), ...this.#leftOut.issues()]
    if (this.#loose > 0) {
      const message = `${this.#loose} ends of relationships are no objects of objects.json; they became regions with the boxes they have there.`
      rest.push(noted({ file: this.path }, 'import/other-objects', message))
    }
    yield rest
  }

  /** One element of the list: what is known of one image. Region files of version 1 call its id `id`. */
  async #image(element: unknown, index: number, out: ImportItem[]): Promise<void> {
    const list = isObject(element) ? own(element, this.kind) : undefined
    const first: unknown = Array.isArray(list) ? list[0] : undefined
    const written = isObject(element)
      ? [own(element, 'image_id'), own(element, 'id'), isObject(first) ? own(first, 'image_id') : null]
      : []
    const id = written.map(cocoId).find((each) => each !== null)
    const where = { file: this.path, record: `image ${id ?? `at ${index}`}` }
    if (id === undefined || !Array.isArray(list)) {
      const message = `It should have an image_id and a list of ${this.kind}, not ${nameId(written[0])} and ${nameValue(list)}.`
      out.push(skipped(where, 'import/bad-record', message))
      return
    }
    const image = await this.images.meet(id, this.path, out)
    if (this.kind !== 'relationships' && image.met.has(this.kind)) {
      out.push(
        skipped(where, 'import/duplicate-id', `Its ${this.kind} stand there more than once; the first are read.`)
      )
      return
    }
    image.met.add(this.kind)
    const seen = new Set<CocoId>()
    if (image.size === null || image.size === undefined) {
      if (list.length === 0) return
      const message = `Nobody knows how large the image ${nameValue(image.reference)} is, so its pixels have no place.`
      out.push(skipped(where, 'import/no-size', message))
      return
    }
    list.forEach((entry: unknown, i) => {
      const at = { file: this.path, record: `image ${id}, number ${i}` }
      if (!isObject(entry))
        out.push(skipped(at, 'import/bad-record', `It should be an object, not ${nameValue(entry)}.`))
      else if (this.kind === 'regions') this.#region(entry, i, image, seen, out)
      else if (this.kind === 'objects') this.#object(entry, i, image, out)
      else this.#relationship(entry, i, image, out)
      if (isObject(entry))
        for (const key of Object.keys(entry)) {
          const value = own(entry, key)
          const isEmpty = value === null || (Array.isArray(value) && value.length === 0)
          if (!KNOWN[this.kind].has(key) && !isEmpty) this.#leftOut.see(key)
        }
    })
  }

  #region(entry: JsonObject, index: number, image: GenomeImage, seen: Set<CocoId>, out: ImportItem[]): void {
    const id = cocoId(own(entry, 'region_id') ?? own(entry, 'id'))
    const phrase = own(entry, 'phrase')
    const where = { file: this.path, record: `region ${id ?? `${index} of image ${image.imageKey}`}` }
    if (typeof phrase !== 'string' || phrase.trim() === '') {
      out.push(skipped(where, 'import/no-words', `Its phrase should be words, not ${nameValue(phrase)}.`))
      return
    }
    if (id !== null && seen.has(id)) {
      out.push(skipped(where, 'import/duplicate-id', 'Another region of its image has this id; this one is left out.'))
      return
    }
    const imageId = cocoId(own(entry, 'image_id'))
    if (imageId !== null && String(imageId) !== image.imageKey) {
      const message = `It says image ${imageId}, but stands among those of image ${image.imageKey}; read by the latter.`
      out.push(doubted(where, 'import/image-differs', message))
    }
    const box = ['x', 'y', 'width', 'height'].map((side) => own(entry, side))
    const marks = readOwnMarks(entry)
    // No id is written so: ids may be negative.
    const key = id === null ? `r@${index}` : `r${id}`
    const isOut = this.#put(box, image, key, marks.label ?? null, phrase, where, entry, undefined, out)
    if (!isOut || id === null) return
    seen.add(id)
    if (own(entry, OWN_KEY) !== undefined) image.regions.add(id)
  }

  /** The first of its names is its class; the others are kept beside it. */
  #object(entry: JsonObject, index: number, image: GenomeImage, out: ImportItem[]): string | null {
    const id = cocoId(own(entry, 'object_id'))
    const where = { file: this.path, record: `object ${id ?? `${index} of image ${image.imageKey}`}` }
    if (id === null) {
      const message = `Its object_id should be a number, not ${nameId(own(entry, 'object_id'))}.`
      out.push(skipped(where, 'import/bad-id', message))
      return null
    }
    if (image.objects.has(id)) {
      const message = 'Another object of its image has this id; this one is left out.'
      out.push(skipped(where, 'import/duplicate-id', message))
      return null
    }
    const written = own(entry, 'names') ?? own(entry, 'name')
    const list: readonly unknown[] = Array.isArray(written) ? written : [written]
    const names = list.filter((name): name is string => typeof name === 'string' && name !== '')
    if (names.length < list.length)
      out.push(
        noted(
          where,
          'import/bad-label',
          `Its names should be texts, not ${nameValue(written)}; what is none is left out.`
        )
      )
    // What we wrote says by its mark that it has no class.
    if (list.length === 0 && own(entry, OWN_KEY) === undefined)
      out.push(doubted(where, 'import/no-label', 'It has no name; it was read without a class.'))
    const said = own(entry, 'attributes')
    const attributes: Attributes = {
      ...(names.length > 1 ? { names: names.slice(1).join(', ') } : {}),
      ...(Array.isArray(said) && said.length > 0
        ? { attributes: said.filter((each) => typeof each === 'string').join(', ') }
        : {})
    }
    const box = ['x', 'y', 'w', 'h'].map((side) => own(entry, side))
    const isOut = this.#put(
      box,
      image,
      `o${id}`,
      names[0] ?? null,
      readOwnMarks(entry).phrase ?? null,
      where,
      entry,
      attributes,
      out
    )
    if (!isOut) return null
    image.objects.set(id, packedCorner(box))
    return `o${id}`
  }

  /** false: the box cannot be read, and an issue says so. */
  #put(
    box: readonly unknown[],
    image: GenomeImage,
    key: string,
    label: string | null,
    phrase: string | null,
    where: { readonly file: string; readonly record: string },
    entry: JsonObject,
    attributes: Attributes | undefined,
    out: ImportItem[]
  ): boolean {
    const size = image.size ?? { width: 0, height: 0 }
    const corners = cornersOf(box, 'xywh')
    const shape = isFault(corners) ? null : boxShapeOf(corners, size)
    if (isFault(corners) || shape === null) {
      const [code, message] = isFault(corners)
        ? [corners.code, corners.message]
        : ['import/empty-box' as const, 'has no area']
      out.push(skipped(where, code, `Its box ${message}.`))
      return false
    }
    const marks = readOwnMarks(entry)
    const doubt = this.#extents.see(corners, size, where, own(entry, OWN_KEY) !== undefined)
    if (doubt !== null) out.push(doubt)
    const more = { ...attributes, ...marks.attributes }
    out.push({
      type: 'region',
      imageKey: image.imageKey,
      key,
      shape,
      label,
      phrase,
      ...fieldsOfMarks(marks),
      ...(Object.keys(more).length === 0 ? {} : { attributes: more })
    })
    return true
  }

  #relationship(entry: JsonObject, index: number, image: GenomeImage, out: ImportItem[]): void {
    const id = cocoId(own(entry, 'relationship_id'))
    const where = { file: this.path, record: `relationship ${id ?? `${index} of image ${image.imageKey}`}` }
    const predicate = own(entry, 'predicate')
    if (typeof predicate !== 'string' || predicate.trim() === '') {
      out.push(skipped(where, 'import/no-words', `Its predicate should be words, not ${nameValue(predicate)}.`))
      return
    }
    const [subject, object] = ['subject', 'object'].map((end) =>
      this.#end(own(entry, end), own(entry, `${end}_id`), image, where, out)
    )
    if (subject === null || subject === undefined || object === null || object === undefined) {
      out.push(skipped(where, 'import/loose-relation', 'It does not have a region at each end.'))
      return
    }
    out.push({ type: 'relation', imageKey: image.imageKey, subject, predicate, object })
  }

  #compare(end: JsonObject, id: CocoId, corner: number, where: Whereabouts, out: ImportItem[]): void {
    const here = [own(end, 'x'), own(end, 'y')]
    const other = packedCorner(here)
    if (Number.isNaN(other) || Number.isNaN(corner) || isNear(other, corner)) return
    const message = `Its object ${id} lies at ${here.join(', ')} here, and at ${unpackedCorner(corner).join(', ')} among the objects; read by the latter.`
    out.push(doubted(where, 'import/box-differs', message))
  }

  /** An object that was read, by its id; else the box that the relationship gives it. */
  #end(end: unknown, endId: unknown, image: GenomeImage, where: Whereabouts, out: ImportItem[]): string | null {
    const isRegion = isObject(end) && own(end, 'region_id') !== undefined
    const id: CocoId | null = cocoId(isObject(end) ? (own(end, 'object_id') ?? own(end, 'region_id')) : endId)
    if (id === null) return null
    if (isRegion) return image.regions.has(id) ? `r${id}` : null
    const corner = image.objects.get(id)
    if (corner !== undefined && isObject(end)) this.#compare(end, id, corner, where, out)
    if (corner !== undefined) return `o${id}`
    if (!isObject(end)) return null
    const key = this.#object(end, 0, image, out)
    if (key !== null) this.#loose++
    return key
  }
}

const CORNER_RANGE = 65_536
/** Versions of the data set differ by rounding. */
const SAME_CORNER_PX = 2

/** Left and top as one number; NaN: they are no whole pixels of an image. */
function packedCorner([x, y]: readonly unknown[]): number {
  const isPixel = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < CORNER_RANGE
  return isPixel(x) && isPixel(y) ? x * CORNER_RANGE + y : NaN
}
const unpackedCorner = (packed: number): readonly [number, number] => [
  Math.floor(packed / CORNER_RANGE),
  packed % CORNER_RANGE
]
function isNear(a: number, b: number): boolean {
  const [[ax, ay], [bx, by]] = [unpackedCorner(a), unpackedCorner(b)]
  return Math.abs(ax - bx) <= SAME_CORNER_PX && Math.abs(ay - by) <= SAME_CORNER_PX
}
