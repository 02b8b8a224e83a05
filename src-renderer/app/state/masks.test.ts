import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { compressedFromMask, maskFromBox } from '../../../src-shared/geometry/mask'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint, pixelBox } from '../../../src-shared/geometry/space'
import type { RegionRecord } from '../../../src-shared/document/records'
import { regionRecord } from '../../../src-shared/document/testing'
import { AppError } from '../../../src-shared/errors'
import { createMemoryCore, memoryImage } from '../../testing/memory-rpc'
import type { MemoryCore } from '../../testing/memory-rpc'
import { commandById, commandForChord, runCommand } from '../commands/registry'
import { createStudio, startStudio } from './create-studio'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'

const region = (id: string, shape: RegionShape, patch: Partial<RegionRecord> = {}): RegionRecord =>
  regionRecord(id, { imageId: 'a', shape, ...patch })
const BOX = region('box', { type: 'box', box: normalizedBox(0.1, 0.1, 0.5, 0.5) })
const OTHER = region('other', { type: 'box', box: normalizedBox(0.5, 0.5, 0.9, 0.9) })
const POINT = region('point', { type: 'point', point: normalizedPoint(0.3, 0.3) })
const SIZE = { width: 400, height: 200 }
const MASK = region(
  'mask',
  { type: 'mask', size: SIZE, counts: compressedFromMask(maskFromBox(pixelBox(40, 20, 200, 100), SIZE)) },
  { state: 'proposed', provenance: { origin: 'model', modelId: 'sam', shownRegions: ['box'] } }
)

async function open(): Promise<{ readonly core: MemoryCore; readonly studio: Studio }> {
  const core = createMemoryCore([{ ...memoryImage('a'), regions: [BOX, OTHER, POINT] }])
  let ids = 0
  const studio = createStudio(core, (key) => key, {
    now: () => 1,
    newId: () => `id-${++ids}`,
    lastImage: () => null,
    rememberImage: () => undefined,
    remembered: () => null,
    remember: () => undefined
  })
  const stop = await startStudio(studio)
  onTestFinished(() => {
    stop()
    studio.timers.forEach(clearTimeout)
  })
  await vi.waitFor(() => expect(stateOf(studio).document?.image.id).toBe('a'))
  return { core, studio }
}
const isEnabled = (studio: Studio, id: string): boolean => commandById(id).isEnabled(stateOf(studio))
const commitMask = (core: MemoryCore) => {
  const committed = core.commit({
    id: 'made',
    label: 'region.mask',
    origin: 'model',
    imageId: 'a',
    changes: [{ kind: 'region', id: MASK.id, before: null, after: MASK }],
    createdAtMs: 1
  })
  return { committed, regionIds: [MASK.id], without: [] }
}

describe('masks of what is selected', () => {
  it('are offered for boxes, for points, and for one box with points', async () => {
    const { core, studio } = await open()
    const offered = (...selection: string[]): readonly boolean[] => {
      setState(studio, { selection })
      return [isEnabled(studio, 'mask.fromBox'), isEnabled(studio, 'mask.fromPoint')]
    }
    expect(offered()).toEqual([false, false])
    expect(offered('box')).toEqual([true, false])
    expect(offered('point')).toEqual([false, true])
    expect(offered('box', 'point')).toEqual([true, false])
    expect(offered('box', 'other')).toEqual([true, false])
    expect(offered('box', 'other', 'point')).toEqual([false, false])
    commitMask(core)
    expect(offered('mask')).toEqual([false, false])
    setState(studio, { selection: ['box'] })
    expect(commandForChord(stateOf(studio), 'M', { typing: false, inControl: false })?.id).toBe('mask.fromBox')
  })

  it('become a selected proposal that is accepted and undone like any other', async () => {
    const { core, studio } = await open()
    core.override['mask.make'] = ({ regionIds }) => {
      expect(regionIds).toEqual(['box'])
      return commitMask(core)
    }
    setState(studio, { selection: ['box'] })
    expect(runCommand(studio, 'mask.fromBox')).toBe(true)
    expect(isEnabled(studio, 'mask.fromBox')).toBe(false)
    await vi.waitFor(() => expect(stateOf(studio).masking).toBeNull())
    expect(stateOf(studio).selection).toEqual(['mask'])
    const state = (): string | undefined => stateOf(studio).document?.regions.find(({ id }) => id === 'mask')?.state
    expect(state()).toBe('proposed')
    expect(runCommand(studio, 'proposal.accept')).toBe(true)
    await studio.queue.flush()
    expect(state()).toBe('accepted')
    await core.call('history.undo', {})
    await core.call('history.undo', {})
    expect(state()).toBeUndefined()
  })

  it('of several boxes are selected together, and boxes without an object are told', async () => {
    const { core, studio } = await open()
    core.override['mask.make'] = ({ regionIds }) => {
      expect(regionIds).toEqual(['box', 'other'])
      return { ...commitMask(core), without: ['other'] }
    }
    setState(studio, { selection: ['box', 'other'] })
    runCommand(studio, 'mask.fromBox')
    await vi.waitFor(() => expect(stateOf(studio).masking).toBeNull())
    expect(stateOf(studio).selection).toEqual(['mask'])
    expect(stateOf(studio).notices[0]).toMatchObject({ level: 'warning', message: 'mask.without' })
  })

  it('leave what was selected meanwhile alone', async () => {
    const { core, studio } = await open()
    core.override['mask.make'] = () => {
      setState(studio, { selection: ['other'] })
      return commitMask(core)
    }
    setState(studio, { selection: ['box'] })
    runCommand(studio, 'mask.fromBox')
    await vi.waitFor(() => expect(stateOf(studio).masking).toBeNull())
    expect(stateOf(studio).selection).toEqual(['other'])
  })

  it('say why there are none, and what to import', async () => {
    const { core, studio } = await open()
    core.override['mask.make'] = () => {
      throw new AppError('model/no-masker', 'There is no model that makes masks.', { nextStep: 'Import one.' })
    }
    setState(studio, { selection: ['point'] })
    runCommand(studio, 'mask.fromPoint')
    await vi.waitFor(() => expect(stateOf(studio).masking).toBeNull())
    expect(stateOf(studio).notices[0]).toMatchObject({ code: 'model/no-masker', nextStep: 'Import one.' })
    expect(stateOf(studio).selection).toEqual(['point'])
  })

  it('can be stopped while a model works on them', async () => {
    const { core, studio } = await open()
    let stop = (): void => undefined
    core.override['mask.make'] = () => new Promise((resolve) => (stop = () => resolve(null)))
    core.override['mask.cancel'] = () => {
      stop()
      return { cancelled: true }
    }
    setState(studio, { selection: ['box'] })
    expect(isEnabled(studio, 'mask.stop')).toBe(false)
    runCommand(studio, 'mask.fromBox')
    await vi.waitFor(() => expect(core.calls).toContain('mask.make'))
    // What takes longer is said, wherever the person looks.
    await vi.waitFor(
      () => expect(stateOf(studio).notices[0]).toMatchObject({ level: 'info', message: 'mask.making' }),
      {
        timeout: 10_000
      }
    )
    expect(runCommand(studio, 'mask.stop')).toBe(true)
    await vi.waitFor(() => expect(stateOf(studio).masking).toBeNull())
    expect(stateOf(studio).selection).toEqual(['box'])
  })
})
