/** @file Boxes turned by an angle, and how much two of them overlap, by clipping one against the other's sides. */
import { doubleAreaOfRing } from '../polygon'
import { pixelPoint } from '../space'
import type { PixelPoint } from '../space'
import { coverageOf, iouOf } from './ratio'
import type { OverlapAreas } from './ratio'

/**
 * A box turned about its centre. In pixels only, as its type says: in normalized space a turned box is no
 * box. `angle` in radians from the x axis to the side called width; positive turns clockwise on the screen,
 * since y points down.
 */
export interface PixelRotatedBox {
  readonly centre: PixelPoint
  readonly width: number
  readonly height: number
  readonly angle: number
}

export type PixelQuad = readonly [PixelPoint, PixelPoint, PixelPoint, PixelPoint]

type Position = readonly [x: number, y: number]

/** Its own top left, top right, bottom right, bottom left: clockwise on the screen, however it is turned. */
export function cornersOfRotatedBox({ centre, width, height, angle }: PixelRotatedBox): PixelQuad {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const corner = (x: number, y: number): PixelPoint =>
    pixelPoint(
      centre[0] + (x * width * cos - y * height * sin) / 2,
      centre[1] + (x * width * sin + y * height * cos) / 2
    )
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}

/** The part of `polygon` (convex) on the right of the line from `from` to `to`: Sutherland and Hodgman's step. */
function clipped(polygon: readonly Position[], from: Position, to: Position): readonly Position[] {
  const sideOf = ([x, y]: Position): number => (to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0])
  return polygon.flatMap((point, i): readonly Position[] => {
    const next = polygon[(i + 1) % polygon.length] ?? point
    const [here, there] = [sideOf(point), sideOf(next)]
    const kept = here >= 0 ? [point] : []
    if (here >= 0 === there >= 0) return kept
    const t = here / (here - there)
    return [...kept, [point[0] + t * (next[0] - point[0]), point[1] + t * (next[1] - point[1])]]
  })
}

function areasOf(a: PixelRotatedBox, b: PixelRotatedBox): OverlapAreas {
  // Seen from the centre of `a`: small boxes far from the origin keep their digits.
  const seen = (box: PixelRotatedBox): PixelRotatedBox => ({
    ...box,
    centre: pixelPoint(box.centre[0] - a.centre[0], box.centre[1] - a.centre[1])
  })
  const sides = cornersOfRotatedBox(seen(b))
  const [areaA, areaB] = [a.width * a.height, b.width * b.height]
  // A box without area has no inside that could be on the right of its sides.
  if (!(areaA > 0 && areaB > 0)) return { a: areaA, b: areaB, common: 0 }
  const common = sides.reduce<readonly Position[]>(
    (rest, corner, i) => clipped(rest, corner, sides[(i + 1) % 4] ?? corner),
    cornersOfRotatedBox(seen(a))
  )
  return { a: areaA, b: areaB, common: Math.max(0, doubleAreaOfRing(common) / 2) }
}

/** Intersection over union, 0..1; 0 when one has no area. Sides must not be negative. */
export const rotatedBoxIou = (a: PixelRotatedBox, b: PixelRotatedBox): number => iouOf(areasOf(a, b))

/** How much of `a` lies in `b`, 0..1; 0 when one has no area. Sides must not be negative. */
export const rotatedBoxCoverage = (a: PixelRotatedBox, b: PixelRotatedBox): number => coverageOf(areasOf(a, b))
