import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention } from '../../grounded/build'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { ferret } from './index'

describeDialectLaws({
  dialect: ferret,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box', 'point'],
    connectors: [' is ', '. ', '\n', ' 和', '，', ': '],
    phrases: ['the dog', 'two cats', "woman's hat", '红色的圆'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape, context) => {
    const { width, height } = context.image
    const numbers = coordinatesOf(shape).map((value, i) => {
      const side = i % 2 === 0 ? width : height
      const bin = value > 1 - 1e-9 ? Math.trunc((side - 1) * (1000 / side)) : Math.floor(value * 1000 + 1e-9)
      return Math.min(999, bin) / 1000
    })
    return shapeFromFractions(shape.type, numbers, 'original', context)
  },
  canonical: [
    'a cat [300, 200, 600, 800].',
    '[120, 456]',
    'There are two dogs [10, 20, 300, 400] [310, 20, 600, 999] in the yard</s>',
    'see [1] and cut [300, 200'
  ],
  noise: lawNoise([
    ...['[300, 200, 600, 800]', ' [9, 8, 2, 1]', ', [120, 456]', '12, ', '[1,2]', '[0.201, 0.002, 0.940, 0.758]'],
    ...['</s>', '</', 'the dog ', 'is ', '[x, y]', '[12]', '-10', '1200', ' <region_fea>', '[300, ']
  ]),
  slowPatterns: ['[', '[10, ', '[10, 20] ', '[10, 20], ', 'the ', ' ', '</s', '[a, ', 'x']
})

const image = { width: 640, height: 480 }
describe('damaged text', () => {
  test.each([
    ['a cat [300, 200, 600, 800', 1, ['missing-bracket']],
    ['a cat [300, 200, 600, 80', 0, ['truncated']],
    ['a cat [300, 200, 600', 0, ['truncated']],
    ['[300,200,600,800]', 1, ['whitespace']],
    ['[300, 200, 600, 1200]', 1, ['out-of-range']],
    ['[600, 200, 300, 800]', 1, ['reversed']],
    ['[300.5, 200, 600, 800]', 1, ['precision']],
    ['[0.201, 0.002, 0.940, 0.758]', 1, ['precision']],
    ['[1, 2, 3]', 0, ['arity']],
    ['[1, , 2, 3]', 0, ['not-a-number']],
    ['[x0, y0, x1, y1]', 0, ['not-a-number']],
    ['see [12]', 0, ['look-alike']],
    ['two [10, 20, 300, 400], [310, 20', 1, ['truncated']]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = ferret.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})

test('the last pixel is the last that can be written, and the loss of the border is said', () => {
  const box = { id: 'b', shape: { type: 'box', box: normalizedBox(0, 0, 1, 1) } } as const
  const printed = ferret.print(groundedText([mention(['b'])], [box]), { image })
  expect(printed.text).toBe('[0, 0, 998, 997]')
  expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/clamped'])
  const large = ferret.print(groundedText([mention(['b'])], [box]), { image: { width: 4000, height: 3000 } })
  expect(large).toEqual({ text: '[0, 0, 999, 999]', losses: [] })
})

test('pixels are truncated in the order of the source', () => {
  const box = {
    id: 'b',
    shape: { type: 'box', box: normalizedBox(146 / 640, 137 / 428, 615 / 640, 415 / 428) }
  } as const
  const pixels = new Map([['b', [146, 137, 615, 415]]])
  const context = { image: { width: 640, height: 428 }, pixels }
  expect(ferret.print(groundedText([mention(['b'])], [box]), context).text).toBe('[228, 320, 960, 969]')
})

test.each([
  ['What is in region [100, 50, 200, 300] <region_fea>?', { regionFeature: true }],
  ['Which of [100, 50] <region_fea> [1, 2] <region_fea>?', { regionFeature: true }],
  ['The man [0.201, 0.002, 0.940, 0.758] smiles.', { numbers: 'fractions' }]
])('%s is read and written with its setting', (source, settings) => {
  const context = { image, settings }
  const { tree, diagnostics } = ferret.parse(source, context)
  expect(tree.regions.length).toBeGreaterThan(0)
  expect(diagnostics).toEqual([])
  expect(ferret.print(tree, context)).toEqual({ text: source, losses: [] })
})

test('decimals are what the official reader misses, a placeholder is reported whole', () => {
  const found = (source: string) =>
    ferret
      .parse(source, { image })
      .diagnostics.map(({ code, position }) => [code.slice('dialect/'.length), position?.start, position?.end])
  expect(found('at [10.5, 20, 300, 400]')).toEqual([['precision', 3, 23]])
  expect(found('at [-1, 20, 300, 400]')).toEqual([['out-of-range', 3, 21]])
  expect(found('at [x0, y0, x1, y1].')).toEqual([['not-a-number', 3, 19]])
})

test('fractions are no regions for the official reader', () => {
  expect(ferret.parse('The man [0.201, 0.002, 0.940, 0.758]', { image }).tree.regions).toEqual([])
})
