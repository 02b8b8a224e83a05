/** @file Which regions a key acts on. Pure. */
import type { RegionRecord } from '../../../src-shared/document/records'
import { leastCertainFirst } from '../state/certainty'
import type { StudioState } from '../state/studio-state'

type View = Pick<StudioState, 'document' | 'selection' | 'settings'>

const none: readonly RegionRecord[] = []

export const selectedRegions = ({ document, selection }: View): readonly RegionRecord[] =>
  document && selection.length > 0 ? document.regions.filter((region) => selection.includes(region.id)) : none

/** A list that follows from another, made once: lists of a document are never edited in place. */
function derivedOnce<T>(derive: (regions: readonly RegionRecord[]) => T): (regions: readonly RegionRecord[]) => T {
  const known = new WeakMap<readonly RegionRecord[], { readonly value: T }>()
  return (regions) => {
    const entry = known.get(regions) ?? { value: derive(regions) }
    known.set(regions, entry)
    return entry.value
  }
}
const withoutRejected = derivedOnce((regions) => regions.filter((region) => region.state !== 'rejected'))
const onlyProposed = derivedOnce((regions) => regions.filter((region) => region.state === 'proposed'))
const proposedByCertainty = derivedOnce((regions) => leastCertainFirst(onlyProposed(regions)))
/** Regions in the order Tab walks them, which is the document's own; rejected ones are passed by. */
export const orderedRegions = ({ document }: Pick<StudioState, 'document'>): readonly RegionRecord[] =>
  document ? withoutRejected(document.regions) : none

/** In the order that decisions walk them. */
export const openProposals = ({
  document,
  settings
}: Pick<StudioState, 'document' | 'settings'>): readonly RegionRecord[] =>
  document ? (settings.leastCertainFirst ? proposedByCertainty : onlyProposed)(document.regions) : none

/** Proposals a decision key acts on: the selected ones; with nothing selected, the first open one. */
export function proposalsToDecide(view: View): readonly RegionRecord[] {
  const selected = selectedRegions(view).filter((region) => region.state === 'proposed')
  return selected.length > 0 || view.selection.length > 0 ? selected : openProposals(view).slice(0, 1)
}

/** The open proposal after the decided ones, going round; null when none is left. */
export function nextProposal(view: View, decided: readonly string[]): string | null {
  const all = openProposals(view)
  const last = all.findLastIndex((region) => decided.includes(region.id))
  const rest = [...all.slice(last + 1), ...all.slice(0, last + 1)].filter((region) => !decided.includes(region.id))
  return rest[0]?.id ?? null
}

/** The region after (or before) the selected one, going round. */
export function neighbourRegion(view: View, step: 1 | -1): string | null {
  const all = orderedRegions(view)
  if (all.length === 0) return null
  const index = all.findIndex((region) => view.selection.includes(region.id))
  if (index < 0) return (step === 1 ? all[0] : all.at(-1))?.id ?? null
  return all[(index + step + all.length) % all.length]?.id ?? null
}
