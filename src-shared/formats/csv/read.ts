/** @file Reading CSV tables of boxes, one or several files. Which column says what: layout.ts. */
import { AppError } from '../../errors'
import type { Origin, RegionState } from '../../document/records'
import type { AnnotationShape } from '../../geometry/region-shape'
import { pixelBox, pixelPoint } from '../../geometry/space'
import type { ImageSize, PixelPoint } from '../../geometry/space'
import { boxShapeOf, cornersOf, fractionShapeOf, isFault, statedSizeOf } from '../kit/box-fields'
import { BoxExtents } from '../kit/extent-doubts'
import { headText } from '../kit/head-text'
import { doubted, noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { attributesFrom, isScalar, nameValue } from '../kit/json-fields'
import { besideAnnotation } from '../kit/references'
import { isNamed } from '../kit/small-json'
import { numberOf } from '../kit/xml'
import type { Attributes, ImportItem, ImportRegion } from '../reading/item'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { restored } from './cells'
import { layoutOf } from './layout'
import type { Column, CsvLayout } from './layout'
import { csvRows, delimiterOf, namedDelimiter, rowsOf } from './table'
import type { CsvRow } from './table'
import { objectInCell, viaAttributes, viaShape } from './via'

const HEAD_BYTES = 64 * 1024

/** The layout of a file by its first row; null: no table of boxes. */
async function layoutOfFile(source: DataSource, path: string): Promise<CsvLayout | null> {
  if (!['csv', 'tsv'].some((extension) => isNamed(path, extension))) return null
  const head = await headText(source, path, HEAD_BYTES)
  const [first, second] = (head ?? '').split(/\r\n|\r|\n/).filter((each) => each.trim() !== '')
  const named = first === undefined ? null : namedDelimiter(first)
  const line = named === null ? first : second
  return line === undefined ? null : layoutOf(rowsOf(line, named ?? delimiterOf(line), 1)[0]?.cells ?? [])
}

async function csvFiles(source: DataSource): Promise<readonly { readonly path: string; readonly layout: CsvLayout }[]> {
  const found = []
  for (const { path } of source.files) {
    const layout = await layoutOfFile(source, path)
    if (layout !== null) found.push({ path, layout })
  }
  return found
}

export async function recogniseCsv(source: DataSource): Promise<Recognition | null> {
  const found = await csvFiles(source)
  if (found.length === 0) return null
  const score = Math.max(...found.map(({ layout }) => layout.score))
  return {
    score,
    because: 'a table with a column for the image and columns for a box',
    paths: found.map(({ path }) => path)
  }
}

export async function* readCsv(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const found = await csvFiles(source)
  if (found.length === 0)
    throw new AppError('import/not-this-format', 'No CSV file here has columns for an image and a box.', {
      nextStep: 'Name the columns filename, class, xmin, ymin, xmax, ymax.'
    })
  const files = new Set(source.files.map(({ path }) => path))
  for (const [i, { path, layout }] of found.entries()) {
    const reading = new TableReading(source, path, layout, found.length === 1 ? '' : `${i + 1}/`, files)
    let isFirst = layout.hasHead
    for await (const rows of csvRows(source, path)) {
      const items: ImportItem[] = []
      for (const row of rows) {
        if (!isFirst) await reading.row(row, items)
        isFirst = false
      }
      yield items
    }
    yield [...reading.issues()]
  }
}

/** A row that ends before one of these is cut off; cells of others may be left away at its end. */
const NEEDED: readonly Column[] = ['image', 'label', 'x0', 'y0', 'x1', 'y1', 'boxWidth', 'boxHeight', 'viaShape']
const STATES: readonly string[] = ['accepted', 'proposed', 'corrected'] satisfies RegionState[]
const ORIGINS: readonly string[] = ['human', 'model', 'import', 'rule'] satisfies Origin[]

interface TableImage {
  readonly imageKey: string
  readonly reference: string
  readonly stated: ImageSize | null
  /** undefined: nobody asked yet; null: nobody knows. */
  size: ImageSize | null | undefined
}

/** `spreadsheet`: cells of our own files are neutralised, and rows have line numbers. */
export type TableCells = 'spreadsheet' | 'plain'

/** Rows of a table of boxes, whatever kind of file they stand in. */
export class TableReading {
  readonly #images = new Map<string, TableImage>()
  readonly #doubts: BoxExtents

  readonly source: DataSource
  readonly path: string
  readonly layout: CsvLayout
  readonly #prefix: string
  readonly #files: ReadonlySet<string>

  readonly #cells: TableCells

  constructor(
    source: DataSource,
    path: string,
    layout: CsvLayout,
    prefix: string,
    files: ReadonlySet<string>,
    cells: TableCells = 'spreadsheet'
  ) {
    this.#cells = cells
    this.source = source
    this.path = path
    this.layout = layout
    this.#prefix = prefix
    this.#files = files
    this.#doubts = new BoxExtents(path, layout.columns.x1 === undefined ? 'xywh' : 'xyxy')
  }

  #cell({ cells }: CsvRow, column: Column): string {
    const at = this.layout.columns[column]
    const text = at === undefined ? '' : (cells[at] ?? '')
    if (this.#cells === 'plain') return text
    return this.layout.isOurs ? restored(text) : text.trim()
  }

  #where({ line }: CsvRow): Whereabouts {
    return this.#cells === 'plain' ? { file: this.path, record: `row ${line}` } : { file: this.path, line }
  }

  /** Our rows end with a cell that is never empty: what is left of a number may be a number too. */
  #isCutOff({ cells }: CsvRow): boolean {
    if (this.#cells === 'plain') return false
    const { columns } = this.layout
    if (this.layout.isOurs) return (cells[(columns.attributes ?? -1) + 1] ?? '') === ''
    return NEEDED.some((column) => (columns[column] ?? -1) >= cells.length)
  }

  /** Behind a cell with a comma in it, every cell is that of its neighbour. */
  #isTooLong({ cells }: CsvRow): boolean {
    return this.#cells === 'spreadsheet' && cells.slice(this.layout.cells).some((cell) => cell.trim() !== '')
  }

  async row(row: CsvRow, items: ImportItem[]): Promise<void> {
    const where = this.#where(row)
    if (row.fault !== null) {
      items.push(skipped(where, 'import/csv', `The row cannot be read: ${row.fault}.`))
      return
    }
    if (this.#isCutOff(row)) {
      const message = `The row has ${row.cells.length} ${row.cells.length === 1 ? 'cell' : 'cells'}, too few; it may be cut off.`
      items.push(skipped(where, 'import/short-row', message))
      return
    }
    if (this.#isTooLong(row)) {
      const message = `The row has ${row.cells.length} cells, too many; a comma in a number or a name parts it.`
      items.push(skipped(where, 'import/long-row', message))
      return
    }
    const name = this.#cell(row, 'image')
    if (name === '') {
      items.push(skipped(where, 'import/no-image', 'The row names no image.'))
      return
    }
    const image = this.#image(name, row, where, items)
    const isEmpty = (['x0', 'y0', 'x1', 'y1', 'boxWidth', 'boxHeight'] as const).every(
      (each) => this.#cell(row, each) === ''
    )
    if (this.layout.kind === 'boxes' ? isEmpty : ['', '{}'].includes(this.#cell(row, 'viaShape'))) {
      const label = this.#cell(row, 'label')
      if (label !== '')
        items.push(skipped(where, 'import/no-shape', `The row has the class ${nameValue(label)}, but no box.`))
      return
    }
    if (image.size === undefined) image.size = await this.source.imageSize(image.reference, this.path)
    if (image.size === null && this.layout.unit === 'pixels') {
      const message = `Nobody knows how large the image ${nameValue(name)} is, so pixels have no place on it.`
      items.push(skipped(where, 'import/no-size', message))
      return
    }
    const size = image.size ?? { width: 1, height: 1 }
    if (this.layout.kind === 'via') this.#via(row, image, size, where, items)
    else this.#box(row, image, size, where, items)
  }

  #image(name: string, row: CsvRow, where: Whereabouts, items: ImportItem[]): TableImage {
    const [width, height] = [this.#cell(row, 'width'), this.#cell(row, 'height')]
    const known = this.#images.get(name)
    const { size: stated } = statedSizeOf(numberOf(width), numberOf(height))
    if (known !== undefined) {
      const isOther = stated !== null && (stated.width !== known.stated?.width || stated.height !== known.stated.height)
      if (isOther) {
        const message = `The row says another size of the image, ${width} × ${height}, than the first row about it, which was taken.`
        items.push(doubted(where, 'import/bad-size', message))
      }
      return known
    }
    if (stated === null && (width !== '' || height !== '')) {
      const message = `The size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; the image itself is asked.`
      items.push(doubted(where, 'import/bad-size', message))
    }
    const beside = besideAnnotation(name, this.path, this.#files)
    const image: TableImage = {
      imageKey: `${this.#prefix}${name}`,
      reference: this.#files.has(beside) ? beside : name,
      stated,
      size: stated ?? undefined
    }
    this.#images.set(name, image)
    items.push({ type: 'image', imageKey: image.imageKey, reference: image.reference, size: stated })
    return image
  }

  #box(row: CsvRow, image: TableImage, size: ImageSize, where: Whereabouts, items: ImportItem[]): void {
    const isSized = this.layout.columns.x1 === undefined
    const columns = isSized ? (['x0', 'y0', 'boxWidth', 'boxHeight'] as const) : (['x0', 'y0', 'x1', 'y1'] as const)
    const texts = columns.map((column) => this.#cell(row, column))
    const numbers = texts.map(numberOf)
    const corners = cornersOf(numbers.some((each) => each === null) ? texts : numbers, isSized ? 'xywh' : 'xyxy')
    if (isFault(corners)) {
      items.push(skipped(where, corners.code, `The box ${corners.message}.`))
      return
    }
    const shape = this.layout.unit === 'fractions' ? fractionShapeOf(corners) : boxShapeOf(corners, size)
    if (shape === null) {
      items.push(skipped(where, 'import/empty-box', `The box ${nameValue(texts.join(' '))} has no area.`))
      return
    }
    const of = this.layout.unit === 'fractions' ? { width: 1, height: 1 } : size
    this.#see([pixelPoint(corners[0], corners[1]), pixelPoint(corners[2], corners[3])], of, row, items)
    const label = this.#cell(row, 'label')
    if (label === '' && this.layout.columns.label !== undefined && !this.layout.isOurs && this.#cells === 'spreadsheet')
      items.push(doubted(where, 'import/no-label', 'The row has no class; the box was read without one.'))
    const phrase = this.#cell(row, 'phrase')
    const [state, origin] = [this.#cell(row, 'state'), this.#cell(row, 'origin')]
    const isOurs = this.layout.isOurs
    this.#region(row, image, shape, where, items, {
      label: label === '' ? null : label,
      phrase: phrase === '' ? null : phrase,
      ...(isOurs && STATES.includes(state) ? { state: state as RegionState } : {}),
      ...(isOurs && ORIGINS.includes(origin) ? { origin: origin as Origin } : {}),
      attributes: this.#attributes(row, where, items)
    })
  }

  #attributes(row: CsvRow, where: Whereabouts, items: ImportItem[]): Attributes {
    const cell = this.#cell(row, 'attributes')
    if (cell === '' || cell === '{}') return {}
    const held = objectInCell(cell)
    const entries = Object.entries(held ?? {})
    const scalars = entries.flatMap(([key, value]) => (isScalar(value) ? [[key, value] as const] : []))
    if (held === null || scalars.length < entries.length)
      items.push(
        noted(where, 'import/other-fields', 'What its attributes hold besides texts, numbers and truth is not kept.')
      )
    return attributesFrom(scalars)
  }

  #via(row: CsvRow, image: TableImage, size: ImageSize, where: Whereabouts, items: ImportItem[]): void {
    const read = viaShape(this.#cell(row, 'viaShape'), size)
    if (typeof read === 'string') {
      items.push(skipped(where, 'import/bad-shape', `Of the row, ${read}.`))
      return
    }
    this.#see(read.points, size, row, items)
    const cell = this.#cell(row, 'viaAttributes')
    const said = viaAttributes(cell === '' ? '{}' : cell)
    if (said === null)
      items.push(
        doubted(where, 'import/bad-label', `region_attributes should be JSON of an object, not ${nameValue(cell)}.`)
      )
    this.#region(row, image, read.shape, where, items, {
      label: said?.label ?? null,
      phrase: null,
      attributes: said?.attributes ?? {}
    })
  }

  #see(points: readonly PixelPoint[], size: ImageSize, row: CsvRow, items: ImportItem[]): void {
    const xs = points.map(([x]) => x)
    const ys = points.map(([, y]) => y)
    const extent = pixelBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
    const doubt = this.#doubts.see(extent, size, this.#where(row), this.layout.isOurs)
    if (doubt !== null) items.push(doubt)
  }

  #region(
    row: CsvRow,
    { imageKey }: TableImage,
    shape: AnnotationShape,
    where: Whereabouts,
    items: ImportItem[],
    {
      attributes,
      ...fields
    }: Pick<ImportRegion, 'label' | 'phrase' | 'state' | 'origin'> & { readonly attributes: Attributes }
  ): void {
    const written = this.#cell(row, 'confidence')
    const confidence = numberOf(written)
    const isConfidence = confidence !== null && confidence >= 0 && confidence <= 1
    if (!isConfidence && written !== '')
      items.push(
        doubted(where, 'import/bad-score', `The confidence should be from 0 to 1, not ${nameValue(written)}; left out.`)
      )
    items.push({
      type: 'region',
      imageKey,
      key: String(row.line),
      shape,
      ...fields,
      ...(isConfidence ? { confidence } : {}),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes })
    })
  }

  *issues(): Generator<ImportItem> {
    if (this.layout.unit === 'pixels') yield* this.#doubts.issues()
    const { others, twice } = this.layout
    if (twice.length > 0) {
      const message = `Columns that stand there twice, of which the first was read: ${twice.join(', ')}.`
      yield doubted({ file: this.path }, 'import/duplicate-column', message)
    }
    if (others.length === 0) return
    yield noted(
      { file: this.path },
      'import/other-fields',
      `Columns that are not kept: ${others.slice(0, 20).join(', ')}.`
    )
  }
}
