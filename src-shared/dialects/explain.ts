/** @file What a chip says of one region: its exact text, what a reader gets back, and how coarse the grid is. */
import type { ImageSize } from '../geometry/space'
import type { GroundedShape } from '../geometry/region-shape'
import { groundedText, mention } from '../grounded/build'
import type { Dialect, DialectContext, DialectProfile, Loss } from './dialect'

export interface RegionExplanation {
  /** Exactly what the model will read. */
  readonly text: string
  /** The shape after writing and reading; null when it cannot be read back. */
  readonly readBack: GroundedShape | null
  /** Smallest step of a coordinate, in pixels of the upright original. */
  readonly cellPx: ImageSize
  /** Farthest an edge may land from where it was, in pixels of the upright original. */
  readonly worstErrorPx: ImageSize
  readonly losses: readonly Loss[]
}

/** One step of the dialect's grid in pixels of the upright original: a square's side on a padded canvas. */
export function quantizationCellPx(profile: DialectProfile, context: DialectContext): ImageSize {
  const { width, height } = context.image
  const space = context.space ?? profile.space
  if (space === 'resized') {
    const seen = context.resized ?? context.image
    return { width: (width / seen.width) * profile.step, height: (height / seen.height) * profile.step }
  }
  if (space === 'original') return { width: width * profile.step, height: height * profile.step }
  const side = Math.max(width, height) * profile.step
  return { width: side, height: side }
}

export function explainRegion(dialect: Dialect, shape: GroundedShape, given: DialectContext): RegionExplanation {
  const resized = given.resized ?? dialect.resizedSize?.(given.image)
  const context = resized === undefined ? given : { ...given, resized }
  const { text, losses } = dialect.print(groundedText([mention('1')], [{ id: '1', shape }]), context)
  const cellPx = quantizationCellPx(dialect.profile, context)
  const steps = dialect.profile.worstErrorSteps ?? 0.5
  return {
    text,
    losses,
    readBack: dialect.parse(text, context).tree.regions[0]?.shape ?? null,
    cellPx,
    worstErrorPx: { width: cellPx.width * steps, height: cellPx.height * steps }
  }
}
