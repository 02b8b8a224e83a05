/** @file How sure a model is of each region of its answer: its own opinion, and what that is worth where it was measured. */
import type { ParseResult } from '../../src-shared/dialects/dialect'
import { intersectionOverUnion } from '../../src-shared/geometry/iou'
import type { NormalizedBox } from '../../src-shared/geometry/space'
import type { GroundedText, RegionId } from '../../src-shared/grounded/nodes'
import { calibratedChance, calibratedDeviation } from '../../src-shared/metrics/calibration'
import type { Calibration } from '../../src-shared/metrics/calibration'
import type { AlternativeAnswer, Sureness } from './answer'
import { regionConfidences } from './confidence'
import type { AskAnswer, SaidAnswer } from './ports'
import { regionUncertainties } from './uncertainty'
import type { RegionUncertainty } from './uncertainty'

/**
 * A calibration is measured on boxes, so it counts for boxes; other shapes keep the model's own opinion. `parse` reads a
 * text as `tree` was read.
 */
export function howSure(
  { text, tokenTexts: texts, tokenLogProbs: logProbs, tokenRivals: rivals }: SaidAnswer,
  tree: GroundedText,
  calibration: Calibration | 'stale' | undefined,
  parse: (text: string) => ParseResult
): Sureness {
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

/** Overlap from which two answers point at one place. */
const SAME_PLACE_IOU = 0.7

/** Boxes of an answer, in order. */
const boxesOf = ({ regions }: GroundedText): readonly NormalizedBox[] =>
  regions.flatMap(({ shape }) => (shape.type === 'box' ? [shape.box] : []))

function isSamePlace(a: GroundedText, b: GroundedText): boolean {
  const [one, other] = [boxesOf(a), boxesOf(b)]
  return (
    one.length === other.length &&
    one.every((box, i) => {
      const second = other[i]
      return second !== undefined && intersectionOverUnion(box, second) >= SAME_PLACE_IOU
    })
  )
}

/** Other answers that say other places: not the first one's, and each once, the first of its kind. */
export function otherAnswers(
  answer: AskAnswer,
  tree: GroundedText,
  calibration: Calibration | 'stale' | undefined,
  parse: (text: string) => ParseResult
): readonly AlternativeAnswer[] {
  const kept: AlternativeAnswer[] = []
  for (const said of answer.alternatives ?? []) {
    const other = parse(said.text).tree
    if (boxesOf(other).length === 0) continue
    if ([tree, ...kept.map((one) => one.tree)].some((one) => isSamePlace(one, other))) continue
    const logProb = said.tokenLogProbs.reduce((sum, value) => sum + value, 0)
    kept.push({
      text: said.text,
      tree: other,
      probability: Math.min(1, Math.exp(logProb)),
      ...howSure(said, other, calibration, parse)
    })
  }
  return kept
}
