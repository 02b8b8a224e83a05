/** @file The labels that a file's `meta` declares, with the types of their attributes. */
import { childOf, childText, childrenOf } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportLabel } from '../reading/item'

/** By label and attribute: what its text means. */
export type InputTypes = ReadonlyMap<string, ReadonlyMap<string, string>>

export interface Declared {
  readonly labels: readonly ImportLabel[]
  readonly inputTypes: InputTypes
  /** Eyrie wrote the file, so its units are not in doubt. */
  readonly isOurs: boolean
  /** false: the first time for a label that is none of them, where there are any. */
  readonly isKnown: (label: string) => boolean
}

/** In `meta`: Eyrie wrote the file. Its child names the label that stands in for none. */
export const OWN_META = 'eyrie'
export const STAND_IN = 'unlabelled'

/** Of the task, the project or the job, whichever was exported. Parts of skeletons are no classes. */
export function declaredIn(meta: XmlElement): Declared {
  const labels: ImportLabel[] = []
  const inputTypes = new Map<string, ReadonlyMap<string, string>>()
  const ours = childOf(meta, OWN_META)
  const standIn = ours === null ? null : (childOf(ours, STAND_IN)?.text ?? null)
  const seen = new Set<string>()
  /** Parts of skeletons too. */
  const names = new Set<string>()
  for (const holder of meta.children) {
    const list = childOf(holder, 'labels')
    for (const label of list === null ? [] : childrenOf(list, 'label')) {
      const name = childOf(label, 'name')?.text ?? ''
      names.add(name)
      if (name === '' || name === standIn || seen.has(name) || childText(label, 'parent')) continue
      seen.add(name)
      const colour = childText(label, 'color')
      const isColour = colour !== null && /^#[\da-f]{6}$/i.test(colour)
      labels.push({ type: 'label', name, ...(isColour ? { colour: colour.toLowerCase() } : {}) })
      const attributes = childOf(label, 'attributes')
      const types = (attributes === null ? [] : childrenOf(attributes, 'attribute')).map(
        (attribute) => [childOf(attribute, 'name')?.text ?? '', childText(attribute, 'input_type') ?? 'text'] as const
      )
      inputTypes.set(name, new Map(types))
    }
  }
  const isKnown = (label: string): boolean => {
    if (names.size === 0 || names.has(label)) return true
    names.add(label)
    return false
  }
  return { labels, inputTypes, isOurs: ours !== null, isKnown }
}
