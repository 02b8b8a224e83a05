/** @file One shape as SVG, in pixels of the upright image. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { outlinesOfShape } from '../../src-shared/geometry/shape'
import type { ImageSize, NormalizedPoint } from '../../src-shared/geometry/space'

export interface FigureStyle {
  readonly stroke: string
  readonly strokeWidth: number
  /** Inside of points; outlines are not filled. */
  readonly fill: string
  /** Radius of a point. */
  readonly radius: number
  /** Attribute with a leading space, or nothing. */
  readonly dash: string
}

/** A box is a `rect`; outlines and strokes are paths, points are circles. */
export function figureOf(shape: RegionShape, { width, height }: ImageSize, style: FigureStyle): string {
  const at = ([x, y]: NormalizedPoint): string => `${x * width} ${y * height}`
  const line = `stroke="${style.stroke}" stroke-width="${style.strokeWidth}"`
  const dot = ([x, y]: NormalizedPoint): string =>
    `<circle cx="${x * width}" cy="${y * height}" r="${style.radius}" fill="${style.fill}" ${line}/>`
  const path = (rings: readonly (readonly NormalizedPoint[])[], end: string): string =>
    rings.length === 0
      ? ''
      : `<path d="${rings.map((ring) => `M${ring.map(at).join('L')}${end}`).join('')}" fill="none" ${line}${style.dash}/>`
  switch (shape.type) {
    case 'box': {
      const [x0, y0, x1, y1] = shape.box
      return `<rect x="${x0 * width}" y="${y0 * height}" width="${x1 * width - x0 * width}" height="${y1 * height - y0 * height}" fill="none" ${line}${style.dash}/>`
    }
    case 'point':
      return dot(shape.point)
    case 'polyline':
      return path([shape.points], '')
    case 'keypoints':
      return (
        path(outlinesOfShape(shape), 'Z') +
        shape.points.map(({ point, visibility }) => (visibility === 0 ? '' : dot(point))).join('')
      )
    case 'quad':
    case 'polygon':
    case 'multipolygon':
    case 'mask':
      return path(outlinesOfShape(shape), 'Z')
  }
}
