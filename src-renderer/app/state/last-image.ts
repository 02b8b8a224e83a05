/** @file The image a person last had open in each project, kept by the browser of this window. */
import type { LastImage, StudioSources } from './studio'

const keyOf = (projectId: string): string => `eyrie.last-image.${projectId}`

function parse(text: string | null): LastImage | null {
  if (text === null) return null
  const [index, imageId] = text.split(' ')
  return imageId ? { imageId, index: /^\d+$/.test(index ?? '') ? Number(index) : null } : null
}

/** A browser that keeps nothing (private mode, a full store) costs only the place: the first image opens. */
export function lastImagesIn(storage: () => Storage): Pick<StudioSources, 'lastImage' | 'rememberImage'> {
  return {
    lastImage(projectId) {
      try {
        return parse(storage().getItem(keyOf(projectId)))
      } catch {
        return null
      }
    },
    rememberImage(projectId, { imageId, index }) {
      try {
        storage().setItem(keyOf(projectId), `${index ?? '-'} ${imageId}`)
      } catch {
        // Said above: only the place is lost.
      }
    }
  }
}
