import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PENDING_MS, PendingEdits } from './pending-edits'
import { RegionIndex } from './region-index'
import { TEST_IMAGE, testBox } from './testing'

const before = testBox('a', [100, 100, 200, 200])
const after = testBox('a', [110, 100, 210, 200])
const index = (...regions: (typeof before)[]) => new RegionIndex(regions, TEST_IMAGE)

describe('an edit on its way to the document', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is shown until the region comes back changed', () => {
    const pending = new PendingEdits(() => undefined)
    pending.sendChanges([{ id: 'a', shape: after.shape }], index(before))
    pending.settle(index(before, testBox('another', [0, 0, 10, 10])))
    expect(pending.shapeOf('a')).toBe(after.shape)
    pending.settle(index(after))
    expect(pending.shapeOf('a')).toBeUndefined()
  })

  it('gives way when the region comes back with another shape or is gone', () => {
    const pending = new PendingEdits(() => undefined)
    pending.sendChanges([{ id: 'a', shape: after.shape }], index(before))
    pending.settle(index(testBox('a', [300, 300, 400, 400])))
    expect(pending.changes).toEqual([])
    pending.sendChanges([{ id: 'a', shape: after.shape }], index(before))
    pending.settle(index())
    expect(pending.changes).toEqual([])
  })

  it('is dropped when it never comes back, and says so', () => {
    const expired = vi.fn()
    const pending = new PendingEdits(expired)
    pending.sendChanges([{ id: 'a', shape: after.shape }], index(before))
    vi.advanceTimersByTime(PENDING_MS - 1)
    expect(pending.shapeOf('a')).toBe(after.shape)
    vi.advanceTimersByTime(2)
    expect(pending.shapeOf('a')).toBeUndefined()
    expect(expired).toHaveBeenCalledOnce()
  })

  it('keeps a drawn region on screen until it is among the regions', () => {
    const pending = new PendingEdits(() => undefined)
    pending.sendDraft(after.shape)
    pending.settle(index(before))
    expect(pending.draftShapes).toEqual([after.shape])
    pending.settle(index(before, { ...after, id: 'new' }))
    expect(pending.draftShapes).toEqual([])
  })
})
