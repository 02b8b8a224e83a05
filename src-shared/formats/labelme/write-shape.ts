/** @file One region, to one or more entries of `shapes`. */
import type { RegionRecord } from '../../document/records'
import { pixelFromNormalized, pixelPointFromNormalized } from '../../geometry/convert'
import { maskFromCompressed, resizeMask } from '../../geometry/mask'
import type { AnnotationShape, KeypointsShape, MaskShape } from '../../geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import { base64FromBytes } from '../kit/base64'
import { maskShapeOf, patchOfMask } from '../kit/mask-shapes'
import { pixelBoxOf, pixelCorners, turnedRectangle } from '../kit/pixel-shapes'
import { pngFromBitmap } from '../kit/png-bitmap'
import type { Attributes } from '../reading/item'
import { OWN_KEY } from '../kit/own-fields'
import type { LabelTool } from './tool'

/** A shape as the tool has it; what the tool cannot say is in `own`. */
export interface Drawn {
  readonly shape_type: string
  readonly points: readonly (readonly number[])[]
  readonly mask?: string
  /** Radians, of a `rotation`. */
  readonly direction?: number
  readonly own?: Readonly<Record<string, unknown>>
}

const LEFT_OUT = 'left-out'
type Problem = { readonly [LEFT_OUT]: string }
export const isLeftOut = (drawn: readonly Drawn[] | Problem): drawn is Problem => LEFT_OUT in drawn
const leftOut = (reason: string): Problem => ({ [LEFT_OUT]: reason })

/** `part` numbers a region that becomes several shapes; reasons of `left-out` are codes for the tally. */
export function drawShape(
  shape: AnnotationShape,
  size: ImageSize,
  tool: LabelTool,
  part: number
): readonly Drawn[] | Problem {
  const corners = (points: readonly NormalizedPoint[]): readonly (readonly number[])[] => pixelCorners(points, size)
  switch (shape.type) {
    case 'box': {
      const [x0, y0, x1, y1] = pixelBoxOf(shape, size)
      const points =
        tool.rectanglePoints === 2
          ? [
              [x0, y0],
              [x1, y1]
            ]
          : [
              [x0, y0],
              [x1, y0],
              [x1, y1],
              [x0, y1]
            ]
      return [{ shape_type: 'rectangle', points }]
    }
    case 'point':
      return [{ shape_type: 'point', points: [pixelPointFromNormalized(shape.point, size)] }]
    case 'polyline':
      return [{ shape_type: shape.points.length === 2 ? 'line' : 'linestrip', points: corners(shape.points) }]
    case 'polygon':
      return [{ shape_type: 'polygon', points: corners(shape.points) }]
    case 'multipolygon':
      return shape.rings.map((ring) => ({
        shape_type: 'polygon',
        points: corners(ring),
        own: { part: [part, shape.rings.length] }
      }))
    case 'quad': {
      const points = corners(shape.points)
      const turned = turnedRectangle(shape, size)
      const radians = turned === null ? 0 : (turned.turnedDegrees * Math.PI) / 180
      if (turned !== null) {
        const direction =
          tool.id === 'x-anylabeling' ? { direction: radians < 0 ? radians + 2 * Math.PI : radians } : {}
        return [{ shape_type: tool.turnedRectangle, points, ...direction }]
      }
      if (tool.quadrilateral !== null) return [{ shape_type: tool.quadrilateral, points }]
      return [{ shape_type: 'polygon', points, own: { shape: 'quad' } }]
    }
    case 'mask':
      return tool.hasMasks ? drawMask(shape, size) : leftOut('mask')
    case 'keypoints': {
      if (!tool.hasMasks) return leftOut('keypoints')
      return drawKeypoints(shape, size)
    }
  }
}

/** A place that says nothing may be any number, even none. */
const written = (value: number): number => (Number.isFinite(value) ? value : 0)

function drawKeypoints(shape: KeypointsShape, size: ImageSize): readonly Drawn[] | Problem {
  const keypoints = shape.points.map(({ point, visibility }) => {
    const [x, y] = pixelPointFromNormalized(point, size)
    return [written(x), written(y), visibility]
  })
  const points = keypoints.filter(([, , visibility]) => visibility !== 0).map(([x, y]) => [x ?? 0, y ?? 0])
  const box = shape.box === null ? null : pixelFromNormalized(shape.box, size)
  if (points.length > 0) return [{ shape_type: 'points', points, own: { keypoints, ...(box === null ? {} : { box }) } }]
  if (box === null) return leftOut('keypoints-unlabelled')
  const [x0, y0, x1, y1] = box
  return [
    {
      shape_type: 'rectangle',
      points: [
        [x0, y0],
        [x1, y1]
      ],
      own: { keypoints, box }
    }
  ]
}

/** LabelMe's corners of a mask are its first and last pixels. */
function drawMask(shape: MaskShape, size: ImageSize): readonly Drawn[] | Problem {
  const isFull = shape.size.width === size.width && shape.size.height === size.height
  const { mask } = maskFromCompressed(shape.counts, shape.size)
  if (mask === null) return leftOut('mask-damaged')
  const patch = patchOfMask(isFull ? shape : maskShapeOf(resizeMask(mask, size)))
  if (patch === null) return leftOut('mask-empty')
  const { left, top, bitmap } = patch
  const points = [
    [left, top],
    [left + bitmap.size.width - 1, top + bitmap.size.height - 1]
  ]
  return [{ shape_type: 'mask', points, mask: base64FromBytes(pngFromBitmap(bitmap)) }]
}

export interface SplitAttributes {
  readonly flags: Readonly<Record<string, boolean>>
  readonly groupId: number | null
  readonly difficult: boolean
  /** Words only: what the tool's own attributes are. */
  readonly attributes: Readonly<Record<string, string>>
  /** Everything else, under its own name. */
  readonly own: Attributes
}

const FLAG = /^flags\./
const NAMES_OF_FIELDS = new Set(['group_id', 'difficult'])

export function splitAttributes(attributes: Attributes, tool: LabelTool): SplitAttributes {
  const flags: [string, boolean][] = []
  const words: [string, string][] = []
  const own: [string, string | number | boolean][] = []
  let groupId: number | null = null
  let difficult = false
  for (const [key, value] of Object.entries(attributes)) {
    if (FLAG.test(key) && typeof value === 'boolean') flags.push([key.replace(FLAG, ''), value])
    else if (key === 'group_id' && Number.isSafeInteger(value)) groupId = value as number
    else if (key === 'difficult' && value === true && tool.id === 'x-anylabeling') difficult = true
    else if (typeof value === 'string' && !NAMES_OF_FIELDS.has(key) && !/^(flags|attributes)\./.test(key))
      words.push([key, value])
    else own.push([key, value])
  }
  return {
    flags: Object.fromEntries(flags),
    groupId,
    difficult,
    attributes: Object.fromEntries(words),
    own: Object.fromEntries(own)
  }
}

export interface Named {
  readonly label: string
  /** The label is a stand-in for none. */
  readonly isUnlabelled: boolean
}

/** Entries of `shapes`, keys in the tool's order. */
export function shapeEntry(
  drawn: Drawn,
  region: RegionRecord,
  named: Named,
  split: SplitAttributes,
  tool: LabelTool,
  groupId: number | null
): Readonly<Record<string, unknown>> {
  const own = {
    ...(named.isUnlabelled ? { unlabelled: named.label } : {}),
    ...drawn.own,
    ...(region.state === 'accepted' ? {} : { state: region.state }),
    ...(region.provenance.origin === 'import' ? {} : { origin: region.provenance.origin }),
    ...(Object.keys(split.own).length === 0 ? {} : { attributes: split.own })
  }
  const behind = Object.keys(own).length === 0 ? {} : { [OWN_KEY]: own }
  const { label } = named
  const { points, shape_type } = drawn
  const description = region.phrase ?? ''
  const { flags, attributes } = split
  if (tool.id === 'x-anylabeling') {
    const direction = drawn.direction === undefined ? {} : { direction: drawn.direction }
    const fields = { label, score: region.confidence, points, group_id: groupId, description }
    return {
      ...fields,
      difficult: split.difficult,
      shape_type,
      flags,
      attributes,
      kie_linking: [],
      ...direction,
      ...behind
    }
  }
  const score = region.confidence === null ? {} : { score: region.confidence }
  const held = Object.keys(attributes).length === 0 ? {} : { attributes }
  const fields = { label, points, group_id: groupId, description, shape_type, flags, mask: drawn.mask ?? null }
  return { ...fields, ...score, ...held, ...behind }
}
