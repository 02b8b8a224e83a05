import type { ImageFilter, ImageListItem } from '../../../src-shared/ipc/contract'
import { debounce, setState, stateOf } from './studio'
import type { Studio } from './studio'
import { describeError } from './error-info'
import { notifyError } from './notices'
import { emptyGallery } from './studio-state'
import type { GalleryState } from './studio-state'

export const GALLERY_PAGE = 100
export const imageFilters: readonly ImageFilter[] = ['all', 'todo', 'done', 'proposals', 'problems']

export function indexOfImage(gallery: GalleryState, imageId: string | null): number | null {
  if (!imageId) return null
  for (const [index, item] of gallery.items) if (item.image.id === imageId) return index
  return null
}

/**
 * Where the step goes in the list. When the filter dropped the open image (it was just marked done),
 * its old place now holds the next one. null: the list ends here.
 */
export function stepTarget(gallery: GalleryState, imageId: string | null, step: 1 | -1): number | null {
  const current = indexOfImage(gallery, imageId)
  const from = current ?? gallery.index
  if (from === null) return gallery.total > 0 ? 0 : null
  const target = current === null && step === 1 ? from : from + step
  return target >= 0 && target < gallery.total ? target : null
}

function mergePage(
  items: ReadonlyMap<number, ImageListItem>,
  offset: number,
  page: readonly ImageListItem[]
): ReadonlyMap<number, ImageListItem> {
  const next = new Map(items)
  page.forEach((item, index) => next.set(offset + index, item))
  return next
}

/** Fetches the page that holds `index` unless it is there. */
export async function loadGalleryPage(studio: Studio, index: number): Promise<void> {
  const { gallery } = stateOf(studio)
  const offset = Math.floor(index / GALLERY_PAGE) * GALLERY_PAGE
  if (gallery.items.has(index)) return
  const flag = `gallery:${gallery.filter}:${offset}`
  if (studio.timers.has(flag)) return
  studio.timers.set(
    flag,
    setTimeout(() => studio.timers.delete(flag), 5000)
  )
  try {
    const page = await studio.rpc.call('images.list', { filter: gallery.filter, offset, limit: GALLERY_PAGE })
    setState(studio, (state) =>
      state.gallery.filter === gallery.filter
        ? {
            gallery: { ...state.gallery, total: page.total, items: mergePage(state.gallery.items, offset, page.items) }
          }
        : {}
    )
  } catch (reason) {
    notifyError(studio, describeError(reason))
  } finally {
    clearTimeout(studio.timers.get(flag))
    studio.timers.delete(flag)
  }
}

async function loadCounts(studio: Studio): Promise<GalleryState['counts']> {
  const counts = { ...emptyGallery.counts }
  for (const filter of imageFilters) {
    counts[filter] = (await studio.rpc.call('images.list', { filter, offset: 0, limit: 1 })).total
  }
  return counts
}

/** Reads the pages on screen and the counts again, keeping the place. */
export async function refreshGallery(studio: Studio): Promise<void> {
  const { gallery, project } = stateOf(studio)
  if (!project) return
  const offsets = new Set([...gallery.items.keys()].map((index) => Math.floor(index / GALLERY_PAGE) * GALLERY_PAGE))
  if (offsets.size === 0) offsets.add(0)
  // Far pages are dropped and fetched when they come into view again.
  const near = [...offsets].slice(-5)
  try {
    const pages = await Promise.all(
      near.map(async (offset) => ({
        offset,
        page: await studio.rpc.call('images.list', { filter: gallery.filter, offset, limit: GALLERY_PAGE })
      }))
    )
    const counts = await loadCounts(studio)
    setState(studio, (state) => {
      if (state.gallery.filter !== gallery.filter || state.project?.id !== project.id) return {}
      const items = pages.reduce<ReadonlyMap<number, ImageListItem>>(
        (all, { offset, page }) => mergePage(all, offset, page.items),
        new Map()
      )
      const total = pages[0]?.page.total ?? 0
      const next = { ...state.gallery, items, total, counts }
      return { gallery: { ...next, index: indexOfImage(next, state.imageId) ?? state.gallery.index } }
    })
  } catch (reason) {
    notifyError(studio, describeError(reason))
  }
}

export const refreshGallerySoon = (studio: Studio): void =>
  debounce(studio, 'gallery', 250, () => void refreshGallery(studio))

export async function setGalleryFilter(studio: Studio, filter: ImageFilter): Promise<void> {
  setState(studio, (state) => ({
    gallery: { ...state.gallery, filter, items: new Map(), index: null, total: state.gallery.counts[filter] ?? 0 }
  }))
  await refreshGallery(studio)
}
