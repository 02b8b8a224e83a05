/** @file Which regions a key acts on. Pure. */
import type { RegionRecord } from '../../../src-shared/document/records'
import { regionNumbers } from '../state/names'
import type { StudioState } from '../state/studio-state'

type View = Pick<StudioState, 'document' | 'selection'>

export const selectedRegions = ({ document, selection }: View): readonly RegionRecord[] =>
  document ? document.regions.filter((region) => selection.includes(region.id)) : []

/** Regions in the order Tab walks them; rejected ones are passed by. */
export function orderedRegions({ document }: Pick<StudioState, 'document'>): readonly RegionRecord[] {
  if (!document) return []
  const numbers = regionNumbers(document)
  return document.regions
    .filter((region) => region.state !== 'rejected')
    .toSorted((a, b) => (numbers.get(a.id) ?? 0) - (numbers.get(b.id) ?? 0))
}

export const openProposals = (view: Pick<StudioState, 'document'>): readonly RegionRecord[] =>
  orderedRegions(view).filter((region) => region.state === 'proposed')

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
