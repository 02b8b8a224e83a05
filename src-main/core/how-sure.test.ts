import { expect, test } from 'vitest'
import { shikra } from '../../src-shared/dialects/shikra'
import { calibratedChance } from '../../src-shared/metrics/calibration'
import { answerOf } from '../testing/scripted-inference'
import { howSure, otherAnswers } from './how-sure'
import type { AskAnswer, SaidAnswer } from './ports'

const calibration = { confidence: { intercept: -1, slope: 0.8 }, spread: { own: 0.5, extent: 0.1 } }
const parse = (text: string) => {
  let place = 0
  const nextRegionId = (): string => `r${place++}`
  return shikra.parse(text, { image: { width: 100, height: 50 }, space: 'original', mode: 'lenient', nextRegionId })
}
/** As `answerOf`, every token with itself for its only rival. */
function said(text: string, probability: number): AskAnswer {
  const answer = answerOf(text, probability)
  const rivals = answer.tokenTexts.map((token) => (/^\d+$/.test(token) ? [{ digits: token, probability: 1 }] : []))
  return { ...answer, tokenRivals: rivals }
}

test('a calibrated model says chances of boxes; points keep its own opinion', () => {
  const answer = said('a dog[0.100,0.200,0.300,0.600] at[0.500,0.500]', 0.9)
  const { tree } = parse(answer.text)
  const opinion = howSure(answer, tree, undefined, parse)
  const measured = howSure(answer, tree, calibration, parse)
  expect([opinion.isCalibrated, measured.isCalibrated]).toEqual([false, true])
  expect(opinion.confidences.get('r0')).toBeCloseTo(0.9, 10)
  expect(measured.confidences.get('r0')).toBeCloseTo(calibratedChance(0.9, calibration.confidence), 10)
  expect(measured.confidences.get('r1')).toBeCloseTo(0.9, 10)
  // A tenth of the sides, 0.2 and 0.4; the digits were sure to a step.
  const deviations = measured.uncertainties.get('r0')?.deviations.map((value) => Number(value.toFixed(3)))
  expect(deviations).toEqual([0.02, 0.04, 0.02, 0.04])
  expect(measured.uncertainties.get('r1')).toEqual(opinion.uncertainties.get('r1'))
})

test('a calibration of other weights does not count', () => {
  const answer = said('a dog[0.100,0.200,0.300,0.600]', 0.9)
  const { tree } = parse(answer.text)
  expect(howSure(answer, tree, 'stale', parse)).toEqual(howSure(answer, tree, undefined, parse))
})

test('other answers are other places, each once, the likeliest turn of each', () => {
  const first = said('a dog[0.100,0.200,0.300,0.600]', 0.9)
  const others: readonly SaidAnswer[] = [
    said('a dog[0.110,0.200,0.310,0.600]', 0.8),
    said('a dog[0.600,0.200,0.900,0.600]', 0.7),
    said('a dog[0.610,0.200,0.900,0.600]', 0.6),
    said('there is no dog.', 0.5),
    said('a dog[0.100,0.700,0.300,0.900]', 0.4)
  ]
  const kept = otherAnswers({ ...first, alternatives: others }, parse(first.text).tree, calibration, parse)
  expect(kept.map(({ text }) => text)).toEqual([others[1]?.text, others[4]?.text])
  const length = others[1]?.tokenTexts.length ?? 0
  expect(kept[0]?.probability).toBeCloseTo(0.7 ** length, 10)
  expect(kept[0]?.confidences.get('r0')).toBeCloseTo(calibratedChance(0.7, calibration.confidence), 10)
})
