/**
 * @file What is wrong with a shape that has the right members and finite numbers: too few points, run
 * lengths that fill another raster, no place at all. One answer for readers of files, for what windows send
 * and for the store.
 */
import { boundsOfMaskShape, maskShapeDiagnostic } from './mask-shape'
import type { RegionShape } from './region-shape'

const LEAST_POINTS = { polygon: 3, polyline: 2, ring: 3 } as const

/** In words that follow the shape's name ("has 2 points; …"); null when nothing is wrong. */
export function shapeProblem(shape: RegionShape): string | null {
  switch (shape.type) {
    case 'box':
    case 'point':
    case 'quad':
      return null
    case 'polygon':
    case 'polyline':
      return shape.points.length < LEAST_POINTS[shape.type]
        ? `has ${shape.points.length} points; a ${shape.type} has ${LEAST_POINTS[shape.type]} or more`
        : null
    case 'multipolygon': {
      if (shape.rings.length === 0) return 'has no ring'
      const short = shape.rings.findIndex((ring) => ring.length < LEAST_POINTS.ring)
      return short < 0
        ? null
        : `has ${shape.rings[short]?.length} points in ring ${short + 1}; a ring has ${LEAST_POINTS.ring} or more`
    }
    case 'mask': {
      const diagnostic = maskShapeDiagnostic(shape)
      if (diagnostic !== null) return `is no mask: ${diagnostic.message.replace(/\.$/, '')}`
      return boundsOfMaskShape(shape) === null ? 'has no pixel inside' : null
    }
    case 'keypoints':
      return shape.box === null && shape.points.every(({ visibility }) => visibility === 0)
        ? 'has neither a box nor a point that is labelled'
        : null
  }
}
