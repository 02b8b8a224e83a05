import type { FileHandle, ProjectInfo, Settings } from '../../../src-shared/ipc/contract'
import { describeError } from './error-info'
import { finishTyping } from './finish-typing'
import { indexOfImage, loadGalleryPage, refreshGallery } from './gallery'
import { openImage } from './images'
import { noChecks } from './checks-state'
import { notify, notifyError } from './notices'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'
import { emptyGallery, imageScope } from './studio-state'

export async function loadRecent(studio: Studio): Promise<void> {
  setState(studio, { recent: await studio.rpc.call('project.recent', {}) })
}

export async function loadModels(studio: Studio): Promise<void> {
  setState(studio, { models: await studio.rpc.call('models.list', {}) })
}

/** Shows a project the core has opened: labels, list, first image. */
export async function showProject(studio: Studio, project: ProjectInfo): Promise<void> {
  // Each project counts its changes from 1: those of the last one say nothing about this one.
  studio.seen.clear()
  setState(studio, {
    ...imageScope,
    imageId: null,
    pending: [],
    committedLabels: [],
    gallery: emptyGallery,
    copied: [],
    checks: noChecks,
    project,
    history: project.history,
    screen: 'studio',
    overlay: null,
    startError: null
  })
  const labels = await studio.rpc.call('labels.list', {})
  setState(studio, { committedLabels: labels })
  await refreshGallery(studio)
  const imageId = await imageToShow(studio, project)
  const now = stateOf(studio)
  if (imageId && !now.imageId && now.project?.id === project.id) await openImage(studio, imageId)
}

/** The image that was open last, if the list still has it, else the first one. */
async function imageToShow(studio: Studio, project: ProjectInfo): Promise<string | null> {
  const last = studio.sources.lastImage(project.id)
  const index = last?.index ?? null
  if (index !== null && index < stateOf(studio).gallery.total) await loadGalleryPage(studio, index)
  const { gallery } = stateOf(studio)
  if (last && indexOfImage(gallery, last.imageId) !== null) return last.imageId
  return gallery.items.get(0)?.image.id ?? null
}

async function opening(studio: Studio, open: () => Promise<ProjectInfo | null>): Promise<boolean> {
  if (!(await leaveProject(studio))) return false
  setState(studio, { opening: true, startError: null })
  try {
    const project = await open()
    if (!project) return false
    await showProject(studio, project)
    return true
  } catch (reason) {
    const error = describeError(reason)
    setState(studio, { startError: error })
    // The folder browser says it itself.
    const { screen, overlay } = stateOf(studio)
    if (screen === 'studio' && overlay !== 'folder') notifyError(studio, error)
    return false
  } finally {
    setState(studio, { opening: false })
  }
}

/** Everything on its way must be on disk before another project takes the window. */
async function leaveProject(studio: Studio): Promise<boolean> {
  finishTyping()
  if (await studio.queue.flush()) return true
  notify(studio, {
    level: 'error',
    message: studio.t('notice.unsavedBlocks'),
    nextStep: studio.t('notice.unsavedBlocksNext')
  })
  return false
}

export const openSample = (studio: Studio): Promise<boolean> =>
  opening(studio, () => studio.rpc.call('project.openSample', {}))
export const openFolderProject = (studio: Studio, folder: FileHandle): Promise<boolean> =>
  opening(studio, () => studio.rpc.call('project.openFolder', { folder }))
export const openProjectFile = (studio: Studio, file: FileHandle): Promise<boolean> =>
  opening(studio, () => studio.rpc.call('project.open', { file }))

/** The shell's own dialog where there is one, else the folder browser of this window. */
export async function pickFolder(studio: Studio): Promise<void> {
  if (stateOf(studio).app?.folderPicker !== 'native') {
    setState(studio, { overlay: 'folder' })
    return
  }
  try {
    const picked = await studio.rpc.call('files.pickFolder', {})
    if (picked) await openFolderProject(studio, picked.handle)
  } catch (reason) {
    notifyError(studio, describeError(reason))
  }
}

export async function closeProject(studio: Studio): Promise<void> {
  if (!(await leaveProject(studio))) return
  await studio.rpc.call('project.close', {})
  await showStart(studio)
}

/** Leaves the screen of a project that is closed. */
export async function showStart(studio: Studio): Promise<void> {
  setState(studio, {
    ...imageScope,
    imageId: null,
    project: null,
    screen: 'start',
    gallery: emptyGallery,
    overlay: null
  })
  await loadRecent(studio)
}

export async function changeSettings(studio: Studio, patch: Partial<Settings>): Promise<void> {
  const before = stateOf(studio).settings
  setState(studio, { settings: { ...before, ...patch } })
  try {
    setState(studio, { settings: await studio.rpc.call('settings.set', patch) })
  } catch (reason) {
    setState(studio, { settings: before })
    notifyError(studio, describeError(reason))
  }
}
