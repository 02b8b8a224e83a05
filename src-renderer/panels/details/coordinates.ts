/** @file The numbers of a shape as fields: their names, their values, and a shape with one of them changed. Pure. */
import { boxOrPointOf, orderShape } from '../../../src-shared/geometry/shape'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../../src-shared/geometry/space'
import type { ImageSize } from '../../../src-shared/geometry/space'

export type Edge = 'left' | 'top' | 'right' | 'bottom' | 'x' | 'y'
export type Unit = 'normalized' | 'pixels'

/** A shape of many points has the edges of its bounds. */
export const edgesOf = (shape: RegionShape): readonly Edge[] =>
  shape.type === 'point' ? ['x', 'y'] : ['left', 'top', 'right', 'bottom']

/** Fractions of the upright original, in the order of `edgesOf`. */
export function valuesOf(shape: RegionShape): readonly number[] {
  const known = boxOrPointOf(shape)
  return known.type === 'box' ? known.box : known.point
}

/** Whether its numbers can be typed: of an outline the bounds are shown, and dragging changes it. */
export const hasEditableEdges = (shape: RegionShape): boolean => shape.type === 'box' || shape.type === 'point'

/** Pixels per unit of an edge's axis. */
export const pixelsPerUnit = (edge: Edge, size: ImageSize): number =>
  edge === 'left' || edge === 'right' || edge === 'x' ? size.width : size.height

/** A typed number, strictly: no tail, no empty field, finite. null: not a number. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim()
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed)) return null
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : null
}

/** The shape with one edge at `value` (a fraction). null when it would have no size, or none of its edges can be typed. */
export function withEdge(shape: RegionShape, index: number, value: number): RegionShape | null {
  if (shape.type === 'point') {
    const [x, y] = shape.point
    return { type: 'point', point: index === 0 ? normalizedPoint(value, y) : normalizedPoint(x, value) }
  }
  if (shape.type !== 'box') return null
  const [x0, y0, x1, y1] = shape.box.map((old, at) => (at === index ? value : old)) as [number, number, number, number]
  if (x0 === x1 || y0 === y1) return null
  return orderShape({ type: 'box', box: normalizedBox(x0, y0, x1, y1) })
}
