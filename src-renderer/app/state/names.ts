/** @file The words the window uses for regions, labels and changes; the same everywhere. */
import type { ImageDocument, LabelRecord, RegionRecord } from '../../../src-shared/document/records'
import type { Translate, TranslationKey } from '../../i18n/translate'

/** Colours for regions without a label: apart from each other on photographs in both themes. */
const FREE_COLOURS = ['#3d9be9', '#2fb9a5', '#d9a520', '#e5638a', '#7fb03a', '#f08a3c', '#4fb3d9', '#c86dd7'] as const
export const PROPOSAL_COLOUR = '#9d84ff'
export const REJECTED_COLOUR = '#8a94a1'

const transactionKeys: Readonly<Record<string, TranslationKey>> = {
  'region.create': 'change.region.create',
  'region.update': 'change.region.update',
  'region.move': 'change.region.move',
  'region.delete': 'change.region.delete',
  'region.mask': 'change.region.mask',
  'proposal.accept': 'change.proposal.accept',
  'proposal.correct': 'change.proposal.correct',
  'proposal.reject': 'change.proposal.reject',
  'phrase.link': 'change.phrase.link',
  'phrase.unlink': 'change.phrase.unlink',
  'label.create': 'change.label.create',
  'label.merge': 'change.label.merge',
  'relation.create': 'change.relation.create',
  'relation.delete': 'change.relation.delete',
  'review.set': 'change.review.set',
  'dialogue.ask': 'change.dialogue.ask',
  'dialogue.answer': 'change.dialogue.answer',
  'dialogue.build': 'change.dialogue.build',
  'dataset.import': 'change.dataset.import',
  'turn.rewrite': 'change.turn.rewrite'
}

/** Name of a change for the undo line; an unknown one is called by its code, never hidden. */
export function transactionName(t: Translate, label: string): string {
  const key = transactionKeys[label]
  return key ? t(key) : label
}

/** 1-based number of a region in its image: the order of making, as the canvas and the lists show it. */
export function regionNumbers(document: Pick<ImageDocument, 'regions'>): ReadonlyMap<string, number> {
  const known = numbersOf.get(document.regions)
  if (known) return known
  const numbers = new Map(document.regions.map((region, index) => [region.id, index + 1]))
  numbersOf.set(document.regions, numbers)
  return numbers
}
/** A list of regions is never edited in place, so its numbers are counted once. */
const numbersOf = new WeakMap<readonly RegionRecord[], ReadonlyMap<string, number>>()

export function regionColour(
  region: Pick<RegionRecord, 'state' | 'labelId' | 'id'>,
  labels: readonly LabelRecord[],
  number: number
): string {
  if (region.state === 'rejected') return REJECTED_COLOUR
  if (region.state === 'proposed') return PROPOSAL_COLOUR
  const label = labels.find((other) => other.id === region.labelId)
  return label?.colour ?? FREE_COLOURS[(number - 1) % FREE_COLOURS.length] ?? FREE_COLOURS[0]
}

/** Label, else the words it was named by, else "Box 3", "Polygon 3". */
export function regionName(t: Translate, region: RegionRecord, labels: readonly LabelRecord[], number: number): string {
  const label = labels.find((other) => other.id === region.labelId)
  if (label) return label.name
  if (region.phrase) return region.phrase
  return t(`region.${region.shape.type}Number`, { number })
}

export const LONGEST_CAPTION = 28
export const shorten = (text: string, length = LONGEST_CAPTION): string => {
  const letters = [...text]
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`
}
