/**
 * @file Measures what a model's opinion of its boxes is worth, on one evaluation set, and checks it on another that
 * nothing was fitted to. Seeds of both must be none that training used.
 */
import {
  brierScore,
  calibratedChance,
  calibrationError,
  fitConfidence,
  fitSpread,
  reliability,
  shareWithin
} from '../../src-shared/metrics/calibration'
import type { Placed, ReliabilityBin, Scored } from '../../src-shared/metrics/calibration'
import { DECODER_FILE } from '../../src-main/inference/repo/calibration'
import { askSet } from './ask-rec'
import type { AskedSet } from './ask-rec'
import { judge } from './judge'

/** Overlap from which a box counts as right. */
const RIGHT_IOU = 0.5

interface Evidence {
  readonly scored: readonly Scored[]
  /** Of right boxes: a wrong one is another thing, not an unsure place. */
  readonly placed: readonly Placed[]
}

function evidenceOf({ records, folder }: AskedSet): Evidence {
  const scored: Scored[] = []
  const placed: Placed[] = []
  for (const { free, question } of records) {
    const { score, iou, coordinates } = judge(free, question, folder.card)
    if (score === null) continue
    scored.push({ score, isRight: iou >= RIGHT_IOU })
    if (iou < RIGHT_IOU) continue
    coordinates.forEach(({ written, truth, deviation }, i) => {
      const side = Math.abs((coordinates[(i + 2) % 4]?.written ?? 0) - written)
      placed.push({ error: truth - written, deviation, side })
    })
  }
  return { scored, placed }
}

const rounded = (value: number): number => Number(value.toPrecision(5))

export interface Calibrated {
  /** Of `calibration.json`. */
  readonly file: Readonly<Record<string, unknown>>
  readonly before: readonly ReliabilityBin[]
  readonly after: readonly ReliabilityBin[]
}

export async function calibrate(
  modelDir: string,
  sets: { readonly fit: string; readonly check: string },
  options: { readonly limit: number; readonly seeds: string }
): Promise<Calibrated> {
  const ask = (set: string): Promise<AskedSet> =>
    askSet(modelDir, set, { limit: options.limit, withAbsent: false, withBoxes: false })
  return calibrateOn(await ask(sets.fit), await ask(sets.check), options.seeds)
}

/** From what was asked already. */
export function calibrateOn(fitted: AskedSet, checked: AskedSet, seeds: string): Calibrated {
  if (fitted.set === checked.set) throw new Error('the set to check with is the set to fit to')
  const [fit, check] = [evidenceOf(fitted), evidenceOf(checked)]
  const confidence = fitConfidence(fit.scored)
  const spread = fitSpread(fit.placed)
  const after = check.scored.map(({ score, isRight }) => ({ score: calibratedChance(score, confidence), isRight }))
  const decoder = fitted.folder.card.files.find(({ path }) => path === DECODER_FILE)?.sha256
  if (decoder === undefined) throw new Error('the card of the model lists no decoder')
  const counts = ({ records, set }: AskedSet, { scored }: Evidence) => ({
    questionsSha256: set,
    questions: records.length,
    boxes: scored.length,
    right: scored.filter(({ isRight }) => isRight).length
  })
  return {
    file: {
      format: 1,
      model: fitted.folder.card.id,
      revision: fitted.folder.card.revision,
      decoder,
      confidence: { intercept: rounded(confidence.intercept), slope: rounded(confidence.slope) },
      spread: { own: spread.own, extent: rounded(spread.extent) },
      measured: {
        by: 'bench/calibrate.mjs',
        questions: 'REC in English and Chinese, answered freely, of models/train/make_evaluation.py',
        seeds,
        right: `IoU with the truth of at least ${RIGHT_IOU}`,
        fit: counts(fitted, fit),
        check: {
          ...counts(checked, check),
          ece: { before: rounded(calibrationError(check.scored)), after: rounded(calibrationError(after)) },
          brier: { before: rounded(brierScore(check.scored)), after: rounded(brierScore(after)) },
          withinOneDeviation: {
            before: rounded(shareWithin(check.placed, { own: 1, extent: 0 })),
            after: rounded(shareWithin(check.placed, spread))
          }
        }
      }
    },
    before: reliability(check.scored),
    after: reliability(after)
  }
}
