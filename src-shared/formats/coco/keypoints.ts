/** @file `keypoints` of an annotation, x, y, visibility in turn, and their names in its category. */
import { normalizedPointFromPixel } from '../../geometry/convert'
import type { KeypointsShape } from '../../geometry/region-shape'
import { pixelPoint } from '../../geometry/space'
import type { ImageSize, NormalizedBox } from '../../geometry/space'
import { isNumber, nameValue } from '../kit/json-fields'

export interface ReadKeypoints {
  readonly points: KeypointsShape['points']
  readonly labelled: number
}

/** A text says what is wrong; null: there are none, which some tools write as null or an empty list. */
export function readKeypoints(value: unknown, size: ImageSize): ReadKeypoints | string | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null
  if (!Array.isArray(value) || value.length % 3 !== 0)
    return `keypoints should be a list of x, y, visibility, not ${nameValue(value)}`
  const points: KeypointsShape['points'][number][] = []
  let labelled = 0
  for (let i = 0; i < value.length; i += 3) {
    const [x, y, visibility] = [value[i] as unknown, value[i + 1] as unknown, value[i + 2] as unknown]
    if (!isNumber(x) || !isNumber(y))
      return `keypoint ${i / 3} should be two numbers, not ${nameValue(x)} and ${nameValue(y)}`
    if (visibility !== 0 && visibility !== 1 && visibility !== 2)
      return `keypoint ${i / 3} should have the visibility 0, 1 or 2, not ${nameValue(visibility)}`
    if (visibility > 0) labelled++
    points.push({ point: normalizedPointFromPixel(pixelPoint(x, y), size), visibility })
  }
  return { points, labelled }
}

export const keypointsShape = ({ points }: ReadKeypoints, box: NormalizedBox | null): KeypointsShape => ({
  type: 'keypoints',
  points,
  box
})

/** `nose,left_eye`: how a region carries the names of its keypoints, and `1-2,2-3` their skeleton. */
export const KEYPOINT_NAMES = 'keypoints'
export const SKELETON = 'skeleton'

export interface KeypointNames {
  readonly count: number
  readonly attributes: Readonly<Record<string, string>>
}

/** Of a category; null where it names none. A comma inside a name becomes a blank. */
export function keypointNames(names: unknown, skeleton: unknown): KeypointNames | null {
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) return null
  const list = (names as readonly string[]).map((name) => name.replaceAll(',', ' '))
  const edges = Array.isArray(skeleton)
    ? skeleton.filter((edge) => Array.isArray(edge) && edge.length === 2 && edge.every(Number.isSafeInteger))
    : []
  return {
    count: list.length,
    attributes: {
      [KEYPOINT_NAMES]: list.join(','),
      ...(edges.length === 0 ? {} : { [SKELETON]: edges.map((edge) => (edge as number[]).join('-')).join(',') })
    }
  }
}
