/** @file One region, to the elements of CVAT that say it. */
import { pixelFromNormalized, pixelPointFromNormalized } from '../../geometry/convert'
import { maskFromCompressed, resizeMask } from '../../geometry/mask'
import type { AnnotationShape, KeypointsShape, MaskShape } from '../../geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import { maskShapeOf, patchOfMask } from '../kit/mask-shapes'
import { pixelBoxOf, pixelCorners, turnedRectangle } from '../kit/pixel-shapes'

export interface DrawnElement {
  readonly name: 'box' | 'polygon' | 'polyline' | 'points' | 'mask'
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly own?: Readonly<Record<string, unknown>>
}
export type Drawing = readonly DrawnElement[] | { readonly leftOut: string }

/** Digits that come back as the same number; CVAT itself writes two decimals and reads any. */
const number = (value: number): string => String(value === 0 ? 0 : value)

const pointList = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y]) => `${number(x)},${number(y)}`).join(';')

/** `part`: a group of its own for a region of several outlines. */
export function drawElements(shape: AnnotationShape, size: ImageSize, part: number): Drawing {
  const outline = (name: DrawnElement['name'], points: readonly NormalizedPoint[]): DrawnElement => ({
    name,
    attributes: [['points', pointList(pixelCorners(points, size))]]
  })
  switch (shape.type) {
    case 'box':
      return [boxElement(pixelBoxOf(shape, size))]
    case 'point':
      return [outline('points', [shape.point])]
    case 'polygon':
      return [outline('polygon', shape.points)]
    case 'polyline':
      return [outline('polyline', shape.points)]
    case 'multipolygon':
      return shape.rings.map((ring) => ({ ...outline('polygon', ring), own: { part: [part, shape.rings.length] } }))
    case 'quad': {
      const turned = turnedRectangle(shape, size)
      const degrees = turned === null ? 0 : (turned.turnedDegrees + 360) % 360
      // Without a turn it would come back as a box.
      if (turned === null || degrees === 0) return [{ ...outline('polygon', shape.points), own: { shape: 'quad' } }]
      const { centre, width, height } = turned
      const [x, y] = [centre[0] - width / 2, centre[1] - height / 2]
      const box = boxElement([x, y, x + width, y + height])
      return [{ ...box, attributes: [...box.attributes, ['rotation', number(degrees)]] }]
    }
    case 'mask':
      return maskElement(shape, size)
    case 'keypoints':
      return keypointElements(shape, size)
  }
}

const boxElement = ([x0, y0, x1, y1]: readonly [number, number, number, number]): DrawnElement => ({
  name: 'box',
  attributes: [
    ['xtl', number(x0)],
    ['ytl', number(y0)],
    ['xbr', number(x1)],
    ['ybr', number(y1)]
  ]
})

function maskElement(shape: MaskShape, size: ImageSize): Drawing {
  const { mask } = maskFromCompressed(shape.counts, shape.size)
  if (mask === null) return { leftOut: 'mask-damaged' }
  const isFull = shape.size.width === size.width && shape.size.height === size.height
  const patch = patchOfMask(isFull ? shape : maskShapeOf(resizeMask(mask, size)))
  if (patch === null) return { leftOut: 'mask-empty' }
  const { left, top, bitmap } = patch
  const runs: number[] = []
  let [value, length] = [0, 0]
  for (const pixel of bitmap.pixels) {
    if (pixel === value) length++
    else {
      runs.push(length)
      ;[value, length] = [pixel, 1]
    }
  }
  runs.push(length)
  const attributes = [
    ['rle', runs.join(', ')],
    ['left', String(left)],
    ['top', String(top)],
    ['width', String(bitmap.size.width)],
    ['height', String(bitmap.size.height)]
  ] as const
  return [{ name: 'mask', attributes }]
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)

/** Labelled ones are drawn; all of them are in `eyrie`. */
function keypointElements(shape: KeypointsShape, size: ImageSize): Drawing {
  const keypoints = shape.points.map(({ point, visibility }) => {
    const [x, y] = pixelPointFromNormalized(point, size)
    return [finite(x), finite(y), visibility] as const
  })
  const box = shape.box === null ? null : pixelFromNormalized(shape.box, size)
  const own = { keypoints, ...(box === null ? {} : { box }) }
  const drawn = keypoints.filter(([, , visibility]) => visibility > 0).map(([x, y]) => [x, y] as const)
  if (drawn.length > 0) return [{ name: 'points', attributes: [['points', pointList(drawn)]], own }]
  return box === null ? { leftOut: 'keypoints-unlabelled' } : [{ ...boxElement(box), own }]
}
