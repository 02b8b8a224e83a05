import { describe, expect, test } from 'vitest'
import { roundHalfEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention, phrase } from '../../grounded/build'
import type { GroundedText } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { pink } from './index'

const image = { width: 1000, height: 1000 }
const onGrid = (value: number): number => roundHalfEven(value, 3)

/** Boxes of one phrase as Pink orders them; ties keep their place. */
function smallestFirst(tree: GroundedText): GroundedText {
  const areas = new Map(
    tree.regions.map(({ id, shape }) => {
      const [a = 0, b = 0, c = a, d = b] = coordinatesOf(shape).map(onGrid)
      return [id, (c - a) * (d - b)]
    })
  )
  const children = tree.children.map((node) =>
    node.type === 'phrase' || node.type === 'mention'
      ? { ...node, regionIds: [...node.regionIds].sort((a, b) => (areas.get(a) ?? 0) - (areas.get(b) ?? 0)) }
      : node
  )
  return { children, regions: tree.regions }
}

describeDialectLaws({
  dialect: pink,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box', 'point'],
    connectors: [' is ', ', ', '. ', '\n', ' 和', '，', ': '],
    phrases: ['the dog', 'two cats', "woman's hat", '红色的圆', 'a T-shirt'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: false
  }).map(smallestFirst),
  quantize: (shape) =>
    shapeFromFractions(shape.type, coordinatesOf(shape).map(onGrid), 'original', { image: { width: 1, height: 1 } }),
  canonical: [
    '',
    '[0.123,0.456,0.789,0.999]',
    'two dogs [0.100,0.100,0.200,0.200] [0.300,0.300,0.800,0.900] on [1] and (2)',
    '[0.100,0.200,0.300,0.400] man [0.500,0.600,0.700,0.800] horse</s>',
    'cut [0.5,0.3'
  ],
  noise: lawNoise([
    ...['[0.100,0.200,0.300,0.400]', ' [0.900,0.800,0.200,0.100]', '[0.440,0.310]', '0.123,', '0.9', '[0.1, 0.2]'],
    ...['</s>', '</', ';', 'the dog ', 'is ', '[x0,y0,x1,y1]', '[12]', '-0.010', '1.002', 'the dog [0.']
  ]),
  slowPatterns: ['[', '[0.100,', '[0.100,0.200] ', 'the ', ' ', '</s', '[0.1,0.2', '[a,', 'x', '[[0.1]']
})

describe('damaged text', () => {
  test.each([
    ['the dog [0.100,0.200,0.300,0.400', 1, ['missing-bracket']],
    ['the dog [0.100,0.200,0.300,0.40', 0, ['truncated']],
    ['[0.100, 0.200, 0.300, 0.400]', 1, ['whitespace']],
    ['[0.12,0.45,0.78,0.99]', 1, ['precision']],
    ['[-0.010,0.200,0.300,0.400]', 1, ['precision', 'out-of-range']],
    ['[0.000,0.000,1.002,1.000]', 1, ['out-of-range']],
    ['[0.300,0.200,0.100,0.400]', 1, ['reversed']],
    ['[0.100,0.200,0.100,0.400]', 1, ['degenerate']],
    ['[0.100,0.200,0.300]', 0, ['arity']],
    ['[0.100,,0.200,0.300]', 0, ['not-a-number']],
    ['[x0,y0,x1,y1]', 0, ['not-a-number']],
    ['see [12], a[3,7]', 0, ['look-alike', 'look-alike']],
    ['two [0.100,0.200,0.300,0.400] [0.1', 1, ['truncated']],
    ['[0.100,0.200,0.300,0.400</s>', 1, ['missing-bracket']]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = pink.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})

describe('strict reading says why it refuses', () => {
  test.each([
    ['[0.12,0.45,0.78,0.99]', ['precision']],
    ['[0.1000,0.200,0.300,0.400]', ['precision']],
    ['[-0.010,0.200,0.300,0.400]', ['out-of-range']],
    ['[12.000,0.200,0.300,0.400]', ['out-of-range']],
    ['[0.100, 0.200, 0.300, 0.400]', ['whitespace']],
    ['[0.100,,0.200,0.300,0.400]', ['arity', 'not-a-number']],
    ['[0.100,0.200,0.300,0.400', ['truncated']]
  ])('%s', (source, codes) => {
    const { tree, diagnostics } = pink.parse(source, { image })
    expect(tree.regions).toEqual([])
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})

test('only the scorer takes spaces, and nobody two decimals', () => {
  const spaced = '[0.123, 0.456, 0.789, 0.999]'
  expect(pink.parse(spaced, { image }).tree.regions).toEqual([])
  expect(pink.parse(spaced, { image, settings: { reader: 'eval' } }).tree.regions).toHaveLength(1)
  expect(pink.parse('[0.12,0.45,0.78,0.99]', { image, settings: { reader: 'eval' } }).tree.regions).toEqual([])
})

test('nothing is clamped, the smallest box comes first, and what cannot be read back is said', () => {
  const regions = [
    { id: 'big', shape: { type: 'box', box: normalizedBox(0, 0, 1.002, 1) } },
    { id: 'small', shape: { type: 'box', box: normalizedBox(-0.01, 0.1, 0.2, 0.2) } }
  ] as const
  const { text, losses } = pink.print(groundedText([phrase('dogs', ['big', 'small'])], regions), { image })
  expect(text).toBe('dogs [-0.010,0.100,0.200,0.200] [0.000,0.000,1.002,1.000]')
  expect(losses.map(({ code, path }) => [code, path])).toEqual([['dialect/out-of-range', [0]]])
  expect(pink.print(groundedText([mention(['big'])], regions), { image }).losses).toEqual([])
})

test('pixels are multiplied by the inverse of the side', () => {
  const box = { id: 'b', shape: { type: 'box', box: normalizedBox(0.0625, 0, 1, 1) } } as const
  const pixels = new Map([['b', [40, 0, 640, 480]]])
  const { text } = pink.print(groundedText([mention(['b'])], [box]), { image: { width: 640, height: 480 }, pixels })
  expect(text).toBe('[0.062,0.000,1.000,1.000]')
})

test('a phrase is the words before its boxes, without the space', () => {
  const { tree } = pink.parse('I see two dogs [0.100,0.100,0.200,0.200] [0.300,0.300,0.800,0.900] on', { image })
  const [, group] = tree.children
  expect(group?.type === 'phrase' ? [plainText(group.children), group.regionIds] : null).toEqual([
    'two dogs',
    ['r1', 'r2']
  ])
})
