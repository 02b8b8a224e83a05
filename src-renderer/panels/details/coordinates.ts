/** @file The numbers of a shape as fields: their names, their values, and a shape with one of them changed. Pure. */
import { orderShape } from '../../../src-shared/geometry/shape'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../../src-shared/geometry/space'
import type { ImageSize } from '../../../src-shared/geometry/space'

export type Edge = 'left' | 'top' | 'right' | 'bottom' | 'x' | 'y'
export type Unit = 'normalized' | 'pixels'

export const edgesOf = (shape: RegionShape): readonly Edge[] =>
  shape.type === 'box' ? ['left', 'top', 'right', 'bottom'] : ['x', 'y']

/** Fractions of the upright original, in the order of `edgesOf`. */
export const valuesOf = (shape: RegionShape): readonly number[] => (shape.type === 'box' ? shape.box : shape.point)

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

/** The shape with one edge at `value` (a fraction). null when it would have no size. */
export function withEdge(shape: RegionShape, index: number, value: number): RegionShape | null {
  if (shape.type === 'point') {
    const [x, y] = shape.point
    return { type: 'point', point: index === 0 ? normalizedPoint(value, y) : normalizedPoint(x, value) }
  }
  const [x0, y0, x1, y1] = shape.box.map((old, at) => (at === index ? value : old)) as [number, number, number, number]
  if (x0 === x1 || y0 === y1) return null
  return orderShape({ type: 'box', box: normalizedBox(x0, y0, x1, y1) })
}
