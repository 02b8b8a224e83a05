/** @file Points that can only mean one thing: on it, and in no other region's box. */
import { normalizedPoint } from '../geometry/space'
import type { NormalizedPoint } from '../geometry/space'
import { outlinesOfShape } from '../geometry/shape'
import type { GroundedRegion } from '../grounded/nodes'
import { hashOf } from './random'
import type { Random } from './random'
import type { Scene, Thing } from './scene'

/** Places tried inside a box, after its centre. */
const TRIES = 24
/** As dialects write points. */
const DECIMALS = 3
/** A point nearer to a box than it can be written may be in it for whoever reads it. */
const EDGE = 10 ** -DECIMALS / 2

/** Even-odd, so that holes are outside. A box without outlines holds all of itself. */
function isOn({ region, box }: Thing, [x, y]: readonly [number, number]): boolean {
  const [x0, y0, x1, y1] = box
  if (x <= x0 || x >= x1 || y <= y0 || y >= y1) return false
  const outlines = region.shape.type === 'box' ? [] : outlinesOfShape(region.shape)
  if (outlines.length === 0) return true
  let isInside = false
  for (const ring of outlines) {
    ring.forEach(([ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length] ?? [ax, ay]
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isInside = !isInside
    })
  }
  return isInside
}

function mayBeIn({ box: [x0, y0, x1, y1] }: Thing, [x, y]: readonly [number, number]): boolean {
  return x >= x0 - EDGE && x <= x1 + EDGE && y >= y0 - EDGE && y <= y1 + EDGE
}

const rounded = (value: number): number => Number(value.toFixed(DECIMALS))

/** A new region for the point; null when no place was found that means this thing alone. */
export function pointOn(scene: Scene, thing: Thing, random: Random): GroundedRegion | null {
  const [x0, y0, x1, y1] = thing.box
  for (let i = 0; i <= TRIES; i++) {
    const [u, v] = i === 0 ? [0.5, 0.5] : [random.next(), random.next()]
    const point: NormalizedPoint = normalizedPoint(rounded(x0 + u * (x1 - x0)), rounded(y0 + v * (y1 - y0)))
    if (!isOn(thing, point) || scene.things.some((other) => other !== thing && mayBeIn(other, point))) continue
    const name = JSON.stringify([scene.document.image.id, thing.id, point])
    const hash = [3, 4].map((salt) => hashOf(name, salt).toString(16).padStart(14, '0')).join('')
    return { id: `built-point-${hash}`, shape: { type: 'point', point } }
  }
  return null
}
