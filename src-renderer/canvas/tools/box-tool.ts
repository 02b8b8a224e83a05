/**
 * @file Draws boxes by dragging or by two clicks; which one it is shows when the button is released.
 *
 *   idle --down--> pressed --move--> dragging --up--> create
 *                     |--up (a click)--> placed --down, up--> create
 *                     |--up on a region while picking--> pick
 *
 * While a text is being written, a click on a region names it there; a drag draws as ever.
 */
import type { NormalizedPoint } from '../../../src-shared/geometry/space'
import { boxBetween } from '../region-edits'
import type { ScreenPoint } from '../view'
import type { CanvasTool, Effect, PointerSample, Preview, ToolScene } from './tool'
import { DRAG_THRESHOLD, NO_PREVIEW, candidatesAt, distance } from './tool'

/** Sides shorter than this on screen are a slip of the hand, CSS px. */
const SMALLEST_SIDE = 1.5

type State =
  | { readonly name: 'idle' }
  | {
      readonly name: 'pressed' | 'dragging' | 'placed' | 'closing'
      readonly anchor: NormalizedPoint
      readonly pressedAt: ScreenPoint
      readonly corner: NormalizedPoint
    }

export const createBoxTool = (): CanvasTool => {
  let state: State = { name: 'idle' }

  const finish = (scene: ToolScene): readonly Effect[] => {
    if (state.name === 'idle') return []
    const box = boxBetween(state.anchor, state.corner)
    const scaleX = scene.image.width * scene.view.scale
    const scaleY = scene.image.height * scene.view.scale
    const isLarge = box && (box[2] - box[0]) * scaleX >= SMALLEST_SIDE && (box[3] - box[1]) * scaleY >= SMALLEST_SIDE
    if (!box || !isLarge) {
      // The first corner stays where it is, and the person can still place the second one.
      state = { ...state, name: 'placed' }
      return []
    }
    state = { name: 'idle' }
    return [{ type: 'create', shape: { type: 'box', box } }]
  }

  return {
    touchesRegions: false,
    get isBusy() {
      return state.name !== 'idle'
    },
    get preview(): Preview {
      if (state.name === 'idle') return NO_PREVIEW
      const box = boxBetween(state.anchor, state.corner)
      return box ? { ...NO_PREVIEW, draft: { type: 'box', box } } : NO_PREVIEW
    },
    handle(sample: PointerSample, scene: ToolScene) {
      if (scene.readOnly) return []
      const { phase, position, screen } = sample
      if (phase === 'down') {
        state =
          state.name === 'idle'
            ? { name: 'pressed', anchor: position, pressedAt: screen, corner: position }
            : { ...state, name: 'closing', corner: position }
        return []
      }
      if (state.name === 'idle') return []
      state = { ...state, corner: position }
      if (phase === 'move') {
        if (state.name === 'pressed' && distance(screen, state.pressedAt) > DRAG_THRESHOLD) {
          state = { ...state, name: 'dragging' }
        }
        return []
      }
      if (state.name === 'pressed') {
        const named = scene.picking ? candidatesAt(sample, scene)[0] : undefined
        state = named ? { name: 'idle' } : { ...state, name: 'placed' }
        return named ? [{ type: 'pick', id: named.id }] : []
      }
      return state.name === 'dragging' || state.name === 'closing' ? finish(scene) : []
    },
    cancel() {
      const wasBusy = state.name !== 'idle'
      state = { name: 'idle' }
      return wasBusy
    },
    cursor(sample, scene) {
      if (scene.readOnly) return 'not-allowed'
      return scene.picking && state.name === 'idle' && candidatesAt(sample, scene).length > 0 ? 'copy' : 'crosshair'
    }
  }
}
