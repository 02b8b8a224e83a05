/** @file What checks of the data found: of the open image after each edit, of the project when asked. */
import { isSameJson } from '../../../src-shared/document/same'
import { AppError } from '../../../src-shared/errors'
import type { LintPictures } from '../../../src-shared/ipc/contract'
import { fixTransaction } from '../../../src-shared/lint/apply-fix'
import type { DocumentFix } from '../../../src-shared/lint/apply-fix'
import type { LintFinding, LintFix } from '../../../src-shared/lint/finding'
import { describeError } from './error-info'
import type { ChecksState } from './checks-state'
import { editDocument } from './edits'
import { openImage } from './images'
import { regionName, regionNumbers } from './names'
import { notify, notifyError } from './notices'
import { selectRegions } from './selecting'
import type { StudioState } from './studio-state'
import { debounce, setState, stateOf } from './studio'
import type { Studio } from './studio'

const put = (studio: Studio, patch: Partial<ChecksState>): void =>
  setState(studio, ({ checks }) => ({ checks: { ...checks, ...patch } }))

/** After the last of a burst of edits. */
const AFTER_EDIT_MS = 400
const LISTED_AT_ONCE = 1000

export const checkImageSoon = (studio: Studio): void =>
  debounce(studio, 'checks.image', AFTER_EDIT_MS, () => void checkImage(studio))

async function checkImage(studio: Studio): Promise<void> {
  const { imageId, committed } = stateOf(studio)
  if (imageId === null || committed === null) return
  try {
    const findings = await studio.rpc.call('lint.image', { imageId })
    // Something was edited meanwhile: that edit brings a look of its own.
    if (stateOf(studio).committed !== committed) return
    put(studio, { image: findings })
    if (stateOf(studio).checks.summary !== null) refreshCountsSoon(studio)
  } catch {
    // An image that was closed, a line that is lost, a check that died: there are no findings to show, and nothing
    // the person asked for failed. A check that they ask for says why.
    if (stateOf(studio).committed === committed) put(studio, { image: null })
  }
}

export async function loadRules(studio: Studio): Promise<void> {
  if (stateOf(studio).checks.rules.size > 0) return
  const rules = await studio.rpc.call('lint.rules', {})
  put(studio, { rules: new Map(rules.map((rule) => [rule.id, rule])) })
}

/** Checks every image of the project as it is on disk. */
export async function checkProject(studio: Studio): Promise<void> {
  if (stateOf(studio).checks.running !== null) return
  const requestId = studio.sources.newId()
  const { pictures } = stateOf(studio).checks
  put(studio, { running: { requestId, phase: 'checking', done: 0, total: 0, isCancelling: false }, error: null })
  const project = stateOf(studio).project?.id
  try {
    await studio.queue.flush()
    const summary = await studio.rpc.call('lint.run', { requestId, pictures })
    if (stateOf(studio).project?.id !== project) return
    put(studio, { summary, running: null })
    refreshCountsSoon(studio)
  } catch (reason) {
    const error = describeError(reason)
    if (stateOf(studio).checks.running?.requestId === requestId)
      put(studio, { running: null, error: error.code === 'lint/cancelled' ? null : error })
  }
}

export function cancelCheck(studio: Studio): void {
  const { running } = stateOf(studio).checks
  if (running === null) return
  put(studio, { running: { ...running, isCancelling: true } })
  studio.rpc
    .call('lint.cancel', { requestId: running.requestId })
    .catch((reason: unknown) => put(studio, { error: describeError(reason) }))
}

export const choosePictures = (studio: Studio, pictures: LintPictures): void => put(studio, { pictures })

export const refreshCountsSoon = (studio: Studio): void =>
  debounce(studio, 'checks.counts', 100, () => void refreshCounts(studio))

async function refreshCounts(studio: Studio): Promise<void> {
  const { gallery, checks } = stateOf(studio)
  if (checks.summary === null) return
  const imageIds = [...gallery.items.values()].map(({ image }) => image.id).slice(-LISTED_AT_ONCE)
  try {
    const counts = await studio.rpc.call('lint.counts', { imageIds })
    put(studio, { counts: new Map(counts.map(({ imageId, ...count }) => [imageId, count])) })
  } catch {
    // Badges of a list are no answer to anything the person asked; they come with the next change of it.
  }
}

/** Shows where a finding is: its image, its regions, its turn. */
export async function goToFinding(
  studio: Studio,
  { imageId, regionIds, turnId }: Pick<LintFinding, 'imageId' | 'regionIds' | 'turnId'>
): Promise<void> {
  if (imageId === undefined) return
  if (stateOf(studio).imageId !== imageId) await openImage(studio, imageId)
  const there = (regionIds ?? []).filter((id) => stateOf(studio).document?.regions.some((region) => region.id === id))
  if (there.length > 0) selectRegions(studio, there, { reveal: true })
  const turn = stateOf(studio).document?.turns.find(({ id }) => id === turnId)
  if (turn !== undefined)
    setState(studio, { dialogueId: turn.dialogueId, ...(there.length === 0 ? { tab: 'dialogue' } : {}) })
}

const isSameFinding = (a: LintFinding, b: LintFinding): boolean => a.rule === b.rule && isSameJson(a.fix, b.fix)

/**
 * Whether what a check of the project found is still so. Only of the open image is that known, and only of what that
 * image alone decides: else null.
 */
export function isStillFound({ imageId, checks }: StudioState, finding: LintFinding): boolean | null {
  if (checks.image === null || finding.imageId !== imageId || finding.fix?.kind === 'merge-label') return null
  return checks.image.some((one) => isSameFinding(one, finding))
}

/**
 * Makes the change that a check proposes, as one step to undo. Of another image, that image is shown. False: there is
 * nothing left to mend, or it could not be done; the person was told which.
 */
export async function applyFix(studio: Studio, finding: LintFinding): Promise<boolean> {
  const { fix, imageId } = finding
  if (fix === null) return false
  try {
    if (!(await studio.queue.flush())) throw new AppError('window/unsaved', studio.t('checks.unsaved'))
    if (fix.kind === 'merge-label') return await mergeLabels(studio, fix)
    if (imageId === undefined) return false
    if (stateOf(studio).imageId !== imageId) await goToFinding(studio, finding)
    // The list may be older than the image: only what is found now is mended.
    const found = await studio.rpc.call('lint.image', { imageId })
    const isThere = found.some((one) => isSameFinding(one, finding))
    if (isThere && stateOf(studio).imageId === imageId && mend(studio, fix)) return true
    notify(studio, { level: 'info', message: studio.t('checks.fixGone') })
  } catch (reason) {
    notifyError(studio, describeError(reason))
  }
  return false
}

const mend = (studio: Studio, fix: DocumentFix): boolean =>
  editDocument(studio, (document, context) => {
    const numbers = regionNumbers(document)
    const { labels } = stateOf(studio)
    return fixTransaction(document, fix, context, (region) =>
      regionName(studio.t, region, labels, numbers.get(region.id) ?? 0)
    )
  })

async function mergeLabels(studio: Studio, fix: Extract<LintFix, { kind: 'merge-label' }>): Promise<boolean> {
  const { labelId, into, name } = fix
  const { regions, steps } = await studio.rpc.call('labels.merge', { labelId, into })
  const t = studio.t
  const message = `${t('checks.merged', { count: regions, name })} ${t('checks.mergedUndo', { count: steps })}`
  notify(studio, { level: 'info', message })
  return true
}
