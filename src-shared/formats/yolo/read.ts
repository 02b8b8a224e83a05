/** @file Reading YOLO: a text file for each image. Coordinates are fractions, so no size is asked for. */
import { AppError } from '../../errors'
import { doubted, skipped, skippedFile } from '../kit/issue'
import { nameValue } from '../kit/json-fields'
import type { ImportImage, ImportItem } from '../reading/item'
import type { ReaderOptions } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { findDataSet, listFor, placeholder, withGivenNames } from './classes'
import type { DataSet } from './classes'
import { ImagesByLabels, labelFiles, listedImages } from './files'
import { isRowFault, readRow } from './rows'
import { RowSuspicions } from './suspicions'
import type { Row, YoloTask } from './rows'

const MOST_FILES_PER_BATCH = 64
/** What writing with six decimals does at the border. */
const BORDER_TOLERANCE = 1e-5
/** So much of all rows must speak for a doubt about all. */
const MOST_OF = 0.9
const OUR_IMAGES = 'images/'

export async function* readYolo(
  task: YoloTask,
  source: DataSource,
  { classNames = [] }: ReaderOptions = {}
): AsyncGenerator<readonly ImportItem[]> {
  const dataSet = withGivenNames(await findDataSet(source), classNames)
  if (task === 'pose' && dataSet.keypoints === null && source.files.length > 0)
    throw new AppError(
      'import/no-keypoint-shape',
      'Nothing says how many keypoints an object has (kpt_shape in data.yaml).',
      {
        nextStep: 'Add kpt_shape to data.yaml, or import it as boxes.'
      }
    )
  const listed = await listedImages(source, dataSet)
  const paths = await labelFiles(source, listed.files)
  if (paths.length === 0 && listed.byLabels.size === 0 && dataSet.names === null && source.files.length > 0)
    throw new AppError('import/not-this-format', 'There are no label files of YOLO here.', {
      nextStep: 'Choose the folder that holds images and labels.'
    })
  const reading = new YoloReading(task, source, dataSet, listed.byLabels)
  yield [...dataSet.issues, ...reading.labels()]
  let batch: ImportItem[] = []
  for (const [i, path] of paths.entries()) {
    batch.push(...(await reading.file(path)))
    if ((i + 1) % MOST_FILES_PER_BATCH > 0) continue
    yield batch
    batch = []
  }
  yield [...batch, ...reading.imagesWithoutLabels(new Set(paths)), ...reading.issues()]
}

class YoloReading {
  readonly #images: ImagesByLabels
  /** Classes told so far, where there is no list. */
  #told = 0
  #firstUnnamed: string | null = null
  #rows = 0
  #beyond = 0
  #firstFile = ''
  readonly #suspicions = new RowSuspicions()

  readonly task: YoloTask
  readonly source: DataSource
  readonly dataSet: DataSet
  /** The first row that is a box. */
  #boxes: { readonly file: string; readonly line: number } | null = null
  #hasOutlines = false
  /** The first row with a number behind its box, and how many there are. */
  #confident: { readonly file: string; readonly line: number } | null = null
  #confidences = 0
  #saidMixed = false
  readonly #listed: ReadonlyMap<string, string>

  constructor(task: YoloTask, source: DataSource, dataSet: DataSet, listed: ReadonlyMap<string, string>) {
    this.task = task
    this.source = source
    this.dataSet = dataSet
    this.#listed = listed
    this.#images = new ImagesByLabels(source)
  }

  labels(): readonly ImportItem[] {
    return (this.dataSet.names ?? []).map((name) => ({ type: 'label', name }))
  }

  #image(path: string, reference: string): ImportImage {
    const own = this.dataSet.isOurs && reference.includes(OUR_IMAGES)
    const named = own ? reference.slice(reference.indexOf(OUR_IMAGES) + OUR_IMAGES.length) : reference
    return { type: 'image', imageKey: path, reference: named, size: null }
  }

  /** Nothing here names the image of these labels: it has their name. */
  #namesake(path: string): ImportImage {
    const reference = path.replace(/^(.*\/)?labels\//, '').replace(/\.[^./]*$/, '.jpg')
    return { ...this.#image(path, reference), isExtensionGuessed: true }
  }

  *imagesWithoutLabels(read: ReadonlySet<string>): Generator<ImportItem> {
    for (const [labels, image] of this.#listed) if (!read.has(labels)) yield this.#image(labels, image)
  }

  async file(path: string): Promise<readonly ImportItem[]> {
    const items: ImportItem[] = []
    const reference = this.#listed.get(path) ?? this.#images.find(path)
    items.push(reference === null ? this.#namesake(path) : this.#image(path, reference))
    const other = reference === null ? undefined : this.#images.otherThan(reference)
    if (other !== undefined) {
      const message = `Its labels may be those of ${nameValue(reference)}, which was taken, and of ${nameValue(other)}.`
      items.push(doubted({ file: path }, 'import/image-ambiguous', message))
    }
    const columns = new Set<boolean>()
    let index = 0
    try {
      for await (const lines of this.source.lines(path)) {
        for (const { number, text } of lines) {
          if (text.trim() === '') continue
          const where = { file: path, line: number }
          const row = readRow(text, this.task, this.dataSet.keypoints)
          if (isRowFault(row)) {
            items.push(skipped(where, row.code, row.message))
            continue
          }
          if (row.doubt !== undefined) items.push(doubted(where, row.doubt.code, row.doubt.message))
          this.#suspicions.see(row, text, where)
          columns.add(row.shape.type === 'box')
          if (row.shape.type === 'box' && row.confidence !== null) {
            this.#confident ??= where
            this.#confidences++
          }
          if (row.shape.type === 'box') this.#boxes ??= where
          else this.#hasOutlines = true
          this.#see(row, path, number, items)
          const label = this.#label(row.classIndex, path, number, items)
          items.push({
            type: 'region',
            imageKey: path,
            key: String(index++),
            shape: row.shape,
            label,
            phrase: null,
            ...(row.confidence === null ? {} : { confidence: row.confidence })
          })
        }
      }
    } catch (error) {
      items.push(skippedFile(path, error))
    }
    if (columns.size > 1) this.#saidMixed = true
    if (columns.size > 1)
      items.push(
        doubted({ file: path }, 'import/mixed-rows', 'It has boxes and other shapes; each was read as what it is.')
      )
    return items
  }

  #see(row: Row, file: string, line: number, items: ImportItem[]): void {
    const [x0, y0, x1, y1] = row.extent
    this.#rows++
    if (this.#rows === 1) this.#firstFile = file
    if (x0 >= -BORDER_TOLERANCE && y0 >= -BORDER_TOLERANCE && x1 <= 1 + BORDER_TOLERANCE && y1 <= 1 + BORDER_TOLERANCE)
      return
    if (Math.max(x1, y1) > 2) this.#beyond++
    const message = `It reaches from (${x0}, ${y0}) to (${x1}, ${y1}) in fractions of the image, outside of it.`
    items.push(doubted({ file, line }, 'import/outside-image', message))
  }

  /** null: no such class, and that was told. */
  #label(index: number, file: string, line: number, items: ImportItem[]): string | null {
    const list = listFor(file, this.dataSet)
    const { names } = list
    if (names !== null) {
      const name = names[index]
      if (name !== undefined) return name
      const message = `Its class is ${index}, but ${list.file ?? ''} has ${names.length} classes, from 0; it was read without a class.`
      items.push(doubted({ file, line }, 'import/no-such-class', message))
      return null
    }
    this.#firstUnnamed ??= file
    const MOST_UNNAMED = 10_000
    if (index >= MOST_UNNAMED) {
      items.push(
        doubted({ file, line }, 'import/no-such-class', `Its class is ${nameValue(index)}, and no list names it.`)
      )
      return null
    }
    // In the order of their numbers, whichever comes first.
    while (this.#told <= index) items.push({ type: 'label', name: placeholder(this.#told++) })
    return placeholder(index)
  }

  *issues(): Generator<ImportItem> {
    yield* this.#suspicions.issues()
    if (this.task !== 'detect' && this.#boxes !== null && this.#hasOutlines && !this.#saidMixed)
      yield doubted(
        this.#boxes,
        'import/mixed-rows',
        'It is a box, where other files have outlines; it was read as one.'
      )
    if (this.#confident !== null && !this.dataSet.isOurs) {
      const message = `${this.#confidences} rows have a number behind their box, as predictions have it; it was read as a confidence.`
      yield doubted(this.#confident, 'import/maybe-confidence', message)
    }
    if (this.#firstUnnamed !== null) {
      const message = 'No data.yaml and no classes.txt names the classes; they are called class_0, class_1 and so on.'
      yield doubted({ file: this.#firstUnnamed }, 'import/no-class-names', message)
    }
    if (this.#beyond > 0 && this.#beyond >= this.#rows * MOST_OF) {
      const message = `${this.#beyond} of ${this.#rows} rows reach beyond twice the image; they may be pixels, but were read as fractions.`
      yield doubted({ file: this.#firstFile }, 'import/maybe-pixels', message)
    }
  }
}
