/** @file What a chip says of one region: its exact text, what a reader gets back, and how coarse the grid is. */
import type { ImageSize } from '../geometry/space'
import type { RegionShape } from '../geometry/region-shape'
import { groundedText, mention } from '../grounded/build'
import type { Dialect, DialectContext, DialectProfile, Loss } from './dialect'

export interface RegionExplanation {
  /** Exactly what the model will read. */
  readonly text: string
  /** The shape after writing and reading; null when it cannot be read back. */
  readonly readBack: RegionShape | null
  /** Smallest step of a coordinate, in pixels of the upright original. */
  readonly cellPx: ImageSize
  readonly losses: readonly Loss[]
}

/** One step of the dialect's grid in pixels of the upright original: a square's side on a padded canvas. */
export function quantizationCellPx(profile: DialectProfile, context: DialectContext): ImageSize {
  const { width, height } = context.image
  if ((context.space ?? profile.space) === 'original')
    return { width: width * profile.step, height: height * profile.step }
  const side = Math.max(width, height) * profile.step
  return { width: side, height: side }
}

export function explainRegion(dialect: Dialect, shape: RegionShape, context: DialectContext): RegionExplanation {
  const { text, losses } = dialect.print(groundedText([mention('region')], [{ id: 'region', shape }]), context)
  return {
    text,
    losses,
    readBack: dialect.parse(text, context).tree.regions[0]?.shape ?? null,
    cellPx: quantizationCellPx(dialect.profile, context)
  }
}
