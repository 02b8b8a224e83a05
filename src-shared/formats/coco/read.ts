/**
 * @file Reading COCO files: instances, keypoints and captions, one or several of them, of any size. An annotation needs
 * the size of its image and the name of its category, and the official files name categories last. So what an
 * annotation needs and has not been seen when the first one comes is looked up ahead, in a second reading of the file;
 * everything else is one pass.
 */
import { AppError } from '../../errors'
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { ImportItem } from '../reading/item'
import { NumberList, withArrays } from '../reading/number-list'
import { BulkItems, oneByOne } from '../reading/outlines'
import type { BulkItem } from '../reading/outlines'
import type { DataSource } from '../reading/source'
import { AnnotationReader } from './annotations'
import { Categories } from './categories'
import { cocoId } from './ids'
import { ImageIndex } from './image-index'
import type { IndexedImage } from './image-index'
import { lastSection } from './last-section'
import { LeftOut } from './left-out'
import { OWN_DESCRIPTION } from './own-fields'
import { cocoFiles } from './recognise'

const SECTIONS = new Set(['images', 'annotations', 'categories'])
/** Words about the file as a whole. */
const ABOUT = new Set(['info', 'licenses', 'type'])

export const readCoco = (source: DataSource): AsyncGenerator<readonly ImportItem[]> => oneByOne(readCocoInBulk(source))

export async function* readCocoInBulk(source: DataSource): AsyncGenerator<readonly BulkItem[]> {
  const found = await cocoFiles(source)
  if (found.length === 0)
    throw new AppError('import/not-this-format', 'No file here has the images, annotations and categories of COCO.', {
      nextStep: 'Choose the folder that holds the annotation files.'
    })
  const files = new Set(source.files.map(({ path }) => path))
  // One for all files, as it counts their images.
  const bulk = new BulkItems()
  for (const [i, { path }] of found.entries())
    yield* new CocoFile(source, path, found.length === 1 ? '' : `${i + 1}/`, files, bulk).read()
}

class CocoFile {
  readonly #images: ImageIndex
  readonly #categories: Categories
  readonly #annotations: AnnotationReader
  /** Sections that are read, so far or ahead. */
  readonly #seen = new Set<string>()
  readonly #ahead = new Set<string>()
  readonly #leftOut: LeftOut
  readonly #bulk: BulkItems

  readonly source: DataSource
  readonly path: string

  constructor(source: DataSource, path: string, keyPrefix: string, files: ReadonlySet<string>, bulk: BulkItems) {
    this.source = source
    this.path = path
    this.#bulk = bulk
    this.#images = new ImageIndex(path, keyPrefix, files)
    this.#categories = new Categories(path)
    this.#annotations = new AnnotationReader(path, this.#categories)
    this.#leftOut = new LeftOut(path, 'the file')
  }

  async *read(): AsyncGenerator<readonly BulkItem[]> {
    for await (const batch of this.source.json(this.path, undefined, NUMBER_LISTS)) {
      const { section } = batch
      const isNew = !this.#seen.has(section)
      this.#seen.add(section)
      if (batch.kind === 'value') {
        yield this.#value(section, batch.value)
        continue
      }
      if (section === 'annotations') {
        if (isNew) yield* this.#lookAhead(batch.elements[0])
        if (this.#images.areSizesMissing) await this.#askSizes(batch.elements)
        yield this.#readAnnotations(batch.elements, batch.firstIndex)
      } else if (!this.#ahead.has(section))
        yield this.#readRecords(section, batch.elements.map(withArrays), batch.firstIndex)
    }
    if (!this.#seen.has('annotations'))
      yield [doubted({ file: this.path }, 'import/no-records', 'It has no annotations, not even an empty list.')]
    yield [
      ...this.#annotations.issues(),
      ...this.#images.issues(),
      ...this.#categories.issues(),
      ...this.#leftOut.issues()
    ]
  }

  #value(section: string, value: unknown): readonly ImportItem[] {
    if (section === '') throw notCoco(this.path, `it should be an object with sections, not ${nameValue(value)}`)
    if (SECTIONS.has(section)) {
      if (value === null)
        return [
          doubted({ file: this.path }, 'import/no-records', `Its ${section} is null; it was read as an empty list.`)
        ]
      throw notCoco(this.path, `its ${section} should be a list of objects, not ${nameValue(value)}`)
    }
    if (section === 'info' && isObject(value) && value['description'] === OWN_DESCRIPTION)
      this.#annotations.doubts.isSureOfUnits = true
    if (!ABOUT.has(section)) this.#leftOut.see(section)
    return []
  }

  #readRecords(section: string, elements: readonly unknown[], firstIndex: number): readonly BulkItem[] {
    const out = this.#bulk
    if (section === '') throw notCoco(this.path, 'it is a list, where sections should be')
    if (section === 'images') elements.forEach((element, i) => this.#images.add(element, firstIndex + i, out))
    else if (section === 'categories')
      elements.forEach((element, i) => this.#categories.add(element, firstIndex + i, out))
    else if (!ABOUT.has(section) && elements.length > 0) this.#leftOut.see(section)
    return out.take()
  }

  /** Images and categories, where annotations come before them. */
  async *#lookAhead(first: unknown): AsyncGenerator<readonly BulkItem[]> {
    // Captions have no categories. Anything else may, whether or not the first annotation names one.
    const isCaption = isObject(first) && typeof first['caption'] === 'string' && first['category_id'] === undefined
    const wanted = new Set(['images', ...(isCaption ? [] : ['categories'])].filter((name) => !this.#seen.has(name)))
    if (wanted.size === 0) return
    const last =
      wanted.size === 1 && wanted.has('categories') ? await lastSection(this.source, this.path, 'categories') : null
    if (last !== null) {
      this.#ahead.add('categories')
      yield this.#readRecords('categories', last, 0)
      return
    }
    for await (const batch of this.source.json(this.path, wanted)) {
      if (batch.kind !== 'elements') continue
      this.#ahead.add(batch.section)
      yield this.#readRecords(batch.section, batch.elements, batch.firstIndex)
    }
  }

  /** Of images that the file says nothing of, as annotations name them. */
  async #askSizes(elements: readonly unknown[]): Promise<void> {
    for (const element of elements) {
      const image = this.#imageOf(element)
      if (image !== undefined && image.size === undefined)
        image.size = await this.source.imageSize(image.reference, this.path)
    }
  }

  #imageOf(element: unknown): IndexedImage | undefined {
    const id = isObject(element) ? cocoId(element['image_id']) : null
    return id === null ? undefined : this.#images.find(id)
  }

  /** Their lists of numbers stand until the next batch is asked for. */
  #readAnnotations(elements: readonly unknown[], firstIndex: number): readonly BulkItem[] {
    const out = this.#bulk
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i]
      if (isObject(element)) {
        this.#annotations.read(withOutlines(element), firstIndex + i, this.#imageOf(element), out)
        continue
      }
      const where = { file: this.path, record: `annotation ${firstIndex + i}` }
      out.push(skipped(where, 'import/bad-record', `An annotation should be an object, not ${nameValue(element)}.`))
    }
    return out.take()
  }
}

const NUMBER_LISTS = { numberLists: true } as const

/** Lists of numbers stay what they are only where outlines are; everything else is as JSON has it. */
function withOutlines(annotation: JsonObject): JsonObject {
  const { segmentation } = annotation
  if (!Array.isArray(segmentation)) return withArrays(annotation) as JsonObject
  const members = annotation as Record<string, unknown>
  for (const key in members) if (key !== 'segmentation') setPlain(members, key)
  for (let i = 0; i < segmentation.length; i++)
    if (!(segmentation[i] instanceof NumberList)) segmentation[i] = withArrays(segmentation[i])
  return annotation
}

function setPlain(members: Record<string, unknown>, key: string): void {
  const member = members[key]
  const plain = withArrays(member)
  if (plain !== member) members[key] = plain
}

const notCoco = (file: string, why: string): AppError =>
  new AppError('import/not-this-format', `${file} is not a COCO file: ${why}.`, {
    nextStep: 'Choose the file with images, annotations and categories.',
    data: { file }
  })
