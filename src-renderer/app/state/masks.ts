/** @file Masks of what is selected, made by a model and proposed like its answers. */
import { AppError } from '../../../src-shared/errors'
import type { RegionRecord } from '../../../src-shared/document/records'
import { canEdit } from '../commands/tool-commands'
import { selectedRegions } from '../commands/selection'
import { describeError } from './error-info'
import { receiveCommitted } from './events'
import { notify, notifyError } from './notices'
import { debounce, setState, stateOf } from './studio'
import type { Studio } from './studio'
import type { StudioState } from './studio-state'

/** What the selection is made of: boxes, each an object of its own, or one with points on it; or points of one object. null: neither. */
export function maskSource(regions: readonly RegionRecord[]): 'box' | 'point' | null {
  if (regions.some(({ shape }) => shape.type === 'mask')) return null
  const extended = regions.filter(({ shape }) => shape.type !== 'point').length
  if (regions.length === 0 || (extended > 1 && extended < regions.length)) return null
  return extended > 0 ? 'box' : 'point'
}

export const canMaskFrom =
  (source: 'box' | 'point') =>
  (state: StudioState): boolean =>
    canEdit(state) &&
    state.masking === null &&
    state.connection === 'connected' &&
    maskSource(selectedRegions(state)) === source

/** A mask that is there sooner needs no words. */
const TELL_AFTER_MS = 600

/** Resolves when it is proposed, refused or stopped; what goes wrong is told as a notice. */
export async function makeMask(studio: Studio): Promise<void> {
  const { imageId, selection: regionIds } = stateOf(studio)
  if (imageId === null) return
  const requestId = studio.sources.newId()
  setState(studio, { masking: { requestId, imageId, stopping: false } })
  // A model that is loaded first takes its time, and the button that says so may not be on screen.
  debounce(studio, 'mask', TELL_AFTER_MS, () => {
    if (stateOf(studio).masking?.requestId === requestId)
      notify(studio, { level: 'info', message: studio.t('mask.making') })
  })
  try {
    // The model must be shown the regions as they are on screen.
    if (!(await studio.queue.flush())) throw new AppError('window/unsaved', studio.t('ask.unsaved'))
    const made = await studio.rpc.call('mask.make', { requestId, imageId, regionIds: [...regionIds], modelId: null })
    if (made === null) return
    receiveCommitted(studio, made.committed)
    // The next keys are the decision on it, unless the person is at something else by now.
    const isStillThere = stateOf(studio).imageId === imageId && stateOf(studio).selection === regionIds
    if (isStillThere) setState(studio, { selection: made.regionIds })
    if (made.without.length > 0)
      notify(studio, { level: 'warning', message: studio.t('mask.without', { count: made.without.length }) })
  } catch (reason) {
    notifyError(studio, describeError(reason))
  } finally {
    setState(studio, ({ masking }) => (masking?.requestId === requestId ? { masking: null } : {}))
  }
}

export async function stopMask(studio: Studio): Promise<void> {
  const { masking } = stateOf(studio)
  if (masking === null || masking.stopping) return
  setState(studio, { masking: { ...masking, stopping: true } })
  try {
    await studio.rpc.call('mask.cancel', { requestId: masking.requestId })
  } catch (reason) {
    notifyError(studio, describeError(reason))
    setState(studio, (state) => ({ masking: state.masking && { ...state.masking, stopping: false } }))
  }
}
