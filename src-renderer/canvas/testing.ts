/** @file Builders for the canvas' own tests. */
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import type { CanvasRegion } from './contract'
import { RegionIndex } from './region-index'
import type { Effect, PointerSample, ToolScene } from './tools/tool'
import { NO_HANDLE } from './tools/tool'
import { normalizedFromScreen } from './view'

/** 1000 × 1000 px at scale 1 without offset: a screen pixel is a thousandth of the image. */
export const TEST_IMAGE = { width: 1000, height: 1000 }
export const TEST_VIEW = { scale: 1, offsetX: 0, offsetY: 0 }

/** In thousandths of the image. */
export const testBox = (
  id: string,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  overrides: Partial<CanvasRegion> = {}
): CanvasRegion => ({
  id,
  shape: { type: 'box', box: normalizedBox(x0 / 1000, y0 / 1000, x1 / 1000, y1 / 1000) },
  state: 'accepted',
  caption: id,
  colour: '#336699',
  original: null,
  confidence: null,
  ...overrides
})

export const testPoint = (id: string, x: number, y: number): CanvasRegion => ({
  ...testBox(id, [0, 0, 1, 1]),
  shape: { type: 'point', point: normalizedPoint(x / 1000, y / 1000) }
})

export const testScene = (regions: readonly CanvasRegion[], overrides: Partial<ToolScene> = {}): ToolScene => {
  const index = new RegionIndex(regions, TEST_IMAGE)
  return {
    index,
    selection: [],
    image: TEST_IMAGE,
    view: TEST_VIEW,
    readOnly: false,
    picking: false,
    handleAt: NO_HANDLE,
    vertexAt: NO_HANDLE,
    shapeOf: (id) => index.get(id)?.shape ?? null,
    ...overrides
  }
}

export const testSample = (
  phase: PointerSample['phase'],
  x: number,
  y: number,
  overrides: Partial<PointerSample> = {}
): PointerSample => ({
  phase,
  screen: { x, y },
  position: normalizedFromScreen({ x, y }, TEST_VIEW, TEST_IMAGE),
  shift: false,
  alt: false,
  isTouch: false,
  ...overrides
})

/** `create`, `change`, … of each effect, for short expectations. */
export const typesOf = (effects: readonly Effect[]): readonly string[] => effects.map(({ type }) => type)
