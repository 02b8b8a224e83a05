/**
 * @file The outlines of a mask, along the borders of its pixels: one polygon for each part whose pixels
 * touch by an edge, with its holes. Drawing them again (`maskFromPolygon`) gives the mask, to the pixel.
 *
 * What is inside lies on the right hand as one walks, so on the screen outlines run clockwise and holes
 * the other way. Where two pixels touch by a corner only, the walk turns right and they stay apart.
 */
import { doubleAreaOfRing } from '../polygon'
import type { PixelPolygon, PixelRing } from '../polygon'
import { pixelPoint } from '../space'
import type { PixelPoint } from '../space'
import { columnsOf } from './resize'
import type { Mask } from './mask'

interface Run {
  readonly start: number
  readonly end: number
  /** Index of the run it was joined to, for finding its part. */
  parent: number
}

/** One straight piece of border; `part` is a run of what lies on its right. */
interface Edge {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly part: number
  isUsed: boolean
}

function rootOf(runs: readonly Run[], index: number): number {
  let at = index
  for (;;) {
    const run = runs[at]
    const parent = run === undefined ? undefined : runs[run.parent]
    if (run === undefined || parent === undefined || run.parent === at) return at
    run.parent = parent.parent
    at = run.parent
  }
}

/** Runs by column as indexes into `runs`; runs of neighbour columns that share an edge are joined. */
function joinedRuns(mask: Mask): { readonly runs: readonly Run[]; readonly columns: readonly (readonly number[])[] } {
  const runs: Run[] = []
  const columns = columnsOf(mask).map((list) =>
    list.map(([start, end]) => runs.push({ start, end, parent: runs.length }) - 1)
  )
  columns.forEach((column, x) => {
    const before = columns[x - 1] ?? []
    let first = 0
    for (const index of column) {
      const run = runs[index]!
      while (first < before.length && runs[before[first]!]!.end <= run.start) first++
      for (let i = first; i < before.length && runs[before[i]!]!.start < run.end; i++) {
        runs[rootOf(runs, index)]!.parent = rootOf(runs, before[i]!)
      }
    }
  })
  return { runs, columns }
}

function edgesOf(mask: Mask): readonly Edge[] {
  const { runs, columns } = joinedRuns(mask)
  const edges: Edge[] = []
  const add = (x0: number, y0: number, x1: number, y1: number, part: number): void => {
    edges.push({ x0, y0, x1, y1, part: rootOf(runs, part), isUsed: false })
  }
  for (let x = 0; x <= mask.size.width; x++) {
    const [left, right] = [columns[x - 1] ?? [], columns[x] ?? []]
    for (const index of right) {
      const { start, end } = runs[index]!
      add(x, start, x + 1, start, index)
      add(x + 1, end, x, end, index)
    }
    // Along the border between two columns: stretches in which neither changes.
    const cuts = [...left, ...right].flatMap((index) => [runs[index]!.start, runs[index]!.end]).sort((a, b) => a - b)
    let [l, r] = [0, 0]
    cuts.forEach((y0, i) => {
      const y1 = cuts[i + 1] ?? y0
      if (y1 === y0) return
      while (l < left.length && runs[left[l]!]!.end <= y0) l++
      while (r < right.length && runs[right[r]!]!.end <= y0) r++
      const inLeft = l < left.length && runs[left[l]!]!.start <= y0 ? left[l]! : null
      const inRight = r < right.length && runs[right[r]!]!.start <= y0 ? right[r]! : null
      if (inLeft !== null && inRight === null) add(x, y0, x, y1, inLeft)
      else if (inRight !== null && inLeft === null) add(x, y1, x, y0, inRight)
    })
  }
  return edges
}

const isStraight = (a: PixelPoint, b: PixelPoint, c: PixelPoint): boolean =>
  (b[0] - a[0]) * (c[1] - b[1]) === (b[1] - a[1]) * (c[0] - b[0])

function withoutStraightPoints(points: readonly PixelPoint[]): readonly PixelPoint[] {
  return points.filter((point, i) => {
    const before = points.at(i - 1) ?? point
    return !isStraight(before, point, points[(i + 1) % points.length] ?? point)
  })
}

/**
 * `[outline, ...holes]` of each part, in order of the parts' first pixels, by columns. No three points of a
 * ring are in line.
 */
export function polygonsOfMask(mask: Mask): readonly PixelPolygon[] {
  const edges = edgesOf(mask)
  const key = (x: number, y: number): number => x * (mask.size.height + 1) + y
  const leaving = new Map<number, Edge[]>()
  for (const edge of edges) {
    const from = leaving.get(key(edge.x0, edge.y0))
    if (from === undefined) leaving.set(key(edge.x0, edge.y0), [edge])
    else from.push(edge)
  }
  /** The right turn where there are two ways to go on; each border has one before it and one after it. */
  const next = (edge: Edge): Edge | undefined => {
    const turn = ({ x0, y0, x1, y1 }: Edge): number =>
      Math.sign(edge.x1 - edge.x0) * Math.sign(y1 - y0) - Math.sign(edge.y1 - edge.y0) * Math.sign(x1 - x0)
    const [way, other] = leaving.get(key(edge.x1, edge.y1)) ?? []
    return way !== undefined && other !== undefined && turn(other) > turn(way) ? other : way
  }
  const parts = new Map<number, PixelRing[]>()
  for (const start of edges) {
    if (start.isUsed) continue
    const points: PixelPoint[] = []
    for (let edge: Edge | undefined = start; edge !== undefined && !edge.isUsed; edge = next(edge)) {
      edge.isUsed = true
      points.push(pixelPoint(edge.x0, edge.y0))
    }
    const ring = withoutStraightPoints(points)
    const rings = parts.get(start.part) ?? []
    if (doubleAreaOfRing(ring) > 0) rings.unshift(ring)
    else rings.push(ring)
    parts.set(start.part, rings)
  }
  return [...parts.values()]
}
