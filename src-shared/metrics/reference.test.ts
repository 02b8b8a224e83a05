/** @file Our metrics against what reference code answers: fixtures/reference/make_metrics.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { scoreCaptions } from './captions'
import type { CaptionSample } from './captions'
import { firstInteger, scoreCounting } from './counting'
import { GROUNDING_PROTOCOLS, scorePhraseGrounding } from './phrase-grounding'
import type { GroundingProtocol, PhraseSample, RecallScore } from './phrase-grounding'
import { scorePointQa } from './point-qa'
import type { PointQaSample } from './point-qa'
import { popeAnswer, scorePope } from './pope'
import type { PopeSample } from './pope'
import { REC_PROTOCOLS, scoreRec } from './rec'
import type { RecProtocol } from './rec'
import type { PixelBox } from '../geometry/space'

type Numbers = Readonly<Record<string, number>>

/** Sums in another order differ in the last bits. */
const SUM_ORDER = 1e-12

const load = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`fixtures/reference/${name}.json`, import.meta.url), 'utf8')) as T

function expectClose(score: object | null, expected: Numbers): void {
  expect(Object.keys(expected).length).toBeGreaterThan(0)
  for (const [name, value] of Object.entries(expected)) {
    const ours = (score as Numbers | null)?.[name] ?? NaN
    expect(Math.abs(ours - value), `${name}: ${ours} against ${value}`).toBeLessThanOrEqual(SUM_ORDER)
  }
}

describe('referring expression comprehension', () => {
  interface Sample {
    readonly truth: PixelBox
    readonly predicted: PixelBox | null
    readonly image: readonly [number, number]
  }
  const file = load<{ samples: Sample[]; scores: Record<RecProtocol, Numbers> }>('rec')
  const samples = file.samples.map(({ image: [width, height], ...sample }) => ({ ...sample, size: { width, height } }))

  test.each(REC_PROTOCOLS.filter((name) => name !== 'studio'))('%s scores as the official script', (name) => {
    expectClose(scoreRec(samples, name), file.scores[name])
  })

  test('the samples tell the protocols apart', () => {
    const accuracies = Object.values(file.scores).map((score) => score['accuracy'])
    expect(new Set(accuracies).size).toBe(REC_PROTOCOLS.length - 1)
  })
})

test('POPE reads and scores as its script', () => {
  const { samples, score } = load<{ samples: (PopeSample & { read: string })[]; score: Numbers }>('pope')
  expect(samples.map(({ answer }) => popeAnswer(answer))).toEqual(samples.map(({ read }) => read))
  expectClose(scorePope(samples), score)
})

test('counting scores as numpy', () => {
  const { samples, score } = load<{ samples: { truth: number; text: string }[]; score: Numbers }>('counting')
  expectClose(scoreCounting(samples.map(({ truth, text }) => ({ truth, said: firstInteger(text) }))), score)
})

test("PointQA by Shikra's pattern", () => {
  const { samples, score } = load<{ samples: PointQaSample[]; score: Numbers }>('point-qa')
  expectClose(scorePointQa(samples, 'shikra'), score)
})

test.each(GROUNDING_PROTOCOLS)('phrase grounding, %s, by type of phrase', (protocol) => {
  const file = load<{ samples: PhraseSample[]; scores: Record<GroundingProtocol, Record<string, RecallScore>> }>(
    'phrase-grounding'
  )
  expect(scorePhraseGrounding(file.samples, protocol)).toEqual(file.scores[protocol])
})

test('BLEU-1 to BLEU-4 and CIDEr-D are those of pycocoevalcap', () => {
  for (const { samples, score } of load<{ cases: { samples: CaptionSample[]; score: Numbers }[] }>('captions').cases) {
    expectClose(scoreCaptions(samples), score)
  }
})
