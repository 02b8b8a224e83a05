/**
 * @file The element `eyrie`, which holds what Pascal VOC has no element for; other readers pass over it. In `annotation`:
 * `image`, its path below the image folder. In `object`: `label` (empty: none) where `name` cannot say it, `phrase`,
 * `state`, `origin`, `confidence`.
 */
import type { Origin, RegionRecord, RegionState } from '../../document/records'
import { childOf, childText, numberOf, xmlText } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportRegion } from '../reading/item'

const STATES: readonly string[] = ['accepted', 'proposed', 'corrected'] satisfies RegionState[]
const ORIGINS: readonly string[] = ['human', 'model', 'import', 'rule'] satisfies Origin[]

export interface OwnMarks {
  readonly label: string | null
  readonly phrase: string | null
  readonly fields: Pick<ImportRegion, 'state' | 'origin' | 'confidence'>
}

export function ownMarksOfObject(own: XmlElement | null, name: string): OwnMarks {
  if (own === null) return { label: name, phrase: null, fields: {} }
  const label = childOf(own, 'label')?.text
  const [state, origin] = [childText(own, 'state'), childText(own, 'origin')]
  const confidence = numberOf(childText(own, 'confidence'))
  const phrase = childOf(own, 'phrase')?.text ?? null
  return {
    label: label === undefined || (label !== '' && label.trim() !== name) ? name : label === '' ? null : label,
    phrase: phrase === '' ? null : phrase,
    fields: {
      ...(state !== null && STATES.includes(state) ? { state: state as RegionState } : {}),
      ...(origin !== null && ORIGINS.includes(origin) ? { origin: origin as Origin } : {}),
      ...(confidence !== null && confidence >= 0 && confidence <= 1 ? { confidence } : {})
    }
  }
}

/** `label`: null for none; `name`: what stands as the object's name. */
export function writtenMarks(region: RegionRecord, label: string | null, name: string): string {
  const { state, provenance, phrase, confidence } = region
  const element = (tag: string, value: string): string => `<${tag}>${xmlText(value)}</${tag}>`
  return [
    label === name.trim() ? '' : element('label', label ?? ''),
    phrase === null ? '' : element('phrase', phrase),
    state === 'accepted' ? '' : element('state', state),
    provenance.origin === 'model' || provenance.origin === 'rule' ? element('origin', provenance.origin) : '',
    confidence === null ? '' : element('confidence', String(confidence))
  ].join('')
}
