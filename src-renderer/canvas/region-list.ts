import { isSameShape } from '../../src-shared/geometry/shape'
import type { CanvasRegion } from './contract'

/** Whether two lists would look the same; a parent may make new objects on every render. */
export const isSameRegionList = (a: readonly CanvasRegion[], b: readonly CanvasRegion[]): boolean =>
  a === b || (a.length === b.length && a.every((region, i) => isSameRegion(region, b[i]!)))

const isSameRegion = (a: CanvasRegion, b: CanvasRegion): boolean =>
  a === b ||
  (a.id === b.id &&
    a.state === b.state &&
    a.caption === b.caption &&
    a.colour === b.colour &&
    a.confidence === b.confidence &&
    a.spread === b.spread &&
    isSameShape(a.shape, b.shape) &&
    (a.original === b.original || (a.original !== null && b.original !== null && isSameShape(a.original, b.original))))
