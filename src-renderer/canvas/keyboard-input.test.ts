import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CanvasEngine } from './engine'
import { attachKeyboardInput } from './keyboard-input'
import { NudgeSession } from './nudge-session'
import type { ShapeChange } from './tools/tool'
import { TEST_IMAGE, testBox, testScene } from './testing'

/** What the keyboard asks of the engine, over a real nudge session. */
function keyboardOver(commit: (changes: readonly ShapeChange[]) => void): (type: string, key: string) => void {
  const root = new EventTarget()
  const nudges = new NudgeSession(commit)
  const scene = testScene([testBox('a', [100, 100, 200, 200])])
  const engine = {
    root,
    nudges,
    regionIndex: scene.index,
    isBusy: false,
    current: { selection: ['a'], readOnly: false, image: { size: TEST_IMAGE }, tool: 'select' },
    shapeOf: (id: string) => nudges.shapeOf(id) ?? scene.shapeOf(id),
    nudgeBy: (changes: readonly ShapeChange[]) => nudges.step(changes),
    cancelGesture: () => nudges.cancel(),
    reveal: () => undefined,
    holdPan: () => false
  }
  attachKeyboardInput(engine as unknown as CanvasEngine)
  return (type, key) => void root.dispatchEvent(Object.assign(new Event(type), { key, code: key }))
}

beforeEach(() => {
  vi.stubGlobal('window', new EventTarget())
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('sends a nudge before the next key is acted on, even while the arrow is still down', () => {
  const commit = vi.fn()
  const press = keyboardOver(commit)
  press('keydown', 'ArrowRight')
  expect(commit).not.toHaveBeenCalled()
  // E opens the next image: what was moved on this one must be on its way by then.
  press('keydown', 'e')
  expect(commit).toHaveBeenCalledOnce()
  press('keyup', 'ArrowRight')
  expect(commit).toHaveBeenCalledOnce()
})

it('keeps a nudge in one piece over Shift, and forgets it on Escape', () => {
  const commit = vi.fn()
  const press = keyboardOver(commit)
  for (const key of ['ArrowRight', 'Shift', 'ArrowDown']) press('keydown', key)
  press('keydown', 'Escape')
  press('keyup', 'ArrowRight')
  expect(commit).not.toHaveBeenCalled()
})
