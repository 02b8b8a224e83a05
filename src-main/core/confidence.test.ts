import { expect, test } from 'vitest'
import { json } from '../../src-shared/dialects/json'
import { shikra } from '../../src-shared/dialects/shikra'
import { coordinateSpans, regionConfidences } from './confidence'

const image = { width: 100, height: 100 }
const parse = (source: string) => shikra.parse(source, { image, mode: 'lenient' }).tree
/** One token per piece; the probability behind the last `~` of each, 1 where there is none. */
function tokens(spec: string): { text: string; tokenTexts: string[]; tokenLogProbs: number[] } {
  const pieces = spec.split('|').map((piece) => piece.split('~'))
  const tokenTexts = pieces.map(([words = '']) => words)
  return { text: tokenTexts.join(''), tokenTexts, tokenLogProbs: pieces.map(([, p]) => Math.log(Number(p ?? 1))) }
}
function confidences(spec: string): number[] {
  const { text, tokenTexts, tokenLogProbs } = tokens(spec)
  return [...regionConfidences(text, parse(text), { texts: tokenTexts, logProbs: tokenLogProbs }).values()]
}

test('is the geometric mean of the probabilities of the coordinate tokens', () => {
  const [only] = confidences('[|0.100~0.5|,|0.200~0.25|,|0.300~1|,|0.400~1|]')
  expect(only).toBeCloseTo((0.5 * 0.25) ** (1 / 4), 12)
})

test('brackets, commas and words do not count, however unlikely they were', () => {
  expect(
    confidences('a~0.01| dog~0.01|[~0.01|0.1~0.8|,~0.01|0.2~0.8|,|0.3~0.8|,|0.4~0.8|]~0.01|.~0.01')[0]
  ).toBeCloseTo(0.8, 12)
})

test('numbers among the words of a phrase are not coordinates', () => {
  const [only] = confidences('player| 23~0.01|[|0.1~0.9|,|0.2~0.9|,|0.3~0.9|,|0.4~0.9|]')
  expect(only).toBeCloseTo(0.9, 12)
})

test('each box of one bracket has its own', () => {
  const spec = 'dogs[|0.1,0.1,0.2,0.2~0.9|;|0.5,0.5,0.6,0.6~0.4|]'
  expect(confidences(spec).map((c) => Number(c.toFixed(6)))).toEqual([0.9, 0.4])
})

test('digits as single tokens count each', () => {
  expect(confidences('[|0~1|.~1|5~0.5|,|0~1|.~1|5~0.5|]')[0]).toBeCloseTo(0.25 ** (1 / 6), 12)
})

test('forced tokens do not count: the model was not asked', () => {
  const { text, tokenTexts, tokenLogProbs } = tokens('[|0.|1~0.5|,0.|2~0.5|,0.|3~0.5|,0.|4~0.5|]')
  const rivals = tokenTexts.map((token) => (token.endsWith('0.') ? null : []))
  const said = { texts: tokenTexts, logProbs: tokenLogProbs }
  expect([...regionConfidences(text, parse(text), { ...said, rivals }).values()][0]).toBeCloseTo(0.5, 12)
  expect([...regionConfidences(text, parse(text), said).values()][0]).toBeCloseTo(Math.SQRT1_2, 12)
})

test('tokens that do not spell the answer give no confidence rather than a wrong one', () => {
  const { text, tokenTexts, tokenLogProbs } = tokens('[|0.1,0.1,0.2,0.2~0.9|]')
  expect(
    regionConfidences(text, parse(text), { texts: tokenTexts.slice(1), logProbs: tokenLogProbs.slice(1) }).size
  ).toBe(0)
  expect(regionConfidences(text, parse(text), { texts: tokenTexts, logProbs: [0, -Infinity, 0] }).size).toBe(0)
  expect(regionConfidences(text, parse(text), { texts: [], logProbs: [] }).size).toBe(0)
})

test('spans point at the numbers in the source', () => {
  const source = 'a cat[0.110,0.220] and [0.100,0.200,0.300,0.400]'
  const spans = [...coordinateSpans(source, parse(source)).values()]
  expect(spans.map((list) => list.map(({ start, end }) => source.slice(start, end)))).toEqual([
    ['0.110', '0.220'],
    ['0.100', '0.200', '0.300', '0.400']
  ])
})

test('every coordinate of a polygon or a stroke counts', () => {
  const source =
    '```json\n[\n  {"polygon": [[0.1000, 0.2000], [0.3000, 0.2000], [0.2000, 0.4000]]},\n  {"polyline": [[0.5, 0.6], [0.7, 0.8]]}\n]\n```'
  const { tree } = json.parse(source, { image })
  const spans = [...coordinateSpans(source, tree).values()]
  expect(spans.map((list) => list.map(({ start, end }) => Number(source.slice(start, end))))).toEqual([
    [0.1, 0.2, 0.3, 0.2, 0.2, 0.4],
    [0.5, 0.6, 0.7, 0.8]
  ])
})
