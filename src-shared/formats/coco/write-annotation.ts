/** @file One region, to an annotation of COCO. */
import type { RegionRecord } from '../../document/records'
import { boxHeight, boxWidth, isDegenerate, orderCorners } from '../../geometry/box'
import { normalizedFromPixel, pixelFromNormalized } from '../../geometry/convert'
import { boundsOfMask, compressedFromMask, maskArea, maskFromCompressed, resizeMask } from '../../geometry/mask'
import { doubleAreaOfRing } from '../../geometry/polygon'
import type { AnnotationShape, KeypointsShape, MaskShape } from '../../geometry/region-shape'
import type { ImageSize, NormalizedPoint, PixelBox } from '../../geometry/space'
import { pixelCorners } from '../kit/pixel-shapes'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import { boundsOf } from '../round-trip/place'
import { OWN_KEY } from './own-fields'

export interface WriteReport {
  /** The region is left out; `reason` is a code for the tally. */
  skip(reason: string): void
  lose(code: string, message: string): void
}

interface Drawn {
  readonly box: PixelBox
  /** Square pixels. */
  readonly area: number
  readonly segmentation: unknown
  readonly fields?: Readonly<Record<string, unknown>>
  readonly own?: Readonly<Record<string, unknown>>
}

/** null: it is left out, and that was reported. `said`: attributes that its category says already. */
export function annotationOf(
  region: RegionRecord,
  size: ImageSize,
  said: ReadonlySet<string>,
  report: WriteReport
): Readonly<Record<string, unknown>> | null {
  const shape = shapeOfRegion(region)
  const drawn = draw(shape, size, report)
  if (drawn === null) return null
  if (isOutsideImage(shape))
    report.lose('format/outside-image', 'A region reaches outside the image; its coordinates are written as they are.')
  const { box, area, segmentation } = drawn
  if (isDegenerate(box)) report.lose('format/degenerate', 'A box has no area; trainers may refuse it.')
  const entries = Object.entries(attributesOfRegion(region)).filter(([key]) => !said.has(key))
  const isCrowd = entries.some(([key, value]) => key === 'iscrowd' && value === true)
  const attributes = entries.filter(([key]) => key !== 'iscrowd' || !isCrowd)
  const own = {
    ...(region.state === 'accepted' ? {} : { state: region.state }),
    ...(region.provenance.origin === 'import' ? {} : { origin: region.provenance.origin }),
    ...drawn.own
  }
  return {
    bbox: [box[0], box[1], boxWidth(box), boxHeight(box)],
    area,
    iscrowd: isCrowd ? 1 : 0,
    segmentation,
    ...drawn.fields,
    ...(region.phrase === null ? {} : { caption: region.phrase }),
    ...(region.confidence === null ? {} : { score: region.confidence }),
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
    ...(Object.keys(own).length === 0 ? {} : { [OWN_KEY]: own })
  }
}

function draw(shape: AnnotationShape, size: ImageSize, report: WriteReport): Drawn | null {
  switch (shape.type) {
    case 'box': {
      const box = orderCorners(pixelFromNormalized(shape.box, size))
      return { box, area: boxWidth(box) * boxHeight(box), segmentation: [] }
    }
    case 'polygon':
      return drawRings(shape, [shape.points], size)
    case 'quad':
      return { ...drawRings(shape, [shape.points], size), own: { shape: 'quad' } }
    case 'multipolygon': {
      const drawn = drawRings(shape, shape.rings, size)
      return shape.rings.length === 1 ? { ...drawn, own: { shape: 'multipolygon' } } : drawn
    }
    case 'mask':
      return drawMask(shape, size, report)
    case 'keypoints':
      return drawKeypoints(shape, size, report)
    default:
      report.skip(shape.type)
      return null
  }
}

function drawRings(shape: AnnotationShape, rings: readonly (readonly NormalizedPoint[])[], size: ImageSize): Drawn {
  const pixels = rings.map((ring) => pixelCorners(ring, size))
  const area = pixels.reduce((sum, ring) => sum + Math.abs(doubleAreaOfRing(ring)) / 2, 0)
  return { box: boundsPx(shape, size), area, segmentation: pixels.map((ring) => ring.flat()) }
}

function boundsPx(shape: AnnotationShape, size: ImageSize): PixelBox {
  const bounds = boundsOf(shape) ?? normalizedFromPixel([0, 0, 0, 0] as unknown as PixelBox, size)
  return pixelFromNormalized(bounds, size)
}

function drawMask({ size: raster, counts }: MaskShape, size: ImageSize, report: WriteReport): Drawn | null {
  const { mask: read } = maskFromCompressed(counts, raster)
  if (read === null) {
    report.skip('mask-damaged')
    return null
  }
  const isFull = raster.width === size.width && raster.height === size.height
  if (!isFull)
    report.lose('format/mask-resized', 'A mask counts on another grid than the image has; it was stretched to it.')
  const mask = isFull ? read : resizeMask(read, size)
  const box = boundsOfMask(mask)
  if (box === null) {
    report.skip('mask-empty')
    return null
  }
  const segmentation = { size: [size.height, size.width], counts: compressedFromMask(mask) }
  return { box, area: maskArea(mask), segmentation }
}

/** A place that says nothing is 0, 0, as in COCO's own files. */
function drawKeypoints(shape: KeypointsShape, size: ImageSize, report: WriteReport): Drawn | null {
  const bounds = boundsOf(shape)
  if (bounds === null) {
    report.skip('keypoints-unlabelled')
    return null
  }
  const box = orderCorners(pixelFromNormalized(bounds, size))
  const corners = pixelCorners(
    shape.points.map(({ point }) => point),
    size
  )
  const keypoints = shape.points.flatMap(({ visibility }, i) => {
    const [x, y] = corners[i] ?? [0, 0]
    return visibility === 0 ? [0, 0, 0] : [x, y, visibility]
  })
  return {
    box,
    area: boxWidth(box) * boxHeight(box),
    segmentation: [],
    fields: { keypoints, num_keypoints: shape.points.filter(({ visibility }) => visibility > 0).length },
    ...(shape.box === null ? { own: { box: 'around-keypoints' } } : {})
  }
}
