import type { ImageFilter, ImageListItem, ImageOrder } from '../../../src-shared/ipc/contract'
import { debounce, setState, stateOf } from './studio'
import type { Studio } from './studio'
import { describeError } from './error-info'
import { notifyError } from './notices'
import { emptyGallery } from './studio-state'
import type { GalleryState, StudioState } from './studio-state'

export const GALLERY_PAGE = 100
export const imageFilters: readonly ImageFilter[] = ['all', 'todo', 'done', 'proposals', 'problems']

export function indexOfImage(gallery: GalleryState, imageId: string | null): number | null {
  if (!imageId) return null
  for (const [index, item] of gallery.items) if (item.image.id === imageId) return index
  return null
}

/** Where the open image is said to be; null where the list does not have it (any more). */
export function shownIndex(gallery: GalleryState, imageId: string | null): number | null {
  const { index, items, total } = gallery
  const there = index === null ? undefined : items.get(index)
  if (there?.image.id === imageId) return index
  const found = indexOfImage(gallery, imageId)
  // A page that is far away may not be loaded; what was known of it still holds.
  return found ?? (there === undefined && index !== null && index < total ? index : null)
}

/**
 * Where the step goes in the list. When the filter dropped the open image (it was just marked done),
 * its old place now holds the next one. null: the list ends here.
 */
export function stepTarget(gallery: GalleryState, imageId: string | null, step: 1 | -1): number | null {
  const found = indexOfImage(gallery, imageId)
  // In the order of certainty a decision moves the open image down the list, and its old place is where to go on.
  const isMoved = found !== null && gallery.index !== null && found > gallery.index
  const current = isMoved ? null : found
  const from = gallery.index ?? current
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

type ListQuery = { readonly filter: ImageFilter; readonly order: ImageOrder }

/** Only what waits for a decision has an order of certainty; every other list is as it was added. */
const listQuery = ({ gallery, settings }: Pick<StudioState, 'gallery' | 'settings'>): ListQuery => ({
  filter: gallery.filter,
  order: settings.leastCertainFirst && gallery.filter === 'proposals' ? 'certainty' : 'added'
})
const isSameQuery = (a: ListQuery, b: ListQuery): boolean => a.filter === b.filter && a.order === b.order

/** In the order of certainty the place stays where the image was opened: the next one is the next in line. */
function placeAfterRefresh(gallery: GalleryState, state: StudioState): number | null {
  const found = indexOfImage(gallery, state.imageId)
  if (listQuery(state).order === 'certainty' && gallery.index !== null) return gallery.index
  return found ?? gallery.index
}

/** Fetches the page that holds `index` unless it is there. */
export async function loadGalleryPage(studio: Studio, index: number): Promise<void> {
  const { gallery } = stateOf(studio)
  const offset = Math.floor(index / GALLERY_PAGE) * GALLERY_PAGE
  if (gallery.items.has(index)) return
  const query = listQuery(stateOf(studio))
  const flag = `gallery:${query.filter}:${query.order}:${offset}`
  if (studio.timers.has(flag)) return
  studio.timers.set(
    flag,
    setTimeout(() => studio.timers.delete(flag), 5000)
  )
  try {
    const page = await studio.rpc.call('images.list', { ...query, offset, limit: GALLERY_PAGE })
    setState(studio, (state) =>
      isSameQuery(listQuery(state), query)
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
  const query = listQuery(stateOf(studio))
  try {
    const pages = await Promise.all(
      near.map(async (offset) => ({
        offset,
        page: await studio.rpc.call('images.list', { ...query, offset, limit: GALLERY_PAGE })
      }))
    )
    const counts = await loadCounts(studio)
    setState(studio, (state) => {
      if (!isSameQuery(listQuery(state), query) || state.project?.id !== project.id) return {}
      const items = pages.reduce<ReadonlyMap<number, ImageListItem>>(
        (all, { offset, page }) => mergePage(all, offset, page.items),
        new Map()
      )
      const total = pages[0]?.page.total ?? 0
      const next = { ...state.gallery, items, total, counts }
      return { gallery: { ...next, index: placeAfterRefresh(next, state) } }
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
