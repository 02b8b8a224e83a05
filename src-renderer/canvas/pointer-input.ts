/**
 * @file Mouse, pen, touch and wheel on the canvas, turned into samples for the engine.
 *
 * Left draws and selects; middle, or left with Space, pans; right cancels a half-drawn region, or
 * the last point of a polygon.
 * Ctrl/Cmd + wheel and pinch zoom at the pointer; a plain wheel pans. Two fingers pan and zoom.
 */
import type { CanvasEngine } from './engine'
import type { PointerSample } from './tools/tool'
import type { ScreenPoint } from './view'
import { wheelZoomFactor } from './view'

const LINE_PX = 16

export const attachPointerInput = (engine: CanvasEngine): (() => void) => {
  const { root } = engine
  const controller = new AbortController()
  const options = { signal: controller.signal }
  const touches = new Map<number, ScreenPoint>()
  /** The one pointer whose gesture the tools see. */
  let active: number | null = null

  const screenOf = (event: MouseEvent): ScreenPoint => {
    const bounds = root.getBoundingClientRect()
    return { x: event.clientX - bounds.left - root.clientLeft, y: event.clientY - bounds.top - root.clientTop }
  }
  const sampleOf = (event: PointerEvent, phase: PointerSample['phase']): PointerSample => {
    const screen = screenOf(event)
    return {
      phase,
      screen,
      position: engine.view.positionAt(screen),
      shift: event.shiftKey,
      alt: event.altKey,
      isTouch: event.pointerType === 'touch'
    }
  }

  const pinch = (id: number, to: ScreenPoint): void => {
    const from = touches.get(id)
    const other = [...touches].find(([otherId]) => otherId !== id)?.[1]
    if (!from || !other) return
    const before = Math.hypot(from.x - other.x, from.y - other.y)
    const after = Math.hypot(to.x - other.x, to.y - other.y)
    engine.view.pan((to.x - from.x) / 2, (to.y - from.y) / 2)
    if (before > 0 && after > 0) {
      engine.view.zoom({ x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 }, after / before)
    }
    touches.set(id, to)
  }

  const down = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') {
      touches.set(event.pointerId, screenOf(event))
      if (touches.size > 1) {
        engine.abandon()
        active = null
        return
      }
    }
    if (event.button === 2) {
      if (engine.stepBack() || engine.cancelGesture()) swallowMenu = true
      return
    }
    if (active !== null || event.button > 1) return
    active = event.pointerId
    root.setPointerCapture(event.pointerId)
    engine.press(sampleOf(event, 'down'), event.button === 1)
  }

  const move = (event: PointerEvent): void => {
    if (touches.size > 1) pinch(event.pointerId, screenOf(event))
    else if (active === null || active === event.pointerId) {
      if (touches.has(event.pointerId)) touches.set(event.pointerId, screenOf(event))
      engine.move(sampleOf(event, 'move'))
    }
  }

  const up = (event: PointerEvent): void => {
    touches.delete(event.pointerId)
    if (active !== event.pointerId) return
    active = null
    engine.release(sampleOf(event, 'up'))
    if (event.pointerType === 'touch') engine.leave()
  }

  const cancel = (event: PointerEvent): void => {
    touches.delete(event.pointerId)
    if (active !== event.pointerId) return
    active = null
    engine.abandon()
  }

  let swallowMenu = false
  root.addEventListener('pointerdown', down, options)
  root.addEventListener('pointermove', move, options)
  root.addEventListener('pointerup', up, options)
  root.addEventListener('pointercancel', cancel, options)
  root.addEventListener('pointerleave', () => active === null && engine.leave(), options)
  // A press focuses the canvas by itself. While the composer is written in, only a press beside
  // every region may do so. The middle button would start the browser's own scrolling.
  root.addEventListener(
    'mousedown',
    (event) => {
      const { picking, tool } = engine.current
      const staysInComposer = picking && (tool !== 'select' || engine.hitAt(screenOf(event)) !== undefined)
      if (staysInComposer || event.button === 1) event.preventDefault()
    },
    options
  )
  root.addEventListener(
    'contextmenu',
    (event) => {
      const { tool } = engine.current
      if (swallowMenu || (tool !== 'select' && tool !== 'pan')) event.preventDefault()
      swallowMenu = false
    },
    options
  )
  root.addEventListener(
    'dblclick',
    (event) => {
      const { tool } = engine.current
      const isFree = tool === 'pan' || (tool === 'select' && !engine.hitAt(screenOf(event)))
      if (event.button === 0 && isFree) engine.fit()
    },
    options
  )
  root.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1
      if (event.ctrlKey || event.metaKey) {
        engine.view.zoom(screenOf(event), wheelZoomFactor(event.deltaY * unit))
        return
      }
      const isSideways = event.shiftKey && event.deltaX === 0
      engine.view.pan(-(isSideways ? event.deltaY : event.deltaX) * unit, isSideways ? 0 : -event.deltaY * unit)
    },
    { ...options, passive: false }
  )
  return () => controller.abort()
}
