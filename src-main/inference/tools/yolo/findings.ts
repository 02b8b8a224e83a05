/** @file From what the network saw in its input to findings in the picture. Everything is cut off at the picture's edges. */
import { maskFromBitmap, polygonsOfMask } from '../../../../src-shared/geometry/mask'
import { doubleAreaOfRing } from '../../../../src-shared/geometry/polygon'
import type { GroundedShape } from '../../../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../../../src-shared/geometry/space'
import type { ImageSize, NormalizedPoint } from '../../../../src-shared/geometry/space'
import { cornersOf } from '../pp-ocr/rotated-box'
import type { Finding } from '../tool'
import type { YoloTask } from './describe'
import type { Output, Seen, SeenBox } from './heads'
import { toPicture } from './letterbox'
import type { Letterbox } from './letterbox'
import { maskOf } from './masks'
import { withFewerPoints } from './outline'

export interface Scene {
  readonly task: YoloTask
  readonly labels: readonly string[]
  readonly image: ImageSize
  readonly input: ImageSize
  readonly placed: Letterbox
  /** `[1, count, h, w]`; null where there are no masks. */
  readonly prototypes: Output | null
}

type Place = readonly [x: number, y: number]
const clamp = (value: number): number => Math.max(0, Math.min(1, value))

const pointIn =
  ({ image, placed }: Scene) =>
  (at: Place): NormalizedPoint => {
    const [x, y] = toPicture(at, placed)
    return normalizedPoint(clamp(x / image.width), clamp(y / image.height))
  }

function boxIn(scene: Scene, { x, y, width, height }: SeenBox): GroundedShape | null {
  const point = pointIn(scene)
  const [left, top] = point([x - width / 2, y - height / 2])
  const [right, bottom] = point([x + width / 2, y + height / 2])
  // All of it was in the grey around the picture.
  return right > left && bottom > top ? { type: 'box', box: normalizedBox(left, top, right, bottom) } : null
}

function quadIn(scene: Scene, { x, y, width, height, angle }: SeenBox): GroundedShape {
  const corners = cornersOf({ centre: [x, y], halfWidth: width / 2, halfHeight: height / 2, angle })
  // Clockwise already; the first is the one at the top left.
  const sums = corners.map((corner) => corner[0] + corner[1])
  const first = sums.indexOf(Math.min(...sums))
  const point = pointIn(scene)
  const at = (place: number): NormalizedPoint => point(corners[(first + place) % 4] ?? corners[0])
  return { type: 'quad', points: [at(0), at(1), at(2), at(3)] }
}

/** A pixel of the input: the steps of slanted edges go, corners stay. */
const STEP = 1

/** The outline of the largest part; the box where no pixel is left. */
function outlineIn(scene: Scene, seen: Seen, prototypes: Output): GroundedShape | null {
  const mask = maskFromBitmap(maskOf(seen, prototypes, scene.input), scene.input)
  const rings = polygonsOfMask(mask).flatMap(([outline]) => (outline === undefined ? [] : [outline]))
  const [largest] = rings.sort((a, b) => doubleAreaOfRing(b) - doubleAreaOfRing(a))
  if (largest === undefined) return boxIn(scene, seen.box)
  const point = pointIn(scene)
  return { type: 'polygon', points: withFewerPoints(largest, STEP).map(([x, y]) => point([x, y])) }
}

export function findingsIn(scene: Scene, seen: readonly Seen[]): readonly Finding[] {
  return seen.flatMap((one): Finding[] => {
    const box = boxIn(scene, one.box)
    const shape =
      scene.task === 'obb'
        ? quadIn(scene, one.box)
        : box !== null && scene.prototypes !== null
          ? outlineIn(scene, one, scene.prototypes)
          : box
    const label = scene.labels[one.label] ?? `class ${one.label}`
    return shape === null ? [] : [{ label, score: one.score, shape }]
  })
}
