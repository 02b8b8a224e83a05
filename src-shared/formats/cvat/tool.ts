/**
 * @file CVAT for images 1.1: one XML file for any number of images. Sources: cvat-ai/cvat
 * site/content/en/docs/manual/advanced/xml_format.md, cvat/apps/dataset_manager/formats/cvat.py
 * (`dump_as_cvat_annotation`); open-edge-platform/datumaro 1.13.12 plugins/data_formats/cvat/base.py.
 *
 * [Note: What CVAT keeps] On import CVAT takes attributes that the label declares and drops others. `cvat-labels.json` is
 * for its raw label editor and declares every attribute that was written, `eyrie` among them: JSON with what CVAT has no
 * field for (kit/own-fields.ts).
 */
import type { Origin, RegionState } from '../../document/records'

/** An attribute with JSON: what the tool cannot say. */
export const OWN_ATTRIBUTE = 'eyrie'
/** The words of a region. */
export const PHRASE = 'phrase'
export const CONFIDENCE = 'confidence'
export const UNLABELLED = 'unlabelled'

/** Who made a shape, in CVAT's words: `semi-auto` is a model's, changed by a person. */
const SOURCES: Readonly<Record<string, { readonly origin: Origin; readonly state?: RegionState }>> = {
  manual: { origin: 'human' },
  auto: { origin: 'model' },
  'semi-auto': { origin: 'model', state: 'corrected' },
  file: { origin: 'import' }
}

export const sourceMeaning = (
  source: string | undefined
): { readonly origin?: Origin; readonly state?: RegionState } =>
  source !== undefined && Object.hasOwn(SOURCES, source) ? (SOURCES[source] ?? {}) : {}

export function sourceOf(state: RegionState, origin: Origin): string {
  if (state === 'corrected') return 'semi-auto'
  return origin === 'human' ? 'manual' : origin === 'import' ? 'file' : 'auto'
}
