/**
 * @file Keys the canvas itself understands; every other key goes on to the app's commands.
 *
 *   arrows          move by 1 image px (Shift: 10)       Alt + arrows   move the right or bottom edge
 *   arrows, Enter   in a drawing tool with nothing selected: move the crosshair (Ctrl/Cmd: 100 px), click there
 *   Enter           close a polygon                       Backspace, Delete, Z   take back its last point
 *   Tab, Shift+Tab  next, previous region in reading order; past the last one the focus moves on
 *   Space (held)    pan                                   Escape         cancel a half-drawn region
 */
import type { CanvasEngine } from './engine'
import { KeyboardCursor } from './keyboard-cursor'
import { nudgeShapes, nudgeSize } from './region-edits'
import type { ShapeChange } from './tools/tool'

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
}

const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'Alt', 'AltGraph', 'Control', 'Meta', 'CapsLock'])

/** Any other key is about what comes next: another image, undo, a label. */
const belongsToNudge = (key: string): boolean => key in ARROWS || MODIFIERS.has(key) || key === 'Escape'

const nudge = (engine: CanvasEngine, event: KeyboardEvent): boolean => {
  const arrow = ARROWS[event.key]
  const { selection, readOnly, image } = engine.current
  if (!arrow || !image || readOnly || event.ctrlKey || event.metaKey || engine.isBusy) return false
  const before = selection.flatMap((id): ShapeChange[] => {
    const shape = engine.shapeOf(id)
    return shape ? [{ id, shape }] : []
  })
  if (before.length === 0) return false
  const step = event.shiftKey ? 10 : 1
  const [dx, dy] = [arrow[0] * step, arrow[1] * step]
  const shapes = before.map(({ shape }) => shape)
  const after = event.altKey
    ? shapes.map((shape) => nudgeSize(shape, dx, dy, image.size))
    : nudgeShapes(shapes, dx, dy, image.size)
  const changes = before.flatMap(({ id, shape }, i) => (after[i] === shape ? [] : [{ id, shape: after[i]! }]))
  if (changes.length > 0) engine.nudgeBy(changes)
  return true
}

const moveCursor = (cursor: KeyboardCursor, event: KeyboardEvent): boolean => {
  const arrow = ARROWS[event.key]
  if (!arrow || event.altKey) return false
  const step = event.ctrlKey || event.metaKey ? 100 : event.shiftKey ? 10 : 1
  return cursor.move(arrow[0] * step, arrow[1] * step)
}

/** Undo means the last point while a polygon is drawn. */
const takesBack = (event: KeyboardEvent): boolean =>
  event.key === 'Backspace' || event.key === 'Delete' || (event.key.toLowerCase() === 'z' && !event.shiftKey)

/** False at the end of the list: the focus then leaves the canvas, so that it is no trap. */
const cycleRegions = (engine: CanvasEngine, backwards: boolean): boolean => {
  const order = engine.regionIndex.readingOrder()
  const { selection } = engine.current
  const current = selection.length > 0 ? order.indexOf(selection.at(-1)!) : -1
  const next = current === -1 ? (backwards ? order.length - 1 : 0) : current + (backwards ? -1 : 1)
  const id = order[next]
  if (id === undefined) return false
  engine.current.onSelect([id])
  engine.reveal(id)
  return true
}

/** Whether Space means something to the focused element: text fields always, controls when reached by keyboard. */
const needsSpace = (target: EventTarget | null, root: HTMLElement): boolean => {
  if (!(target instanceof HTMLElement) || target === root || target === document.body) return false
  const isText = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
  return isText || target.matches(':focus-visible')
}

export const attachKeyboardInput = (engine: CanvasEngine): (() => void) => {
  const { root } = engine
  const controller = new AbortController()
  const options = { signal: controller.signal }

  const cursor = new KeyboardCursor(engine)
  root.addEventListener('pointermove', () => cursor.forget(), options)

  root.addEventListener(
    'keydown',
    (event) => {
      if (!belongsToNudge(event.key)) engine.nudges.finish()
      const isHandled =
        nudge(engine, event) ||
        moveCursor(cursor, event) ||
        (event.key === 'Enter' && (cursor.click() || engine.finishGesture())) ||
        (takesBack(event) && engine.stepBack()) ||
        (event.key === 'Tab' &&
          !event.ctrlKey &&
          !event.altKey &&
          !event.metaKey &&
          cycleRegions(engine, event.shiftKey)) ||
        (event.key === 'Escape' && engine.cancelGesture())
      if (!isHandled) return
      event.preventDefault()
      event.stopPropagation()
    },
    options
  )
  root.addEventListener('keyup', (event) => event.key in ARROWS && engine.nudges.finish(), options)
  root.addEventListener(
    'blur',
    () => {
      engine.nudges.finish()
      cursor.forget()
    },
    options
  )

  // Space pans while the pointer is over the canvas or the canvas has the focus, never while typing.
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.code !== 'Space' || event.ctrlKey || event.altKey || event.metaKey) return
      const isHere = root.contains(document.activeElement) || root.matches(':hover')
      if (!isHere || needsSpace(event.target, root)) return
      event.preventDefault()
      engine.holdPan(true)
    },
    options
  )
  window.addEventListener(
    'keyup',
    (event) => {
      // The button that was clicked last must not be pressed again by the Space that panned.
      if (event.code === 'Space' && engine.holdPan(false)) event.preventDefault()
    },
    options
  )
  window.addEventListener('blur', () => engine.holdPan(false), options)
  return () => controller.abort()
}
