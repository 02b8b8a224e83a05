/** @file Reading Pascal VOC: one XML file for each image. What its numbers count: edges.ts. */
import { AppError } from '../../errors'
import type { ImageSize } from '../../geometry/space'
import { statedSizeOf } from '../kit/box-fields'
import { doubted, noted, skipped, skippedFile } from '../kit/issue'
import { nameValue } from '../kit/json-fields'
import { LeftOut } from '../kit/left-out'
import { folderOf } from '../kit/references'
import { namesakeOf } from '../kit/namesake'
import { PlaceDoubts } from '../kit/place-doubts'
import { isNamed } from '../kit/small-json'
import { childOf, childText, numberOf, parseXml } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportItem } from '../reading/item'
import type { ReaderOptions } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { EDGES, EdgeDoubts, edgesOf } from './edges'
import { NamedImages } from './named-images'
import { ObjectReader } from './read-object'

const MOST_FILES_PER_BATCH = 64
const KNOWN = new Set(['folder', 'filename', 'path', 'source', 'size', 'segmented', 'object', 'eyrie'])

export async function* readVoc(source: DataSource, options: ReaderOptions): AsyncGenerator<readonly ImportItem[]> {
  const setting = options.settings?.[EDGES.id]
  const reading = new VocReading(source, setting)
  let batch: ImportItem[] = []
  let filesInBatch = 0
  for (const { path } of source.files) {
    if (!isNamed(path, 'xml')) continue
    batch.push(...(await reading.file(path)))
    if (++filesInBatch < MOST_FILES_PER_BATCH) continue
    yield batch
    ;[batch, filesInBatch] = [[], 0]
  }
  // A project without images writes no file.
  if (reading.files === 0 && source.files.length > 0)
    throw new AppError('import/not-this-format', 'No XML file here can be read as an annotation of Pascal VOC.', {
      nextStep: 'Choose the folder that holds the annotation files.'
    })
  yield [...batch, ...reading.issues()]
}

class VocReading {
  /** Files of XML, whatever stood in them. */
  files = 0
  readonly #images: NamedImages
  /** By image, the first file that names it. */
  readonly #fileOf = new Map<string, string>()
  readonly #edges = new EdgeDoubts()
  #leftOut: LeftOut | null = null
  #segmented = 0
  #firstSegmented = ''

  readonly source: DataSource
  readonly #setting: string | undefined

  constructor(source: DataSource, setting: string | undefined) {
    this.source = source
    this.#setting = setting
    this.#images = new NamedImages(source.files.map(({ path }) => path))
  }

  async file(path: string): Promise<readonly ImportItem[]> {
    this.files++
    try {
      const root = parseXml(path, await this.source.text(path))
      if (root.name === 'annotation') return await this.#image(path, root)
      const message = `Its root is <${root.name}>, where <annotation> should be: not a file of Pascal VOC.`
      return [skipped({ file: path, line: root.line }, 'import/not-this-format', message)]
    } catch (error) {
      return [skippedFile(path, error)]
    }
  }

  async #image(file: string, root: XmlElement): Promise<readonly ImportItem[]> {
    const items: ImportItem[] = []
    const own = childOf(root, 'eyrie')
    const {
      reference: named,
      issue,
      isExtensionGuessed
    } = this.#images.find(file, childText(root, 'filename'), own === null ? null : childText(own, 'image'))
    if (issue !== null) items.push(doubted({ file }, issue.code, issue.message))
    // The images may lie in a folder apart.
    const namesake = issue === null && own === null ? await namesakeOf(this.source, file, named, 'filename') : null
    const reference = namesake?.reference ?? named
    if (namesake !== null) items.push(doubted({ file }, 'import/other-image', namesake.message))
    const before = this.#fileOf.get(reference)
    if (before === undefined) this.#fileOf.set(reference, file)
    else
      items.push(
        doubted({ file }, 'import/image-named-twice', `Its image ${nameValue(reference)} is that of ${before} too.`)
      )
    const stated = this.#statedSize(root, file, items)
    const size = stated ?? (await this.source.imageSize(reference, file))
    const isDone = root.attributes.get('verified') === 'yes'
    const image: ImportItem = {
      type: 'image',
      imageKey: file,
      reference,
      size: stated,
      ...(isExtensionGuessed === undefined ? {} : { isExtensionGuessed }),
      ...folderOf(file),
      ...(isDone ? { done: true } : {})
    }
    if (size === null) {
      const message = `Neither the file nor an image ${nameValue(reference)} says how large it is, so its pixels have no place.`
      return [...items, skipped({ file }, 'import/no-size', message)]
    }
    this.#leftOut ??= new LeftOut(file, 'images')
    for (const { name } of root.children) if (!KNOWN.has(name)) this.#leftOut.see(name)
    const segmented = childText(root, 'segmented')
    if (segmented !== null && segmented !== '' && segmented !== '0') {
      this.#segmented++
      if (this.#segmented === 1) this.#firstSegmented = file
    }
    const edges = edgesOf(root, this.#setting)
    const doubts = new PlaceDoubts(size, file, own !== null)
    const objects = new ObjectReader(file, size, edges.rule, doubts, this.#leftOut)
    root.children
      .filter(({ name }) => name === 'object')
      .forEach((element, index) => objects.read(element, `object ${index}`, String(index)))
    // What Eyrie wrote begins at 0 where a region reaches outside.
    if (own === null) this.#edges.see(file, edges, objects.numbers)
    return [image, ...items, ...objects.items, ...doubts.issues()]
  }

  #statedSize(root: XmlElement, file: string, items: ImportItem[]): ImageSize | null {
    const element = childOf(root, 'size')
    if (element === null) return null
    const [width, height] = [childText(element, 'width'), childText(element, 'height')]
    const { size } = statedSizeOf(numberOf(width), numberOf(height))
    // Tools that do not know it write 0.
    const isUnknown = [width, height].every((side) => side === null || side === '' || side === '0')
    if (size === null && !isUnknown) {
      const message = `Its size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; the image itself is asked.`
      items.push(doubted({ file, line: element.line }, 'import/bad-size', message))
    }
    return size
  }

  *issues(): Generator<ImportItem> {
    yield* this.#edges.issues()
    if (this.#leftOut !== null) yield* this.#leftOut.issues()
    if (this.#segmented === 0) return
    const message = `${this.#segmented} images are said to be segmented; pictures of segmentations (SegmentationClass, SegmentationObject) are not read.`
    yield noted({ file: this.#firstSegmented }, 'import/segmentation-pictures', message)
  }
}
