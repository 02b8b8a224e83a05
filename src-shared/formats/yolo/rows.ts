/** @file One line of a YOLO label file: a class number and fractions of the image. */
import type { AnnotationShape, KeypointsShape, QuadShape } from '../../geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../geometry/space'
import type { NormalizedBox, NormalizedPoint } from '../../geometry/space'
import { nameValue } from '../kit/json-fields'
import { numberOf } from '../kit/xml'
import type { DataSet } from './classes'

export type YoloTask = 'detect' | 'segment' | 'obb' | 'pose'

export interface Row {
  readonly classIndex: number
  readonly shape: AnnotationShape
  readonly confidence: number | null
  /** All coordinates, x and y in turn, for what they say about themselves. */
  readonly extent: readonly [x0: number, y0: number, x1: number, y1: number]
  /** It was read, but a person should look. */
  readonly doubt?: RowFault
}
export interface RowFault {
  readonly code: `import/${string}`
  readonly message: string
}
export const isRowFault = (row: Row | RowFault): row is RowFault => 'code' in row

const fault = (code: RowFault['code'], message: string): RowFault => ({ code, message })

/**
 * By the number of columns, class included: 5 a box, 6 a box and its confidence, 9 a turned box where the data set has
 * those; else an outline, with a confidence behind it when the number is even. `pose`: a box and its keypoints.
 */
export function readRow(text: string, task: YoloTask, keypoints: DataSet['keypoints']): Row | RowFault {
  const columns = text.trim().split(/\s+/)
  const [written = '', ...rest] = columns
  if (!/^\d{1,9}(\.0*)?$/.test(written))
    return fault('import/bad-class', `Its class should be a whole number from 0, not ${nameValue(written)}.`)
  const values: number[] = []
  for (const column of rest) {
    const value = numberOf(column)
    if (value === null) return fault('import/bad-number', `A coordinate should be a number, not ${nameValue(column)}.`)
    values.push(value)
  }
  const classIndex = Number(written)
  const count = values.length
  if (task === 'pose' && keypoints !== null) {
    const expected = 4 + keypoints.count * keypoints.dimensions
    if (count === expected || count === expected + 1)
      return poseRow(classIndex, values, keypoints.dimensions, count === expected ? null : (values.at(-1) ?? null))
    if (count > 5) return columnsFault(columns.length, `${expected + 1} for a box and its keypoints`)
  }
  if (task === 'obb' && count === 5)
    return fault(
      'import/bad-columns',
      `A turned box has four corners; it has a box and another number, ${values[4]}, which may be an angle.`
    )
  if (count === 4 || count === 5) {
    const row = boxRow(classIndex, values, count === 5 ? (values[4] ?? null) : null)
    if (task !== 'pose' || keypoints === null || isRowFault(row)) return row
    return { ...row, doubt: fault('import/no-keypoints', 'It has a box and none of the keypoints of kpt_shape.') }
  }
  if (count < 6) return columnsFault(columns.length, '5 for a box, or more for an outline')
  const hasConfidence = count % 2 === 1
  const coordinates = hasConfidence ? values.slice(0, -1) : values
  const points = pointsOf(coordinates)
  const shape: AnnotationShape =
    task === 'obb' && points.length === 4
      ? { type: 'quad', points: clockwise(points) }
      : { type: 'polygon', points: withoutClosing(points) }
  if (shape.points.length < 3) return fault('import/bad-outline', `Its outline has ${shape.points.length} corners.`)
  const extent = extentOf(points)
  const doubt = outlineDoubt(task, points.length, values)
  return checked({
    ...(doubt === null ? {} : { doubt }),
    classIndex,
    shape,
    confidence: hasConfidence ? (values.at(-1) ?? null) : null,
    extent
  })
}

function outlineDoubt(task: YoloTask, corners: number, values: readonly number[]): RowFault | null {
  if (task === 'obb' && corners !== 4)
    return fault(
      'import/bad-outline',
      `A turned box has four corners, and it has ${corners}; it was read as an outline.`
    )
  if (task === 'obb' && areCrossing(values))
    return fault('import/crossing-corners', 'Its corners are not in their order around the box: its sides cross.')
  if (mayHaveKeypoints(values)) {
    const message = `It may be a box and ${(values.length - 4) / 3} keypoints, since every third number is 0, 1 or 2; it was read as an outline.`
    return fault('import/maybe-keypoints', message)
  }
  if (values.length % 2 === 0) return null
  const message = `It has ${values.length} numbers, no whole pairs; the last, ${values.at(-1)}, was read as a confidence.`
  return fault('import/maybe-confidence', message)
}

const FEWEST_KEYPOINTS = 2

/** x, y and visibility behind a box, as the pose task has them. */
function mayHaveKeypoints(values: readonly number[]): boolean {
  if ((values.length - 4) % 3 !== 0 || values.length < 4 + 3 * FEWEST_KEYPOINTS) return false
  for (let i = 6; i < values.length; i += 3) if (![0, 1, 2].includes(values[i] ?? NaN)) return false
  return true
}

/** Whether the first side crosses the third, or the second the fourth. */
function areCrossing(values: readonly number[]): boolean {
  const at = (corner: number): readonly [number, number] => [values[corner * 2] ?? NaN, values[corner * 2 + 1] ?? NaN]
  const side = (a: number, b: number, c: number): number => {
    const [[ax, ay], [bx, by], [cx, cy]] = [at(a), at(b), at(c)]
    return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
  }
  const doCross = (a: number, b: number, c: number, d: number): boolean =>
    side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
  return doCross(0, 1, 2, 3) || doCross(1, 2, 3, 0)
}

const columnsFault = (count: number, expected: string): RowFault =>
  fault('import/bad-columns', `It has ${count} columns; expected ${expected}.`)

const checked = (row: Row): Row | RowFault =>
  row.confidence === null || (row.confidence >= 0 && row.confidence <= 1)
    ? row
    : fault('import/bad-columns', `Its last column should be a confidence from 0 to 1, but is ${row.confidence}.`)

function pointsOf(values: readonly number[]): readonly NormalizedPoint[] {
  const points: NormalizedPoint[] = []
  for (let i = 0; i + 1 < values.length; i += 2) points.push(normalizedPoint(values[i] ?? NaN, values[i + 1] ?? NaN))
  return points
}

function withoutClosing(points: readonly NormalizedPoint[]): readonly NormalizedPoint[] {
  const [first, last] = [points[0], points.at(-1)]
  return points.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1] ? points.slice(0, -1) : points
}

/** The first corner stays. The sign of an area is the same in fractions as in pixels. */
function clockwise(points: readonly NormalizedPoint[]): QuadShape['points'] {
  const [a, b, c, d] = points as unknown as QuadShape['points']
  const doubleArea = (c[0] - a[0]) * (d[1] - b[1]) - (d[0] - b[0]) * (c[1] - a[1])
  return doubleArea < 0 ? [a, d, c, b] : [a, b, c, d]
}

function extentOf(points: readonly NormalizedPoint[]): Row['extent'] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)]
  return [x0, y0, x1, y1]
}

function boxOf([x = NaN, y = NaN, width = NaN, height = NaN]: readonly number[]): NormalizedBox | RowFault {
  if (width < 0 || height < 0) return fault('import/bad-box', `Its size is negative, ${width} × ${height}.`)
  const box = normalizedBox(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
  return box[0] < box[2] && box[1] < box[3]
    ? box
    : fault('import/empty-box', `Its size is ${width} × ${height}, no area.`)
}

function boxRow(classIndex: number, values: readonly number[], confidence: number | null): Row | RowFault {
  const box = boxOf(values)
  if ('code' in box) return box
  return checked({ classIndex, shape: { type: 'box', box }, confidence, extent: box })
}

function poseRow(
  classIndex: number,
  values: readonly number[],
  dimensions: 2 | 3,
  confidence: number | null
): Row | RowFault {
  const box = boxOf(values)
  if ('code' in box) return box
  const points: KeypointsShape['points'][number][] = []
  const end = values.length - (confidence === null ? 0 : 1)
  for (let i = 4; i + dimensions <= end; i += dimensions) {
    const [x = NaN, y = NaN, written = 2] = values.slice(i, i + dimensions)
    // Without a third number, 0, 0 stands for a keypoint that is not there.
    const visibility = dimensions === 2 && x === 0 && y === 0 ? 0 : written
    if (visibility !== 0 && visibility !== 1 && visibility !== 2)
      return fault('import/bad-keypoints', `The visibility of a keypoint should be 0, 1 or 2, not ${visibility}.`)
    points.push({ point: normalizedPoint(x, y), visibility })
  }
  const seen = points.filter(({ visibility }) => visibility > 0).map(({ point }) => point)
  const [x0, y0, x1, y1] = extentOf(seen)
  const extent = [Math.min(box[0], x0), Math.min(box[1], y0), Math.max(box[2], x1), Math.max(box[3], y1)] as const
  return checked({ classIndex, shape: { type: 'keypoints', points, box }, confidence, extent })
}
