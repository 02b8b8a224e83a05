/** @file One region, to the results that say it. */
import type { RegionRecord } from '../../document/records'
import { pixelPointFromNormalized } from '../../geometry/convert'
import { maskFromCompressed, resizeMask } from '../../geometry/mask'
import type { AnnotationShape, QuadShape } from '../../geometry/region-shape'
import { orderCorners } from '../../geometry/box'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import { turnedRectangle } from '../kit/pixel-shapes'
import type { Attributes } from '../reading/item'
import { brushFromMask } from './brush-rle'
import { CONTROLS, IMAGE_TAG } from './config'
import { OWN_KEY } from './own-meta'

interface Drawn {
  readonly word: 'rectangle' | 'polygon' | 'keypoint' | 'vector' | 'brush'
  readonly value: Readonly<Record<string, unknown>>
  readonly own?: Readonly<Record<string, unknown>>
}
export type Drawing = readonly Drawn[] | { readonly leftOut: string }

const percent = (value: number): number => value * 100
const pair = ([x, y]: NormalizedPoint): readonly number[] => [percent(x), percent(y)]
/** The dot the tool itself draws at the usual size. */
const DOT_PERCENT = 0.5

/** `part`: a number of the region inside its task. */
export function drawValue(shape: AnnotationShape, size: ImageSize, part: number): Drawing {
  switch (shape.type) {
    case 'box': {
      const [x0, y0, x1, y1] = orderCorners(shape.box)
      const value = { x: percent(x0), y: percent(y0), width: percent(x1 - x0), height: percent(y1 - y0), rotation: 0 }
      return [{ word: 'rectangle', value }]
    }
    case 'point': {
      const [x, y] = pair(shape.point)
      return [{ word: 'keypoint', value: { x, y, width: DOT_PERCENT } }]
    }
    case 'polygon':
      return [{ word: 'polygon', value: { points: shape.points.map(pair), closed: true } }]
    case 'multipolygon':
      return shape.rings.map((ring) => ({
        word: 'polygon',
        value: { points: ring.map(pair), closed: true },
        own: { part: [part, shape.rings.length] }
      }))
    case 'polyline': {
      const vertices = shape.points.map(([x, y], i) => ({
        id: `p${i}`,
        x: percent(x),
        y: percent(y),
        prevPointId: i === 0 ? null : `p${i - 1}`,
        isBezier: false
      }))
      return [{ word: 'vector', value: { vertices, closed: false } }]
    }
    case 'quad':
      return [drawQuad(shape, size)]
    case 'mask': {
      const { mask } = maskFromCompressed(shape.counts, shape.size)
      if (mask === null) return { leftOut: 'mask-damaged' }
      const isFull = shape.size.width === size.width && shape.size.height === size.height
      return [{ word: 'brush', value: { format: 'rle', rle: brushFromMask(isFull ? mask : resizeMask(mask, size)) } }]
    }
    case 'keypoints':
      return { leftOut: 'keypoints' }
  }
}

function drawQuad(shape: QuadShape, size: ImageSize): Drawn {
  const turned = turnedRectangle(shape, size)
  const degrees = turned === null ? 0 : (turned.turnedDegrees + 360) % 360
  // Without a turn the tool has a box for it, which would come back as one.
  if (turned === null || degrees === 0)
    return { word: 'polygon', value: { points: shape.points.map(pair), closed: true }, own: { shape: 'quad' } }
  const [x, y] = pixelPointFromNormalized(shape.points[0], size)
  const value = {
    x: percent(x / size.width),
    y: percent(y / size.height),
    width: percent(turned.width / size.width),
    height: percent(turned.height / size.height),
    rotation: degrees
  }
  return { word: 'rectangle', value }
}

/** [Note: Origin of a result] in read-regions.ts. */
function originOf({ state, provenance }: RegionRecord): string {
  if (state === 'corrected') return 'prediction-changed'
  return provenance.origin === 'model' ? 'prediction' : 'manual'
}

/** The shape, or the shapes, and the words, tied by an id. */
export function resultsOf(
  drawing: readonly Drawn[],
  region: RegionRecord,
  label: string | null,
  attributes: Attributes,
  size: ImageSize,
  idAt: (index: number) => string
): readonly Readonly<Record<string, unknown>>[] {
  return drawing.flatMap(({ word, value, own }, i) => {
    const type = `${word}labels`
    const held = {
      ...own,
      ...(Object.keys(attributes).length === 0 ? {} : { attributes })
    }
    const shared = {
      id: idAt(i),
      to_name: IMAGE_TAG,
      origin: originOf(region),
      original_width: size.width,
      original_height: size.height,
      image_rotation: 0
    }
    const shape = {
      ...shared,
      type,
      from_name: CONTROLS[word],
      value: { ...value, [type]: label === null ? [] : [label] },
      ...(region.confidence === null ? {} : { score: region.confidence }),
      ...(Object.keys(held).length === 0 ? {} : { meta: { [OWN_KEY]: held } })
    }
    if (region.phrase === null || region.phrase === '') return [shape]
    const words = {
      ...shared,
      type: 'textarea',
      from_name: CONTROLS.phrase,
      value: { ...value, text: [region.phrase] }
    }
    return [shape, words]
  })
}
