import { describe, expect, test } from 'vitest'
import { roundTiesToEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { ofa } from './index'

const BOX = '<bin_0> <bin_250> <bin_500> <bin_999>'

describeDialectLaws({
  dialect: ofa,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box'],
    connectors: ['', ' is ', 'see: ', '\n', ' 和 '],
    phrases: ['the dog', '击掌', '"STOP"', "woman's hat (1),(2)", 'a > b'],
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
  canonical: [BOX, `${BOX} cat <bin_10> <bin_20> <bin_300> <bin_400> dining table</s>`, `see ${BOX} cat`],
  noise: lawNoise([
    ...['<bin_1>', '<bin_999>', '<bin_1000>', '<bin_007>', '<bin', '<bi', BOX, `${BOX} cat`, `${BOX} `, ' cat', '</s>']
  ]),
  slowPatterns: ['<bin_1> ', '<bin_1>', `${BOX} a `, `${BOX}\n`, '<bin_', '<', 'x ']
})

describe('recovery', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    [`${BOX} cat`, 1, []],
    ['<bin_0> <bin_250> <bin_500>', 0, ['truncated']],
    ['<bin_0> <bin_250> <bin_500> cat', 0, ['arity']],
    [`${BOX} <bin_3> cat`, 0, ['arity']],
    [`${BOX} cat <bin_3> <bi`, 1, ['truncated']],
    ['<bin_0> cat <bin_250> <bin_500> <bin_999>', 0, ['arity', 'truncated']],
    ['<bin_0><bin_250><bin_500><bin_999>', 1, ['whitespace']],
    ['<bin_0> <bin_250> <bin_500> <bin_1000>', 1, ['out-of-range']],
    ['<bin_500> <bin_250> <bin_0> <bin_999>', 1, ['reversed']],
    ['<bin_0> <bin_250> <bin_0> <bin_999>', 1, ['degenerate']],
    ['<binary> words', 0, []]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = ofa.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})
