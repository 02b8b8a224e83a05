/** @file How sure a model is of each region of its answer: its own opinion, and what that is worth where it was measured. */
import type { ParseResult } from '../../src-shared/dialects/dialect'
import type { GroundedText, RegionId } from '../../src-shared/grounded/nodes'
import { calibratedChance, calibratedDeviation } from '../../src-shared/metrics/calibration'
import type { Calibration } from '../../src-shared/metrics/calibration'
import type { Answer } from './answer'
import { regionConfidences } from './confidence'
import type { AskAnswer } from './ports'
import { regionUncertainties } from './uncertainty'
import type { RegionUncertainty } from './uncertainty'

/**
 * A calibration is measured on boxes, so it counts for boxes; other shapes keep the model's own opinion. `parse` reads a
 * text as `tree` was read.
 */
export function howSure(
  { text, tokenTexts: texts, tokenLogProbs: logProbs, tokenRivals: rivals }: AskAnswer,
  tree: GroundedText,
  calibration: Calibration | 'stale' | undefined,
  parse: (text: string) => ParseResult
): Pick<Answer, 'confidences' | 'uncertainties' | 'isCalibrated'> {
  const opinions = regionConfidences(text, tree, { texts, logProbs, rivals })
  const spreads: ReadonlyMap<RegionId, RegionUncertainty> =
    rivals === undefined ? new Map() : regionUncertainties(text, tree, { texts, rivals }, parse)
  if (calibration === undefined || calibration === 'stale') {
    return { confidences: opinions, uncertainties: spreads, isCalibrated: false }
  }
  const confidences = new Map(opinions)
  const uncertainties = new Map(spreads)
  for (const { id, shape } of tree.regions) {
    if (shape.type !== 'box') continue
    const opinion = opinions.get(id)
    if (opinion !== undefined) confidences.set(id, calibratedChance(opinion, calibration.confidence))
    const spread = spreads.get(id)
    if (spread === undefined) continue
    const [x0, y0, x1, y1] = shape.box
    const sides = [x1 - x0, y1 - y0]
    const deviations = spread.deviations.map((deviation, i) =>
      calibratedDeviation(deviation, sides[i % 2] ?? 0, calibration.spread)
    )
    uncertainties.set(id, { ...spread, deviations })
  }
  return { confidences, uncertainties, isCalibrated: true }
}
