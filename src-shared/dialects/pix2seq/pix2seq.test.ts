import { describe, expect, test } from 'vitest'
import { roundTiesToEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, phrase } from '../../grounded/build'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { pix2seq } from './index'

const BOX = '1250 1100 1749 1899 117'

describeDialectLaws({
  dialect: pix2seq,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box'],
    connectors: ['', ' is ', 'see: ', ' 和 ', 'a\n'],
    phrases: ['17', '0', '899'],
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  answers: lawTrees({
    kinds: ['box'],
    connectors: [''],
    phrases: ['17', '0', '899'],
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape, context) =>
    shapeFromFractions(
      shape.type,
      coordinatesOf(shape).map((value) => roundTiesToEven(value * 999) / 999),
      'original',
      context
    ),
  canonical: [
    BOX,
    `${BOX} 1000 1000 1999 1999 30 1001 1002 1003 1004 999`,
    `in 1984 there were\n${BOX}\nof 2000 and 12`
  ],
  noise: lawNoise([
    ...[BOX, `${BOX} `, `\n${BOX}`, '1250', '1250 ', '1999', ' 1100', '117', ' 30', '2500 ', '12', '3000', '\n'],
    ...['1250 1100 1749 1899', '1250  1100 1749 1899 117', '999', 'x1250 ']
  ]),
  slowPatterns: ['1250 ', '1250', `${BOX} `, `${BOX}\n`, '1250 1100 ', '1250 x ', '\n', ' ', 'x ']
})

describe('recovery', () => {
  const image = { width: 1000, height: 1000 }
  const codesOf = (source: string, mode: 'strict' | 'lenient') => {
    const { tree, diagnostics } = pix2seq.parse(source, { image, mode })
    return [tree.regions.length, diagnostics.map(({ code }) => code.replace('dialect/', ''))]
  }
  test.each([
    [BOX, 1, []],
    [`${BOX} ${BOX}`, 2, []],
    [`${BOX} 1250 1100 1749`, 1, ['truncated']],
    [`${BOX} 1250 1100 1749 1899`, 2, ['missing-bracket']],
    ['1250 1100 1749 117', 0, ['arity']],
    ['1250 1100 1749 1899 1900 117', 0, ['arity']],
    ['1250 1100 1749 1899 5', 0, ['not-a-number']],
    ['1250  1100 1749 1899 117', 1, ['whitespace']],
    ['1250 1100 1749 2899 117', 1, ['out-of-range']],
    ['1749 1100 1250 1899 117', 1, ['reversed']],
    ['1250 1100 1250 1899 117', 1, ['degenerate']],
    ['in 1984 and 1999', 0, []]
  ])('%s', (source, count, codes) => {
    expect(codesOf(source, 'lenient')).toEqual([count, codes])
  })

  test('strictly, the tail that is no five is dropped, and a token past the grid is the border', () => {
    expect(codesOf(`${BOX} 1250 1100 1749 1899`, 'strict')).toEqual([1, ['truncated']])
    const { tree } = pix2seq.parse('1000 1000 1999 2500 117', { image })
    expect(tree.regions[0]?.shape).toEqual({ type: 'box', box: [0, 0, 1, 1] })
  })
})

test('on the padded canvas fractions are of the long side', () => {
  const context = { image: { width: 640, height: 320 }, settings: { canvas: 'padded' } }
  const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const { text } = pix2seq.print(groundedText([phrase('1', ['r'])], regions), context)
  expect(text).toBe('1000 1000 1500 1999 101')
  const box = coordinatesOf(pix2seq.parse(text, context).tree.regions[0]?.shape ?? regions[0]!.shape)
  expect(box.map((value) => Math.round(value * 100) / 100)).toEqual([0, 0, 1, 1])
})

test('a phrase that is no class number is written as words, and that is said', () => {
  const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const { text, losses } = pix2seq.print(groundedText([phrase('a cat', ['r'])], regions), {
    image: { width: 9, height: 9 }
  })
  expect(text).toBe('a cat\n1000 1000 1999 1999 30')
  expect(losses.map(({ code }) => code)).toContain('dialect/label')
})

test('a phrase without words is a box without a class', () => {
  const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const { text } = pix2seq.print(groundedText([phrase(' ', ['r'])], regions), { image: { width: 9, height: 9 } })
  expect(text).toBe('1000 1000 1999 1999 30')
})
