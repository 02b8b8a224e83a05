import type { ImageDocument, ImageId } from '../../../src-shared/document/records'
import { describeError } from './error-info'
import { indexOfImage, loadGalleryPage, stepTarget } from './gallery'
import { notify } from './notices'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'
import { imageScope } from './studio-state'

/** Opens an image; a later call wins over an earlier one that is still loading. */
export async function openImage(studio: Studio, imageId: ImageId): Promise<void> {
  if (stateOf(studio).imageId !== imageId) {
    setState(studio, (state) => ({
      ...imageScope,
      imageId,
      checks: { ...state.checks, image: null },
      gallery: { ...state.gallery, index: indexOfImage(state.gallery, imageId) }
    }))
    const { project, gallery } = stateOf(studio)
    const index = gallery.filter === 'all' ? gallery.index : null
    if (project) studio.sources.rememberImage(project.id, { imageId, index })
  }
  await reloadImage(studio)
}

/** Reads the open image from the store again; edits on their way stay laid over it. */
export async function reloadImage(studio: Studio): Promise<void> {
  const { imageId } = stateOf(studio)
  if (!imageId) return
  try {
    const document = await studio.rpc.call('document.get', { imageId })
    if (stateOf(studio).imageId !== imageId) return
    reportDamage(studio, document)
    setState(studio, (state) => ({
      committed: document,
      imageError: document.image.status === 'ok' ? null : state.imageError,
      dialogueId: state.dialogueId ?? document.dialogues.at(-1)?.id ?? null
    }))
  } catch (reason) {
    if (stateOf(studio).imageId === imageId) setState(studio, { imageError: describeError(reason) })
  }
}

export const canStep = (studio: Studio, step: 1 | -1): boolean => {
  const { gallery, imageId } = stateOf(studio)
  return stepTarget(gallery, imageId, step) !== null
}

export async function stepImage(studio: Studio, step: 1 | -1): Promise<void> {
  const { gallery, imageId } = stateOf(studio)
  const target = stepTarget(gallery, imageId, step)
  if (target === null) return
  await loadGalleryPage(studio, target)
  const item = stateOf(studio).gallery.items.get(target)
  if (item) await openImage(studio, item.image.id)
}

/** Labels that could not be read are left out; the person must know before they trust what is shown (A10). */
function reportDamage(studio: Studio, { image, damage }: ImageDocument): void {
  const first = damage?.[0]
  if (!damage || !first) return
  notify(studio, {
    level: 'error',
    message: studio.t('image.damaged', { name: image.relativePath, count: damage.length, reason: first.message }),
    nextStep: studio.t('image.damagedNext')
  })
}
