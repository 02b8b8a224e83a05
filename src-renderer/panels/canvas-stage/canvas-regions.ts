/** @file What the canvas draws of a document: names, colours, and what is hidden. Pure. */
import type { ImageDocument, LabelRecord, RegionRecord } from '../../../src-shared/document/records'
import { isRegionShape } from '../../../src-shared/geometry/shape'
import type { CanvasRegion } from '../../canvas/contract'
import { PROPOSAL_COLOUR, regionColour, regionName, regionNumbers, shorten } from '../../app/state/names'
import type { Asking, StudioState } from '../../app/state/studio-state'
import type { Translate } from '../../i18n/translate'

export interface CanvasRegionsInput {
  readonly t: Translate
  readonly document: ImageDocument | null
  readonly labels: readonly LabelRecord[]
  readonly hidden: ReadonlySet<string>
  readonly asking: Asking | null
  readonly showRejected: boolean
  /** Regions that a check found something on. */
  readonly found: ReadonlySet<string>
}

/** Behind the name on the canvas; letters that every font has. */
export const FOUND_MARK = ' (!)'

/** Boxes of an answer under way have no record yet; they carry this before their id. */
export const STREAMED = 'streamed:'

export function canvasRegions({
  t,
  document,
  labels,
  hidden,
  asking,
  showRejected,
  found
}: CanvasRegionsInput): readonly CanvasRegion[] {
  if (!document) return []
  const numbers = regionNumbers(document)
  const drawn = document.regions
    .filter((region) => !hidden.has(region.id) && (region.state !== 'rejected' || showRejected))
    .map((region) => drawnRegion(region, numbers.get(region.id) ?? 0, labels, t, found.has(region.id)))
  return asking?.imageId === document.image.id ? [...drawn, ...streamedRegions(asking)] : drawn
}

interface Drawn {
  readonly number: number
  readonly labels: readonly LabelRecord[]
  readonly t: Translate
  readonly isFound: boolean
  readonly drawn: CanvasRegion
}
/** Records are never edited in place: after one edit of ten thousand regions, one is made anew. */
const drawnOf = new WeakMap<RegionRecord, Drawn>()

function drawnRegion(
  region: RegionRecord,
  number: number,
  labels: readonly LabelRecord[],
  t: Translate,
  isFound: boolean
): CanvasRegion {
  const known = drawnOf.get(region)
  if (known && known.number === number && known.labels === labels && known.t === t && known.isFound === isFound)
    return known.drawn
  const drawn: CanvasRegion = {
    id: region.id,
    shape: region.shape,
    state: region.state,
    caption: `${shorten(regionName(t, region, labels, number))}${isFound ? FOUND_MARK : ''}`,
    colour: regionColour(region, labels, number),
    original: region.original,
    confidence: region.confidence,
    spread: region.state === 'proposed' ? region.provenance.spread : undefined
  }
  drawnOf.set(region, { number, labels, t, isFound, drawn })
  return drawn
}

function streamedRegions(asking: Asking): readonly CanvasRegion[] {
  return (asking.tree?.regions ?? []).flatMap(({ id, shape }): readonly CanvasRegion[] =>
    isRegionShape(shape)
      ? [
          {
            id: STREAMED + id,
            shape,
            state: 'proposed',
            caption: '',
            colour: PROPOSAL_COLOUR,
            original: null,
            confidence: null
          }
        ]
      : []
  )
}

/** Colour the next drawn region will have. */
export function drawColour({
  labels,
  activeLabelId,
  document
}: Pick<StudioState, 'labels' | 'activeLabelId' | 'document'>): string {
  return regionColour(
    { id: '', state: 'accepted', labelId: activeLabelId },
    labels,
    (document?.regions.length ?? 0) + 1
  )
}
