import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { shapeFromFractions } from '../kit/coordinates'
import { describeDialectLaws } from '../laws'
import { deepSeekVl2 } from './index'

const image = { width: 1000, height: 1000 }

describeDialectLaws({
  dialect: deepSeekVl2,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', ', ', '\n- ', ' 和 ', '. '],
    phrases: ['the giraffe at the back', '击掌', "woman's hat [1]", 'a <| b'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: true
  }),
  quantize: (shape) =>
    shapeFromFractions(
      'box',
      coordinatesOf(shape).map((value) => Math.floor(value * 999 + 1e-9) / 999),
      'original',
      { image }
    ),
  canonical: [
    '<|ref|>the giraffe at the back<|/ref|><|det|>[[580, 270, 999, 904]]<|/det|>',
    'one <|det|>[[63, 126, 252, 504], [5, 6, 509, 999]]<|/det|> and <|ref|>no cat<|/ref|>.<|end▁of▁sentence|>'
  ],
  noise: lawNoise([
    ...[
      '<|ref|>',
      '<|/ref|>',
      '<|det|>',
      '<|/det|>',
      '<|end▁of▁sentence|>',
      '<|de',
      '<|',
      '[[',
      ']]',
      'car[[1, 2, 3, 4]]'
    ],
    ...['[[1, 2, 3, 4]]', '[[1, 2, 3, 4], [5,', '[[x1, y1, x2, y2]]', '[[[1, 2, 3, 4]]]', '[[999, 9999']
  ]),
  slowPatterns: ['<|ref|>', '<|det|>[[1,2,', '<|ref|>a<|/ref|>', '[[', '9', '<|det|>[[9, 9, 9, 9], ', '<|']
})

describe('recovery', () => {
  test.each([
    ['<|ref|>a<|/ref|><|det|>[[1, 2, 3, 4]]', 1, ['missing-bracket']],
    ['<|det|>[[1, 2, 3, 4], [999, 9999', 1, ['truncated']],
    ['<|det|>[[1, 2, 3, 4, 5]]<|/det|>', 0, ['arity']],
    ['<|det|>[[[1, 2, 3, 4]]]<|/det|>', 1, ['bad-json']],
    ['<|det|>[1, 2, 3, 4]<|/det|>', 1, ['missing-bracket']],
    ['<|det|>[[9, 2, 3, 4]]<|/det|>', 1, ['reversed']],
    ['<|det|>[[1, 2, 3, 1000]]<|/det|>', 1, ['out-of-range']],
    ['<|det|>[[999, 999, 9999, 99999', 0, ['truncated']],
    ['giraffe[1, 2, 3, 4]', 0, []],
    ['<|ref|>a<|/ref|><|ref|>b<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>', 1, []],
    ['the giraffe[[580, 270, 1200, 904]]', 1, ['stripped-tags', 'out-of-range']]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = deepSeekVl2.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})
