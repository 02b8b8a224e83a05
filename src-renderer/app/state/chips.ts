/** @file A region as a word: its name, its colour, and the exact text the model will read for it. */
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { explainRegion } from '../../../src-shared/dialects/explain'
import type { RegionExplanation } from '../../../src-shared/dialects/explain'
import { findDialect } from '../../../src-shared/dialects/registry'
import type { Translate } from '../../i18n/translate'
import { currentModel } from './dialogue'
import { regionColour, regionName, regionNumbers, shorten } from './names'
import type { StudioState } from './studio-state'

const CHIP_NAME_LENGTH = 18

export interface Chip {
  readonly id: RegionId
  readonly number: number
  /** Short enough for a line of words. */
  readonly name: string
  readonly fullName: string
  readonly colour: string
  /** null: no model is there to read it, or its dialect is not known. */
  readonly text: string | null
  /** The region is gone. */
  readonly missing: boolean
}

/** A region alone in the model's dialect and space; null without a model, a known dialect or an image size. */
export function regionInDialect(
  shape: RegionShape,
  image: ImageSize | null,
  model: ModelSummary | null
): RegionExplanation | null {
  const dialect = model && findDialect(model.dialect)
  return image && dialect ? explainRegion(dialect, shape, { image, space: model.space }) : null
}

interface Remembered {
  readonly image: ImageSize
  readonly model: ModelSummary
  readonly text: string
}
/** Shapes are never edited in place; a chip is asked for its text at every change of anything. */
const texts = new WeakMap<RegionShape, Remembered>()

function regionText(shape: RegionShape, image: ImageSize | null, model: ModelSummary | null): string | null {
  if (!image || !model) return null
  const known = texts.get(shape)
  if (known && known.image === image && known.model === model) return known.text
  const text = regionInDialect(shape, image, model)?.text
  if (text === undefined) return null
  texts.set(shape, { image, model, text })
  return text
}

export type ChipSource = Pick<StudioState, 'document' | 'labels' | 'models' | 'settings'>

export function chipOf(t: Translate, state: ChipSource, id: RegionId): Chip {
  const number = state.document ? (regionNumbers(state.document).get(id) ?? 0) : 0
  const region = state.document?.regions[number - 1]
  if (!region || !state.document) {
    const name = t('region.gone')
    return { id, number: 0, name, fullName: name, colour: 'transparent', text: null, missing: true }
  }
  const fullName = regionName(t, region, state.labels, number)
  return {
    id,
    number,
    name: shorten(fullName, CHIP_NAME_LENGTH),
    fullName,
    colour: regionColour(region, state.labels, number),
    text: regionText(region.shape, state.document.image.size, currentModel(state)),
    missing: false
  }
}
