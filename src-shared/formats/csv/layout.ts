/**
 * @file Which column of a CSV file says what. Read are
 *
 *     ours           filename,width,height,class,xmin,ymin,xmax,ymax,phrase,confidence,state,origin,attributes,eyrie
 *     TensorFlow     filename,width,height,class,xmin,ymin,xmax,ymax
 *     RetinaNet      path,x1,y1,x2,y2,class, without a head; a row with a path alone is an image without boxes
 *     Open Images    ImageID,…,LabelName,Confidence,XMin,XMax,YMin,YMax, fractions of the image
 *     VIA            filename,…,region_shape_attributes,region_attributes, JSON in cells
 *
 * and heads that say the same in other usual words, in any order. Pixels are edges from 0.
 */
import { numberOf } from '../kit/xml'

export interface CsvLayout {
  readonly kind: 'boxes' | 'via'
  readonly hasHead: boolean
  readonly unit: 'pixels' | 'fractions'
  /** Eyrie wrote it. */
  readonly isOurs: boolean
  /** What of the file is not read. */
  readonly others: readonly string[]
  /** Heads that stand there more than once. */
  readonly twice: readonly string[]
  /** Of a whole row. */
  readonly cells: number
  /** Column numbers by what they say. */
  readonly columns: Readonly<Partial<Record<Column, number>>>
  readonly score: number
}

export type Column =
  | 'image'
  | 'width'
  | 'height'
  | 'label'
  | 'x0'
  | 'y0'
  | 'x1'
  | 'y1'
  | 'boxWidth'
  | 'boxHeight'
  | 'phrase'
  | 'confidence'
  | 'state'
  | 'origin'
  | 'attributes'
  | 'viaShape'
  | 'viaAttributes'

const NAMES: Readonly<Record<string, Column>> = Object.assign(Object.create(null) as Record<string, Column>, {
  ...of(
    'image',
    'filename',
    'file_name',
    'file',
    'path',
    'filepath',
    'image',
    'imagepath',
    'image_path',
    'img_path',
    'image_name',
    'imagename',
    'imageid',
    'image_id'
  ),
  ...of('width', 'width', 'image_width', 'img_width'),
  ...of('height', 'height', 'image_height', 'img_height'),
  ...of(
    'label',
    'class',
    'label',
    'labelname',
    'label_name',
    'class_name',
    'classname',
    'category',
    'category_name',
    'name'
  ),
  ...of('x0', 'xmin', 'x_min', 'x1', 'left', 'x0', 'xtl', 'x', 'bbox_x'),
  ...of('y0', 'ymin', 'y_min', 'y1', 'top', 'y0', 'ytl', 'y', 'bbox_y'),
  ...of('x1', 'xmax', 'x_max', 'x2', 'right', 'xbr'),
  ...of('y1', 'ymax', 'y_max', 'y2', 'bottom', 'ybr'),
  ...of('boxWidth', 'w', 'bbox_width', 'bbox_w', 'box_width'),
  ...of('boxHeight', 'h', 'bbox_height', 'bbox_h', 'box_height'),
  ...of('phrase', 'phrase'),
  ...of('confidence', 'confidence', 'score', 'conf'),
  ...of('state', 'state'),
  ...of('origin', 'origin'),
  ...of('attributes', 'attributes'),
  ...of('viaShape', 'region_shape_attributes'),
  ...of('viaAttributes', 'region_attributes')
})

function of(column: Column, ...names: readonly string[]): Record<string, Column> {
  return Object.fromEntries(names.map((name) => [name, column]))
}

/** The numbers of rows, as pandas writes them. */
const ROW_NUMBERS = /^(unnamed:_\d+|__index_level_\d+__)$/
const OWN_COLUMN = 'eyrie'
/** VIA's own, which say nothing of a region. */
const PASSED_OVER = new Set(['file_size', 'file_attributes', 'region_count', 'region_id', OWN_COLUMN])

/** By the first row; null: no such table. */
export function layoutOf(row: readonly string[]): CsvLayout | null {
  const heads = row.map((cell) => cell.trim())
  const columns: Partial<Record<Column, number>> = {}
  const others: string[] = []
  const twice: string[] = []
  heads.forEach((head, i) => {
    const key = head.toLowerCase().replaceAll(' ', '_')
    const column = NAMES[key]
    if (column !== undefined && columns[column] === undefined) columns[column] = i
    else if (heads.indexOf(head) < i && column !== undefined) twice.push(head)
    else if (!PASSED_OVER.has(key) && !ROW_NUMBERS.test(key) && head !== '') others.push(head)
  })
  const made = (patch: Partial<CsvLayout>): CsvLayout => ({
    kind: 'boxes',
    hasHead: true,
    unit: 'pixels',
    isOurs: false,
    others,
    twice,
    cells: heads.length,
    columns,
    score: 0.9,
    ...patch
  })
  if (columns.image !== undefined && columns.viaShape !== undefined) return made({ kind: 'via', score: 0.95 })
  if (columns.image === undefined || columns.x0 === undefined || columns.y0 === undefined) return headless(row)
  const isOurs = heads.at(-1) === OWN_COLUMN && columns.attributes !== undefined
  if (columns.x1 !== undefined && columns.y1 !== undefined) {
    const isOpenImages = heads.includes('ImageID') && heads.includes('LabelName')
    return made({ isOurs, unit: isOpenImages ? 'fractions' : 'pixels', score: isOurs ? 1 : 0.9 })
  }
  // A corner and a size; without `w` and `h`, `width` and `height` are those of the box.
  const { width, height, ...rest } = columns
  if (columns.boxWidth !== undefined && columns.boxHeight !== undefined) return made({})
  if (width === undefined || height === undefined) return null
  // One of the other corner's columns is missing or stands there twice: the sizes are those of the image.
  if (columns.x1 !== undefined || columns.y1 !== undefined || twice.length > 0) return null
  return made({ columns: { ...rest, boxWidth: width, boxHeight: height } })
}

/** `path,x1,y1,x2,y2,class`, or a path with empty cells. */
function headless(row: readonly string[]): CsvLayout | null {
  if (row.length !== 6 || !/\.\w{2,5}$/.test(row[0]?.trim() ?? '')) return null
  const box = row.slice(1, 5)
  const isRow = box.every((cell) => numberOf(cell) !== null) || row.slice(1).every((cell) => cell.trim() === '')
  const columns = { image: 0, x0: 1, y0: 2, x1: 3, y1: 4, label: 5 }
  return isRow
    ? {
        kind: 'boxes',
        hasHead: false,
        unit: 'pixels',
        isOurs: false,
        others: [],
        twice: [],
        cells: 6,
        columns,
        score: 0.7
      }
    : null
}
