/** @file Regions copied in one image and pasted in it or in another of the project, one step for all of them. */
import { Edit } from '../../../src-shared/document/edit'
import type { ImageDocument, RegionRecord } from '../../../src-shared/document/records'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { limitMove, moveShape } from '../../canvas/region-edits'
import { editDocument } from './edits'
import { notify } from './notices'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'

/** How far a copy lies from what it was copied from, image px to the right and down. */
const OFFSET_PX = 10

export function copyRegions(studio: Studio): void {
  const { document, selection } = stateOf(studio)
  const copied = document?.regions.filter((region) => selection.includes(region.id)) ?? []
  if (copied.length === 0) return
  setState(studio, { copied })
  notify(studio, { level: 'success', message: studio.t('region.copied', { count: copied.length }) })
}

/** Copies are a person's own, whoever made what was copied. In the same image they lie beside it, in another one in its place. */
export function pasteRegions(studio: Studio): void {
  const { copied, labels } = stateOf(studio)
  const ids: string[] = []
  let leftOut = 0
  editDocument(studio, (document, context) => {
    const fits = copied.filter(({ shape }) => isAtHome(shape, document))
    leftOut = copied.length - fits.length
    const shapes = placed(fits, document)
    const edit = new Edit()
    fits.forEach((region, i) => {
      const id = studio.sources.newId()
      ids.push(id)
      const { attributes } = region
      edit.set('region', id, null, {
        id,
        imageId: document.image.id,
        shape: shapes[i] ?? region.shape,
        labelId: labels.some((label) => label.id === region.labelId) ? region.labelId : null,
        phrase: region.phrase,
        state: 'accepted',
        original: null,
        confidence: null,
        provenance: { origin: 'human' },
        createdAtMs: context.nowMs,
        ...(attributes === undefined ? {} : { attributes })
      })
    })
    return edit.finish('region.create', document.image.id, context)
  })
  if (ids.length > 0) setState(studio, { selection: ids })
  if (leftOut > 0) notify(studio, { level: 'warning', message: studio.t('region.notPasted', { count: leftOut }) })
}

/** The pixels of a mask mean something only on an image of their size. */
const isAtHome = (shape: RegionShape, { image }: ImageDocument): boolean =>
  shape.type !== 'mask' || (shape.size.width === image.size?.width && shape.size.height === image.size.height)

function placed(regions: readonly RegionRecord[], { image }: ImageDocument): readonly RegionShape[] {
  const shapes = regions.map(({ shape }) => shape)
  if (image.size === null || regions.some(({ imageId }) => imageId !== image.id)) return shapes
  const [dx, dy] = limitMove(shapes, OFFSET_PX / image.size.width, OFFSET_PX / image.size.height)
  return shapes.map((shape) => moveShape(shape, dx, dy))
}
