/** @file One annotation of a COCO file, to a region or a caption. Nearly a million pass here in one file. */
import { AppError } from '../../errors'
import { normalizedFromPixel } from '../../geometry/convert'
import type { AnnotationShape, QuadShape } from '../../geometry/region-shape'
import { pixelBox } from '../../geometry/space'
import type { ImageSize } from '../../geometry/space'
import { doubted, noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { turnDoubt } from '../kit/turn-doubt'
import { attributesFrom, isObject, isScalar, nameValue } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { Attributes, ImportItem, ImportRegion } from '../reading/item'
import type { BulkItems } from '../reading/outlines'
import type { Categories, Category } from './categories'
import { ExtentDoubts, overlapOfUnion } from './extent'
import type { Extent } from './extent'
import { cocoId, IdSet, nameId } from './ids'
import type { CocoId } from './ids'
import type { IndexedImage } from './image-index'
import { keypointsShape, readKeypoints } from './keypoints'
import type { ReadKeypoints } from './keypoints'
import { LeftOut } from './left-out'
import { OWN_KEY, ownFields } from './own-fields'
import type { OwnFields } from './own-fields'
import { readSegmentation, shapeOfRings } from './segmentation'

const KNOWN = new Set([
  ...['id', 'image_id', 'category_id', 'bbox', 'area', 'iscrowd', 'segmentation', 'keypoints', 'num_keypoints'],
  ...['attributes', 'caption', 'score', OWN_KEY]
])

/** Below this a box and an outline can hardly mean the same thing. */
const LEAST_AGREEMENT = 0.5

interface ReadBox {
  readonly extent: Extent
  readonly numbers: readonly number[]
}

const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** JSON cannot say the bigints that stand for large integers. */
const nameList = (value: unknown): string =>
  Array.isArray(value) ? nameValue(`[${value.map(nameValue).join(', ')}]`) : nameValue(value)

/** Below, nothing is left of a side once it is a fraction of the image. */
const LEAST_SIDE_PX = 1e-300

/** Beside a large place a side may be lost when both become fractions. */
const isSide = (from: number, to: number, whole: number): boolean => from / whole < to / whole && to < Infinity

/** A text says what is wrong; null: there is none. */
function readBox(value: unknown, size: ImageSize): ReadBox | string | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null
  if (!Array.isArray(value) || value.length !== 4 || !value.every(isFinite))
    return `bbox should be [left, top, width, height], not ${nameList(value)}`
  const [x = NaN, y = NaN, width = NaN, height = NaN] = value
  if (!(width > LEAST_SIDE_PX && height > LEAST_SIDE_PX))
    return `bbox has the size ${width} × ${height}, which is no area`
  const extent = { x0: x, y0: y, x1: x + width, y1: y + height }
  if (!isSide(extent.x0, extent.x1, size.width) || !isSide(extent.y0, extent.y1, size.height))
    return `bbox has the size ${width} × ${height} at ${x}, ${y}, which is no area`
  return { extent, numbers: value }
}

/** Of an annotation: its words are made when somebody wants them, which is seldom. */
class Place implements Whereabouts {
  readonly file: string
  readonly key: CocoId

  constructor(file: string, key: CocoId) {
    this.file = file
    this.key = key
  }

  get record(): string {
    return String(this.key)
  }
}

export class AnnotationReader {
  readonly doubts: ExtentDoubts
  readonly #leftOut: LeftOut
  readonly #ids = new IdSet()
  #keypointsApart = 0

  readonly file: string
  readonly #categories: Categories

  constructor(file: string, categories: Categories) {
    this.file = file
    this.#categories = categories
    this.doubts = new ExtentDoubts(file)
    this.#leftOut = new LeftOut(file, 'annotations')
  }

  /** Unique in the file: the id, else a name made of it. A doubt is told for an id that was there before. */
  #key(annotation: JsonObject, index: number, out: BulkItems): CocoId {
    const id = cocoId(annotation['id'])
    if (id !== null && !this.#ids.has(id)) {
      this.#ids.add(id)
      return id
    }
    const where = { file: this.file, record: id === null ? `annotation ${index}` : String(id) }
    out.push(
      id === null
        ? doubted(where, 'import/bad-id', `Its id should be a number or a text, not ${nameId(annotation['id'])}.`)
        : doubted(
            where,
            'import/duplicate-id',
            `Another annotation has this id too; this is number ${index} of the list.`
          )
    )
    let key = `annotation ${index}`
    while (this.#ids.has(key)) key += '+'
    this.#ids.add(key)
    return key
  }

  /** `image` with its size, where anybody knows it; undefined: no image has the annotation's `image_id`. */
  read(annotation: JsonObject, index: number, image: IndexedImage | undefined, out: BulkItems): void {
    if (annotation['segments_info'] !== undefined) throw panoptic(this.file)
    const key = this.#key(annotation, index, out)
    const where = new Place(this.file, key)
    if (image === undefined) {
      const message = `No image has the id ${nameId(annotation['image_id'])}, which its image_id names.`
      out.push(skipped(where, 'import/no-such-image', message))
      return
    }
    if (image.isAmbiguous) {
      out.push(skipped(where, 'import/ambiguous-id', `Two images have the id ${nameId(annotation['image_id'])}.`))
      return
    }
    const { bbox, segmentation, keypoints, caption } = annotation
    if (typeof caption === 'string' && bbox === undefined && segmentation === undefined && keypoints === undefined) {
      this.#caption(annotation, caption, image, where, out)
      return
    }
    if (image.size === null || image.size === undefined) {
      const message = `Nobody knows how large the image ${nameValue(image.reference)} is, so pixels have no place on it.`
      out.push(skipped(where, 'import/no-size', message))
      return
    }
    this.#region(annotation, image, image.size, where, out)
  }

  #caption(annotation: JsonObject, caption: string, { imageKey }: IndexedImage, where: Place, out: BulkItems): void {
    if (caption.trim() === '') {
      out.push(skipped(where, 'import/empty-caption', 'Its caption is empty.'))
      return
    }
    for (const field in annotation) if (!KNOWN.has(field)) this.#leftOut.see(field)
    out.push({
      type: 'dialogue',
      imageKey,
      title: 'caption',
      turns: [{ role: 'assistant', children: [{ type: 'text', value: caption }], rawText: caption }]
    })
  }

  #region(
    annotation: JsonObject,
    { imageKey, number }: IndexedImage,
    size: ImageSize,
    where: Place,
    out: BulkItems
  ): void {
    const box = readBox(annotation['bbox'], size)
    const segmentation = readSegmentation(annotation['segmentation'], size)
    const points = readKeypoints(annotation['keypoints'], size)
    if (segmentation !== null && segmentation.finding !== null)
      out.push(doubted(where, `import/${segmentation.finding.code}`, segmentation.finding.message))
    if (typeof points === 'string')
      out.push(doubted(where, 'import/bad-keypoints', `Its ${points}; they are left out.`))
    const rings = segmentation?.rings ?? null
    const mask = segmentation?.mask ?? null
    const hasOutline = rings !== null || mask !== null
    const read = typeof points === 'string' ? null : points
    const hasBox = box !== null && typeof box !== 'string'
    if (!hasOutline && !hasBox && (read === null || read.labelled === 0)) {
      const said = annotation['caption']
      const caption = said === undefined ? '' : ` Its caption should be words, not ${nameValue(said)}.`
      const message = typeof box === 'string' ? `Its ${box}.` : `It has no box, no outline and no keypoints.${caption}`
      out.push(skipped(where, typeof box === 'string' ? 'import/bad-box' : 'import/no-shape', message))
      return
    }
    if (typeof box === 'string') out.push(doubted(where, 'import/bad-box', `Its ${box}; it was read without its box.`))
    const extent = segmentation?.extent ?? null
    if (hasBox && extent !== null && overlapOfUnion(box.extent, extent) < LEAST_AGREEMENT) {
      const message = `Its bbox [${box.numbers.join()}] is not where its segmentation is; it was read by the latter.`
      out.push(doubted(where, 'import/box-and-outline-differ', message))
    }
    const seen = extent ?? (hasBox ? box.extent : labelledExtent(annotation['keypoints']))
    if (seen !== null) {
      const doubt = this.doubts.see(seen, hasBox ? box.numbers : null, size, where, annotation['area'])
      if (doubt !== null) out.push(doubt)
    }
    if (read !== null && read.labelled > 0)
      this.doubts.seeKeypoints(labelledExtent(annotation['keypoints']), hasBox ? box.extent : null)
    const category = this.#category(annotation, where, out)
    const more = this.#more(annotation, where, out)
    const turn = hasOutline ? null : turnDoubt(more.attributes)
    if (turn !== null) out.push(doubted(where, 'import/maybe-turned', turn))
    // Nearly all of them: told in a few words, and many at once.
    if (rings !== null && read === null && isPlain(more)) {
      out.outline(number, where.key, category?.name ?? null, rings, size)
      return
    }
    const boxShape = hasBox
      ? normalizedFromPixel(pixelBox(box.extent.x0, box.extent.y0, box.extent.x1, box.extent.y1), size)
      : null
    const shape = rings === null ? mask : asItWas(shapeOfRings(rings, size), more.own)
    const make = (key: string, of: AnnotationShape, attributes: Attributes): ImportRegion => ({
      type: 'region',
      imageKey,
      key,
      shape: of,
      label: category?.name ?? null,
      ...more.fields,
      ...(attributes === NONE ? {} : { attributes })
    })
    const attributes = more.attributes
    if (shape !== null) out.push(make(where.record, shape, attributes))
    if (read !== null && (shape === null || read.labelled > 0)) {
      const named = this.#named(read, category, attributes, where, out)
      if (shape !== null) this.#keypointsApart++
      const key = shape === null ? where.record : `${where.record} keypoints`
      out.push(make(key, keypointsShape(read, more.own.hasNoBox ? null : boxShape), named))
    } else if (shape === null && boxShape !== null)
      out.push(make(where.record, { type: 'box', box: boxShape }, attributes))
  }

  #named(
    { points }: ReadKeypoints,
    category: Category | null,
    attributes: Attributes,
    where: Place,
    out: BulkItems
  ): Attributes {
    const names = category?.keypoints ?? null
    if (names === null) return attributes
    if (names.count === points.length) return { ...names.attributes, ...attributes }
    const message = `It has ${points.length} keypoints, its category names ${names.count}; they are kept without names.`
    out.push(doubted(where, 'import/keypoint-names', message))
    return attributes
  }

  #category(annotation: JsonObject, where: Place, out: BulkItems): Category | null {
    const written = annotation['category_id']
    if (written === undefined || written === null) {
      if (this.#categories.size > 0) {
        const message = 'It names no category, though the file has some; it was read without a class.'
        out.push(doubted(where, 'import/no-category', message))
      }
      return null
    }
    const id = cocoId(written)
    const category = id === null ? undefined : this.#categories.find(id)
    if (category === undefined) {
      const message = `No category has the id ${nameId(written)}, which its category_id names; it was read without a class.`
      out.push(doubted(where, 'import/no-such-category', message))
      return null
    }
    if (!category.isAmbiguous) return category
    const message = `Two categories have the id ${nameId(written)}; it was read without a class.`
    out.push(doubted(where, 'import/ambiguous-id', message))
    return null
  }

  #more(annotation: JsonObject, where: Place, out: BulkItems): More {
    let attributes: [string, string | number | boolean][] | null = null
    for (const key in annotation) {
      if (KNOWN.has(key)) continue
      const value = annotation[key]
      if (isScalar(value)) (attributes ??= []).push([key, value])
      else if (value !== null) this.#leftOut.see(key)
    }
    const { iscrowd, attributes: inner, caption, score } = annotation
    if (iscrowd === 1 || iscrowd === true) (attributes ??= []).push(['iscrowd', true])
    else if (iscrowd !== undefined && iscrowd !== null && iscrowd !== 0 && iscrowd !== false)
      out.push(
        doubted(where, 'import/bad-crowd', `Its iscrowd should be 0 or 1, not ${nameValue(iscrowd)}; read as 0.`)
      )
    if (isObject(inner)) {
      for (const key in inner) {
        const value = inner[key]
        if (isScalar(value)) (attributes ??= []).push([key, value])
        else if (value !== null) this.#leftOut.see(`attributes.${key}`)
      }
    } else if (inner !== undefined && inner !== null) this.#leftOut.see('attributes')
    if (caption !== undefined && caption !== null && typeof caption !== 'string') this.#leftOut.see('caption')
    const isConfidence = isFinite(score) && score >= 0 && score <= 1
    if (!isConfidence && score !== undefined && score !== null)
      out.push(
        doubted(where, 'import/bad-score', `Its score should be between 0 and 1, not ${nameValue(score)}; left out.`)
      )
    const written = annotation[OWN_KEY]
    if (written === undefined && attributes === null && !isConfidence && (caption === undefined || caption === null))
      return NOTHING_MORE
    const own = ownFields(written)
    const { state, origin } = own
    return {
      own,
      fields: {
        phrase: typeof caption === 'string' && caption !== '' ? caption : null,
        ...(state === null ? {} : { state }),
        ...(origin === null ? {} : { origin }),
        ...(isConfidence ? { confidence: score } : {})
      },
      attributes: attributes === null ? NONE : attributesFrom(attributes)
    }
  }

  *issues(): Generator<ImportItem> {
    yield* this.doubts.issues()
    yield* this.#leftOut.issues()
    if (this.#keypointsApart > 0) {
      const message = `${this.#keypointsApart} annotations have an outline and keypoints; each became two regions.`
      yield noted({ file: this.file }, 'import/keypoints-apart', message)
    }
  }
}

const NONE: Attributes = {}

interface More {
  readonly own: OwnFields
  readonly fields: Pick<ImportRegion, 'phrase' | 'state' | 'origin' | 'confidence'>
  readonly attributes: Attributes
}

/** Whether all that is said of it is the place and the class. */
const isPlain = ({ own: { shape }, fields, attributes }: More): boolean =>
  shape === null &&
  attributes === NONE &&
  fields.phrase === null &&
  fields.state === undefined &&
  fields.origin === undefined &&
  fields.confidence === undefined

/** What is said of nearly every annotation. */
const NOTHING_MORE: More = { own: ownFields(undefined), fields: { phrase: null }, attributes: NONE }

function asItWas(outline: AnnotationShape, { shape }: OwnFields): AnnotationShape {
  if (outline.type !== 'polygon') return outline
  if (shape === 'quad' && outline.points.length === 4)
    return { type: 'quad', points: outline.points as unknown as QuadShape['points'] }
  return shape === 'multipolygon' ? { type: 'multipolygon', rings: [outline.points] } : outline
}

function labelledExtent(keypoints: unknown): Extent | null {
  if (!Array.isArray(keypoints)) return null
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i + 2 < keypoints.length; i += 3) {
    const [x, y, visibility] = keypoints.slice(i, i + 3) as number[]
    if (x === undefined || y === undefined || visibility === 0) continue
    ;[x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)]
  }
  return x0 <= x1 ? { x0, y0, x1, y1 } : null
}

const panoptic = (file: string): AppError =>
  new AppError('import/panoptic', `${file} holds panoptic segmentation, whose segments are pictures beside it.`, {
    nextStep: 'Convert it to instances (panopticapi: converters/panoptic2detection_coco_format.py) and import those.',
    data: { file }
  })
