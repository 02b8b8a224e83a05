/**
 * @file From the map of a text detector to boxes that may be turned: connected areas, the smallest
 * rectangle around each, its mean probability, and its growth by the detector's ratio.
 * Source: "Real-time Scene Text Detection with Differentiable Binarization" (Liao et al., 2020), section 3.4,
 * and the post-processing that PaddleOCR documents for it.
 */
import type { ImageSize } from '../../../../src-shared/geometry/space'

export type Point = readonly [x: number, y: number]

/** A rectangle by its centre, its two half sides and the direction of the first, in radians. */
export interface RotatedBox {
  readonly centre: Point
  readonly halfWidth: number
  readonly halfHeight: number
  readonly angle: number
}

const cross = (o: Point, a: Point, b: Point): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])

/** Corners of the convex hull, in order. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = []
    for (const point of ordered) {
      for (;;) {
        const [before, last] = [chain.at(-2), chain.at(-1)]
        if (before === undefined || last === undefined || cross(before, last, point) > 0) break
        chain.pop()
      }
      chain.push(point)
    }
    chain.pop()
    return chain
  }
  const hull = [...half(sorted), ...half(sorted.reverse())]
  return hull.length > 0 ? hull : sorted.slice(0, 1)
}

/** The rectangle of least area around the points; one of its sides lies on their hull. */
export function smallestBox(points: readonly Point[]): RotatedBox {
  const hull = convexHull(points)
  let best: RotatedBox | null = null
  for (const [i, from] of hull.entries()) {
    const to = hull[(i + 1) % hull.length] ?? from
    const angle = hull.length < 2 ? 0 : Math.atan2(to[1] - from[1], to[0] - from[0])
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const along = hull.map(([x, y]) => x * cos + y * sin)
    const across = hull.map(([x, y]) => y * cos - x * sin)
    const [left, right, top, bottom] = [
      Math.min(...along),
      Math.max(...along),
      Math.min(...across),
      Math.max(...across)
    ]
    const [u, v] = [(left + right) / 2, (top + bottom) / 2]
    const box = {
      centre: [u * cos - v * sin, u * sin + v * cos] as const,
      halfWidth: (right - left) / 2,
      halfHeight: (bottom - top) / 2,
      angle
    }
    if (best === null || box.halfWidth * box.halfHeight < best.halfWidth * best.halfHeight) best = box
  }
  return upright(best ?? { centre: [0, 0], halfWidth: 0, halfHeight: 0, angle: 0 })
}

/** The same rectangle with its first side within 45° of the x axis, as text is read. */
function upright({ centre, halfWidth, halfHeight, angle }: RotatedBox): RotatedBox {
  const quarter = Math.PI / 2
  const turns = Math.round(angle / quarter)
  const turned = angle - turns * quarter
  return turns % 2 === 0
    ? { centre, halfWidth, halfHeight, angle: turned }
    : { centre, halfWidth: halfHeight, halfHeight: halfWidth, angle: turned }
}

/** Clockwise from the upper left, as the text is read. */
export function cornersOf({
  centre: [x, y],
  halfWidth,
  halfHeight,
  angle
}: RotatedBox): readonly [Point, Point, Point, Point] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const at = (u: number, v: number): Point => [x + u * cos - v * sin, y + u * sin + v * cos]
  return [
    at(-halfWidth, -halfHeight),
    at(halfWidth, -halfHeight),
    at(halfWidth, halfHeight),
    at(-halfWidth, halfHeight)
  ]
}

/** Grown by area × ratio ÷ perimeter on every side: text areas are trained smaller than the text. */
export function grown(box: RotatedBox, ratio: number): RotatedBox {
  const perimeter = 4 * (box.halfWidth + box.halfHeight)
  const distance = perimeter === 0 ? 0 : (4 * box.halfWidth * box.halfHeight * ratio) / perimeter
  return { ...box, halfWidth: box.halfWidth + distance, halfHeight: box.halfHeight + distance }
}

export interface ProbabilityMap {
  readonly size: ImageSize
  /** float32 `[height, width]`, 0 to 1. */
  readonly data: Float32Array
}

/** Pixels of each connected area (8 neighbours) above the threshold. */
function* areas({ size, data }: ProbabilityMap, threshold: number): Generator<Point[]> {
  const { width, height } = size
  const seen = new Uint8Array(width * height)
  for (let start = 0; start < data.length; start++) {
    if (seen[start] === 1 || (data[start] ?? 0) <= threshold) continue
    const points: Point[] = []
    const stack = [start]
    seen[start] = 1
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)]
      points.push([x, y])
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx
          if (seen[next] === 1 || (data[next] ?? 0) <= threshold) continue
          seen[next] = 1
          stack.push(next)
        }
      }
    }
    yield points
  }
}

/** Mean probability inside the rectangle. */
function meanInside({ size, data }: ProbabilityMap, box: RotatedBox): number {
  const corners = cornersOf(box)
  const xs = corners.map(([x]) => x)
  const ys = corners.map(([, y]) => y)
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  let [sum, count] = [0, 0]
  for (
    let y = Math.max(0, Math.floor(Math.min(...ys)));
    y <= Math.min(size.height - 1, Math.ceil(Math.max(...ys)));
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(Math.min(...xs)));
      x <= Math.min(size.width - 1, Math.ceil(Math.max(...xs)));
      x++
    ) {
      const [dx, dy] = [x - box.centre[0], y - box.centre[1]]
      if (Math.abs(dx * cos + dy * sin) > box.halfWidth + 0.5 || Math.abs(dy * cos - dx * sin) > box.halfHeight + 0.5)
        continue
      sum += data[y * size.width + x] ?? 0
      count++
    }
  }
  return count === 0 ? 0 : sum / count
}

/**
 * Mean probability of the area itself. Lines of a bent page leave much of their rectangle to its neighbours; this is the
 * `slow` score of PaddleOCR, which asks the outline instead.
 */
const meanOf = ({ size, data }: ProbabilityMap, points: readonly Point[]): number =>
  points.reduce((sum, [x, y]) => sum + (data[y * size.width + x] ?? 0), 0) / points.length

export interface FoundBox {
  readonly box: RotatedBox
  /** Mean probability, 0 to 1. */
  readonly score: number
}

export interface BoxRules {
  /** A pixel is text above it. */
  readonly threshold: number
  /** An area is kept from this mean probability on. */
  readonly leastScore: number
  readonly growth: number
  /** Shortest side that is kept, in pixels of the map, before growth. */
  readonly leastSide: number
  readonly mostBoxes: number
}

/** PaddleOCR's defaults for PP-OCRv4. */
export const PP_OCR_RULES: BoxRules = { threshold: 0.3, leastScore: 0.6, growth: 1.5, leastSide: 3, mostBoxes: 1_000 }

/** Boxes in pixels of the map. */
export function boxesOf(map: ProbabilityMap, rules: BoxRules = PP_OCR_RULES): readonly FoundBox[] {
  const found: FoundBox[] = []
  for (const points of areas(map, rules.threshold)) {
    if (found.length >= rules.mostBoxes) break
    const box = smallestBox(points)
    if (2 * Math.min(box.halfWidth, box.halfHeight) < rules.leastSide) continue
    const score = Math.max(meanInside(map, box), meanOf(map, points))
    if (score < rules.leastScore) continue
    const wide = grown(box, rules.growth)
    if (2 * Math.min(wide.halfWidth, wide.halfHeight) >= rules.leastSide + 2) found.push({ box: wide, score })
  }
  return found
}
