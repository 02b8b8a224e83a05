import { describe, expect, test } from 'vitest'
import { roundHalfEven } from '../../geometry/round'
import { normalizedPoint } from '../../geometry/space'
import { groundedText, mention } from '../../grounded/build'
import { fractionsOf, shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { llava15 } from './index'

describeDialectLaws({
  dialect: llava15,
  contexts: lawContexts(['padded-square', 'original']),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', ', ', '. ', '\n', ' 和', ': '],
    phrases: ['the dog', 'two cats', "woman's hat", '红色的圆'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape, context) => {
    const space = context.space ?? 'padded-square'
    const onGrid = (value: number): number => roundHalfEven(Math.min(1, Math.max(0, value)), 2)
    return shapeFromFractions(shape.type, fractionsOf(shape, space, context).map(onGrid), space, context)
  },
  canonical: [
    '[0.61, 0.36, 0.92, 0.83]',
    'the dog [0.50, 0.30, 0.90, 0.75] [0.10, 0.20, 0.30, 0.40] and [1]</s>',
    'cut [0.5, 0.3'
  ],
  noise: lawNoise([
    ...['[0.61, 0.36, 0.92, 0.83]', ' [0.90, 0.80, 0.20, 0.10]', '0.12, ', '[0.1,0.2,0.3,0.4]', '[0.5, ', '1.20'],
    ...['</s>', '</', 'the dog ', 'is ', '[x0, y0, x1, y1]', '[12]', '-0.01']
  ]),
  slowPatterns: ['[', '[0.10, ', '[0.10, 0.20, 0.30, 0.40] ', 'the ', ' ', '</s', '[a, ', 'x']
})

describe('damaged text', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    ['the dog [0.61, 0.36, 0.92, 0.83', 1, ['missing-bracket']],
    ['the dog [0.61, 0.36, 0.92, 0.8', 0, ['truncated']],
    ['[0.61,0.36,0.92,0.83]', 1, ['whitespace']],
    ['[0.5, 0.36, 0.920, 0.83]', 1, ['precision']],
    ['[0.61, 0.36, 1.02, 0.83]', 1, ['out-of-range']],
    ['[0.92, 0.36, 0.61, 0.83]', 1, ['reversed']],
    ['[0.61, 0.36]', 0, ['arity']],
    ['[x0, y0, x1, y1]', 0, ['not-a-number']],
    ['[3, 7] and [12]', 0, ['look-alike', 'look-alike']]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = llava15.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })

  test('one to three decimals are read as they are', () => {
    expect(llava15.parse('[0.5, 0.36, 0.925, 0.83]', { image }).tree.regions).toHaveLength(1)
  })

  test.each([
    ['[0.1234, 0.20, 0.30, 0.40]', 'precision', 26],
    ['[-0.10, 0.20, 0.30, 0.40]', 'out-of-range', 25],
    ['[0.10,0.20,0.30,0.40]', 'whitespace', 21],
    ['[x0, y0, x1, y1]', 'not-a-number', 16]
  ])('strict says of all of %s: %s', (source, code, end) => {
    const { tree, diagnostics } = llava15.parse(source, { image })
    expect(tree.regions).toEqual([])
    expect(diagnostics).toMatchObject([{ code: `dialect/${code}`, position: { start: 0, end } }])
  })

  test('a point has no spelling, and the loss is said', () => {
    const tree = groundedText(
      [mention(['p'])],
      [{ id: 'p', shape: { type: 'point', point: normalizedPoint(0.5, 0.5) } }]
    )
    expect(llava15.print(tree, { image })).toMatchObject({ text: '', losses: [{ code: 'dialect/kind' }] })
  })
})
