/** @file What a shape is besides its bounds, in words: how many points, how many pixels. Pure. */
import { maskArea } from '../../../src-shared/geometry/mask'
import { maskOfShape } from '../../../src-shared/geometry/mask-shape'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { Translate } from '../../i18n/translate'

/** null for boxes and points, whose numbers say everything. */
export function shapeSummary(t: Translate, shape: RegionShape): string | null {
  switch (shape.type) {
    case 'box':
    case 'point':
      return null
    case 'quad':
      return t('shape.quad')
    case 'polygon':
      return t('shape.polygon', { count: shape.points.length })
    case 'polyline':
      return t('shape.polyline', { count: shape.points.length })
    case 'multipolygon':
      return t('shape.multipolygon', {
        count: shape.rings.length,
        points: shape.rings.reduce((sum, ring) => sum + ring.length, 0)
      })
    case 'mask': {
      const { width, height } = shape.size
      const mask = maskOfShape(shape)
      return t('shape.mask', { width, height, count: mask === null ? 0 : maskArea(mask) })
    }
    case 'keypoints': {
      const of = (wanted: number): number => shape.points.filter(({ visibility }) => visibility === wanted).length
      return t('shape.keypoints', { visible: of(2), hidden: of(1), none: of(0) })
    }
  }
}

/** Whether points can be added to it and taken away. */
export const hasOpenPoints = ({ type }: RegionShape): boolean =>
  type === 'polygon' || type === 'polyline' || type === 'multipolygon'
