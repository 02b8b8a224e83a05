import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NudgeSession } from './nudge-session'
import { testBox } from './testing'

const shapeAt = (x: number) => testBox('a', [x, 0, x + 10, 10]).shape

describe('arrow keys', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('send one change for all steps of one hold', () => {
    const commit = vi.fn()
    const session = new NudgeSession(commit)
    for (const x of [1, 2, 3]) session.step([{ id: 'a', shape: shapeAt(x) }])
    expect(session.shapeOf('a')).toEqual(shapeAt(3))
    expect(commit).not.toHaveBeenCalled()
    session.finish()
    session.finish()
    expect(commit.mock.calls).toEqual([[[{ id: 'a', shape: shapeAt(3) }]]])
  })

  it('send it after a pause when the key is never released', () => {
    const commit = vi.fn()
    new NudgeSession(commit).step([{ id: 'a', shape: shapeAt(1) }])
    vi.advanceTimersByTime(1000)
    expect(commit).toHaveBeenCalledOnce()
  })

  it('can be taken back with Escape', () => {
    const commit = vi.fn()
    const session = new NudgeSession(commit)
    session.step([{ id: 'a', shape: shapeAt(1) }])
    expect(session.cancel()).toBe(true)
    vi.advanceTimersByTime(1000)
    expect(commit).not.toHaveBeenCalled()
  })
})
