/**
 * @file Selects, moves, resizes and marquees.
 *
 *   down on a handle   → resize            down on a vertex → move it alone
 *                                          down on a region → move (a drag) or select, cycle, pick (a click)
 *   Alt, on a point of the only selected outline: take it away (a click); on its line: add a point there
 *   down on nothing    → marquee or deselect          Shift → toggle (a click) or add by marquee (a drag)
 *
 * A drag moves the selected region under the pointer even when a smaller one lies above it; a click
 * selects the smallest, and the next click at the same place the one below.
 */
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { NormalizedPoint } from '../../../src-shared/geometry/space'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import type { CanvasRegion } from '../contract'
import type { Handle, Quad } from '../region-edits'
import { isMovable, limitMove, moveShape, resizeBox } from '../region-edits'
import { cycle } from '../region-index'
import type { AddedVertex } from '../vertex-edits'
import { addVertexAt, removeVertex } from '../vertex-edits'
import type { Vertex } from '../vertices'
import { moveVertex } from '../vertices'
import type { ScreenPoint } from '../view'
import type { CanvasTool, Effect, PointerSample, Preview, ShapeChange, ToolScene } from './tool'
import { DRAG_THRESHOLD, HIT_TOLERANCE, NO_PREVIEW, TOUCH_TOLERANCE, candidatesAt, distance } from './tool'

interface Press {
  readonly screen: ScreenPoint
  readonly position: NormalizedPoint
  readonly shift: boolean
}
type State =
  | { readonly name: 'idle' }
  | { readonly name: 'pressed'; readonly press: Press; readonly on: Target }
  | { readonly name: 'editing'; readonly press: Press; readonly edit: Edit; readonly changes: readonly ShapeChange[] }
  | { readonly name: 'marquee'; readonly press: Press; readonly quad: Quad; readonly isTouching: boolean }

type Target =
  | { readonly type: 'handle'; readonly handle: Handle; readonly id: RegionId }
  | {
      readonly type: 'region'
      readonly candidates: readonly CanvasRegion[]
      /** What a drag moves. */
      readonly movable: readonly RegionId[]
      readonly wasSelected: boolean
    }
  | { readonly type: 'vertex'; readonly vertex: Vertex; readonly id: RegionId }
  | { readonly type: 'removed-vertex'; readonly id: RegionId; readonly shape: RegionShape | null }
  | { readonly type: 'added-vertex'; readonly id: RegionId; readonly added: AddedVertex }
  | { readonly type: 'nothing' }

/** Turns a distance from the press into new shapes; starts from the shapes at the press. */
type Edit = (dx: number, dy: number) => readonly ShapeChange[]

const HANDLE_CURSORS: Readonly<Record<string, string>> = {
  '-1,-1': 'nwse-resize',
  '1,1': 'nwse-resize',
  '1,-1': 'nesw-resize',
  '-1,1': 'nesw-resize',
  '-1,0': 'ew-resize',
  '1,0': 'ew-resize',
  '0,-1': 'ns-resize',
  '0,1': 'ns-resize'
}

const VERTEX_CURSOR = 'crosshair'

const activeHandle = (sample: PointerSample, scene: ToolScene): Handle | null =>
  scene.readOnly || scene.selection.length !== 1 ? null : scene.handleAt(sample.screen, sample.isTouch)

const activeVertex = (sample: PointerSample, scene: ToolScene): Vertex | null =>
  scene.readOnly || scene.selection.length !== 1 ? null : scene.vertexAt(sample.screen, sample.isTouch)

/** What Alt means here; null when it means nothing. */
const pointTargetAt = (sample: PointerSample, scene: ToolScene): Target | null => {
  const [id, ...others] = scene.selection
  const shape = id === undefined || others.length > 0 || scene.readOnly ? null : scene.shapeOf(id)
  if (!sample.alt || id === undefined || shape === null) return null
  const vertex = scene.vertexAt(sample.screen, sample.isTouch)
  if (vertex) return { type: 'removed-vertex', id, shape: removeVertex(shape, vertex) }
  const reach = sample.isTouch ? TOUCH_TOLERANCE : HIT_TOLERANCE
  const added = addVertexAt(shape, sample.screen, scene.view, scene.image, reach)
  return added && { type: 'added-vertex', id, added }
}

const targetAt = (sample: PointerSample, scene: ToolScene): Target => {
  const point = pointTargetAt(sample, scene)
  if (point) return point
  const handle = sample.shift ? null : activeHandle(sample, scene)
  if (handle) return { type: 'handle', handle, id: scene.selection[0]! }
  const vertex = sample.shift ? null : activeVertex(sample, scene)
  if (vertex) return { type: 'vertex', vertex, id: scene.selection[0]! }
  const candidates = candidatesAt(sample, scene)
  const top = candidates[0]
  if (!top) return { type: 'nothing' }
  const wasSelected = candidates.some((region) => scene.selection.includes(region.id))
  return { type: 'region', candidates, movable: wasSelected ? scene.selection : [top.id], wasSelected }
}

const moveEdit = (ids: readonly RegionId[], scene: ToolScene): Edit => {
  const before = ids.flatMap((id): ShapeChange[] => {
    const shape = scene.shapeOf(id)
    return shape && isMovable(shape) ? [{ id, shape }] : []
  })
  const shapes: readonly RegionShape[] = before.map(({ shape }) => shape)
  return (dx, dy) => {
    const [allowedX, allowedY] = limitMove(shapes, dx, dy)
    if (allowedX === 0 && allowedY === 0) return []
    return before.map(({ id, shape }) => ({ id, shape: moveShape(shape, allowedX, allowedY) }))
  }
}

const resizeEdit = (id: RegionId, handle: Handle, scene: ToolScene): Edit => {
  const shape = scene.shapeOf(id)
  const { image } = scene
  return (dx, dy) => {
    if (shape?.type !== 'box') return []
    const box = resizeBox(shape.box, handle, dx, dy, image)
    return box === shape.box ? [] : [{ id, shape: { type: 'box', box } }]
  }
}

const editOf = (on: Exclude<Target, { type: 'nothing' }>, scene: ToolScene): Edit =>
  on.type === 'handle'
    ? resizeEdit(on.id, on.handle, scene)
    : on.type === 'vertex'
      ? vertexEdit(on.id, on.vertex, scene.shapeOf(on.id))
      : on.type === 'added-vertex'
        ? addedEdit(on.id, on.added)
        : on.type === 'removed-vertex'
          ? () => []
          : moveEdit(on.movable, scene)

/** The point that was added follows the pointer at once. */
const addedEdit =
  (id: RegionId, { shape, vertex }: AddedVertex): Edit =>
  (dx, dy) => [{ id, shape: moveVertex(shape, vertex, dx, dy) }]

const vertexEdit = (id: RegionId, vertex: Vertex, shape: RegionShape | null): Edit => {
  return (dx, dy) => {
    const moved = shape && moveVertex(shape, vertex, dx, dy)
    return moved && moved !== shape ? [{ id, shape: moved }] : []
  }
}

export const createSelectTool = (): CanvasTool => {
  let state: State = { name: 'idle' }
  let lastClick: ScreenPoint | null = null
  let dragCursor = 'move'

  const click = (press: Press, on: Target, scene: ToolScene): readonly Effect[] => {
    const isRepeat = lastClick !== null && distance(lastClick, press.screen) <= HIT_TOLERANCE
    lastClick = press.screen
    if (on.type === 'handle' || on.type === 'vertex') return []
    if (on.type === 'added-vertex' || on.type === 'removed-vertex') {
      const shape = on.type === 'added-vertex' ? on.added.shape : on.shape
      return shape === null ? [] : [{ type: 'change', changes: [{ id: on.id, shape }] }]
    }
    if (on.type === 'nothing') {
      return press.shift || scene.picking || scene.selection.length === 0 ? [] : [{ type: 'select', ids: [] }]
    }
    const top = on.candidates[0]!
    if (scene.picking) return [{ type: 'pick', id: top.id }]
    if (press.shift) {
      const isSelected = scene.selection.includes(top.id)
      const ids = isSelected ? scene.selection.filter((id) => id !== top.id) : [...scene.selection, top.id]
      return [{ type: 'select', ids }]
    }
    const chosen = isRepeat && on.wasSelected ? (cycle(on.candidates, scene.selection) ?? top) : top
    // The press has said it already, unless the region was selected before.
    const isSaid = !on.wasSelected && scene.selection.length === 1 && scene.selection[0] === chosen.id
    return isSaid ? [] : [{ type: 'select', ids: [chosen.id] }]
  }

  const startDrag = (press: Press, on: Target, scene: ToolScene): readonly Effect[] => {
    lastClick = null
    if (press.shift || on.type === 'nothing') {
      state = { name: 'marquee', press, quad: [0, 0, 0, 0], isTouching: false }
      return []
    }
    if (scene.readOnly) {
      state = { name: 'idle' }
      return []
    }
    const edit = editOf(on, scene)
    const isPoint = on.type === 'vertex' || on.type === 'added-vertex'
    dragCursor = on.type === 'handle' ? cursorOf(on.handle) : isPoint ? VERTEX_CURSOR : 'move'
    state = { name: 'editing', press, edit, changes: [] }
    // While picking, the press itself selects nothing; the drag does, so that handles show what moves.
    return on.type === 'region' && !on.wasSelected && scene.picking ? [{ type: 'select', ids: on.movable }] : []
  }

  const drag = (sample: PointerSample): void => {
    const [x, y] = sample.position
    if (state.name === 'editing') {
      const { press, edit } = state
      state = { ...state, changes: edit(x - press.position[0], y - press.position[1]) }
    } else if (state.name === 'marquee') {
      const [pressX, pressY] = state.press.position
      const quad: Quad = [Math.min(x, pressX), Math.min(y, pressY), Math.max(x, pressX), Math.max(y, pressY)]
      state = { ...state, quad, isTouching: x < pressX }
    }
  }

  const release = (scene: ToolScene): readonly Effect[] => {
    const done = state
    state = { name: 'idle' }
    if (done.name === 'editing') return done.changes.length > 0 ? [{ type: 'change', changes: done.changes }] : []
    if (done.name === 'pressed') return click(done.press, done.on, scene)
    if (done.name !== 'marquee') return []
    const found = scene.index.within(done.quad, done.isTouching)
    const ids = done.press.shift ? [...new Set([...scene.selection, ...found])] : found
    return [{ type: 'select', ids }]
  }

  return {
    touchesRegions: true,
    get isBusy() {
      return state.name !== 'idle'
    },
    get preview(): Preview {
      if (state.name === 'editing') return { ...NO_PREVIEW, changes: state.changes }
      if (state.name === 'marquee') return { ...NO_PREVIEW, marquee: state.quad }
      return NO_PREVIEW
    },
    handle(sample: PointerSample, scene: ToolScene) {
      if (sample.phase === 'down') {
        const on = targetAt(sample, scene)
        state = {
          name: 'pressed',
          press: { screen: sample.screen, position: sample.position, shift: sample.shift },
          on
        }
        const selectsNow = on.type === 'region' && !on.wasSelected && !sample.shift && !scene.picking
        return selectsNow ? [{ type: 'select', ids: on.movable }] : []
      }
      const effects: Effect[] = []
      if (state.name === 'pressed' && distance(sample.screen, state.press.screen) > DRAG_THRESHOLD) {
        effects.push(...startDrag(state.press, state.on, scene))
      }
      drag(sample)
      if (sample.phase === 'up') effects.push(...release(scene))
      return effects
    },
    cancel() {
      const wasBusy = state.name === 'editing' || state.name === 'marquee'
      state = { name: 'idle' }
      return wasBusy
    },
    cursor(sample, scene) {
      if (state.name === 'marquee') return 'crosshair'
      if (state.name === 'editing') return dragCursor
      if (state.name === 'pressed' && state.on.type === 'handle') return cursorOf(state.on.handle)
      const point = pointTargetAt(sample, scene)
      if (point) return point.type === 'added-vertex' ? 'copy' : 'no-drop'
      const handle = sample.shift ? null : activeHandle(sample, scene)
      if (handle) return cursorOf(handle)
      if (!sample.shift && activeVertex(sample, scene)) return VERTEX_CURSOR
      const candidates = candidatesAt(sample, scene)
      if (scene.picking && candidates.length > 0) return 'copy'
      const isMovable = !scene.readOnly && candidates.some((region) => scene.selection.includes(region.id))
      return isMovable ? 'move' : candidates.length > 0 ? 'pointer' : 'default'
    }
  }
}

const cursorOf = (handle: Handle): string => HANDLE_CURSORS[`${handle.horizontal},${handle.vertical}`] ?? 'move'
