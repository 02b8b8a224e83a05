import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizedBox, normalizedPoint, pixelBox } from '../../geometry/space'
import type { ImageSize } from '../../geometry/space'
import { normalizedFromPixel } from '../../geometry/convert'
import type { GroundedShape, RegionShape } from '../../geometry/region-shape'
import { coordinatesOf } from '../../geometry/shape'
import { groundedText, mention, phrase, raw, text } from '../../grounded/build'
import type { GroundedNode, GroundedText } from '../../grounded/nodes'
import { withoutPositions } from '../../grounded/normalize'
import { explainRegion } from '../explain'
import type { Dialect, DialectContext, ParseResult } from '../dialect'
import { describeDialectLaws } from '../laws'
import { DIALECTS, findDialect } from '../registry'
import { quantizeShape, shapeFromNumbers } from './coordinates'
import vectors from './fixtures/vectors.json'
import { shikra, shikraSmallBrackets, shikraToken } from './index'
import type { ShikraVariant } from './profile'

interface Vector {
  readonly id: string
  readonly variant?: string
  readonly direction: 'parse' | 'format' | 'both'
  readonly mode?: 'strict' | 'lenient'
  readonly text: string
  readonly image?: ImageSize
  readonly segments?: readonly (string | { readonly phrase: string; readonly regions: readonly number[] })[]
  readonly expect: {
    readonly regions: readonly { kind: string; coords: readonly number[]; pixels?: readonly number[]; group?: number }[]
    readonly issues?: readonly string[]
  }
}
const all = vectors as readonly Vector[]
const dialectOf = ({ variant }: Vector): Dialect =>
  findDialect(variant === undefined ? 'shikra' : `shikra-${variant}`) ?? shikra
/** A square image: fractions of the canvas are fractions of the image. */
const square = { width: 1000, height: 1000 }
const contextOf = ({ image, mode }: Vector): DialectContext => ({
  image: image ?? square,
  ...(mode === undefined ? {} : { mode })
})
const numbersOf = coordinatesOf
const pixelsOf = (shape: GroundedShape, { width, height }: ImageSize): readonly number[] =>
  coordinatesOf(shape).map((value, i) => value * (i % 2 === 0 ? width : height))
const groupsOf = ({ tree }: ParseResult): Map<string, number> => {
  const groups = new Map<string, number>()
  tree.children
    .filter((node) => node.type === 'phrase' || node.type === 'mention')
    .forEach((node, group) => node.regionIds.forEach((id) => groups.set(id, group)))
  return groups
}

describe('reference vectors', () => {
  test('all thirty are here', () => {
    expect(all).toHaveLength(30)
  })

  test.each(all.filter(({ direction }) => direction !== 'format').map((vector) => [vector.id, vector] as const))(
    '%s is read',
    (_id, vector) => {
      const context = contextOf(vector)
      const result = dialectOf(vector).parse(vector.text, context)
      const { regions } = result.tree
      expect(regions.map(({ shape }) => shape.type)).toEqual(vector.expect.regions.map(({ kind }) => kind))
      const groups = groupsOf(result)
      vector.expect.regions.forEach(({ coords, pixels, group }, i) => {
        const region = regions[i]
        if (region === undefined) throw new Error('expected a region')
        const inSource = numbersOf(shapeFromNumbers(coords, context))
        numbersOf(region.shape).forEach((value, k) => expect(Math.abs(value - (inSource[k] ?? NaN))).toBeLessThan(1e-6))
        if (group !== undefined) expect(groups.get(region.id)).toBe(group)
        if (pixels !== undefined) {
          pixelsOf(region.shape, context.image).forEach((value, k) =>
            expect(Math.abs(value - (pixels[k] ?? NaN))).toBeLessThan(1e-3)
          )
        }
      })
      const codes = result.diagnostics.map(({ code }) => code.replace('dialect/', ''))
      for (const issue of vector.expect.issues ?? []) expect(codes).toContain(issue)
    }
  )

  test.each(all.filter(({ direction }) => direction !== 'parse').map((vector) => [vector.id, vector] as const))(
    '%s is written',
    (_id, vector) => {
      const context = contextOf(vector)
      const regions = vector.expect.regions.map(({ coords, pixels, kind }, i) => {
        const [x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN] = pixels ?? []
        const shape: RegionShape =
          pixels !== undefined && kind === 'box'
            ? { type: 'box', box: normalizedFromPixel(pixelBox(x0, y0, x1, y1), context.image) }
            : shapeFromNumbers(coords, context)
        return { id: `r${i}`, shape }
      })
      const segments: readonly GroundedNode[] = vector.segments?.map((segment) =>
        typeof segment === 'string'
          ? text(segment)
          : phrase(
              segment.phrase,
              segment.regions.map((i) => `r${i}`)
            )
      ) ?? [mention(regions.map(({ id }) => id))]
      expect(dialectOf(vector).print(groundedText(segments, regions), context)).toEqual({
        text: vector.text,
        losses: []
      })
    }
  )
})

const unit = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const shapes: fc.Arbitrary<RegionShape> = fc.oneof(
  fc.tuple(unit, unit, unit, unit).map(([a, b, c, d]): RegionShape => ({
    type: 'box',
    box: normalizedBox(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d))
  })),
  fc.tuple(unit, unit).map(([x, y]): RegionShape => ({ type: 'point', point: normalizedPoint(x, y) }))
)
const sizes = fc.record({ width: fc.integer({ min: 1, max: 5000 }), height: fc.integer({ min: 1, max: 5000 }) })
const contexts: fc.Arbitrary<DialectContext> = fc.record({
  image: sizes,
  space: fc.constantFrom('original' as const, 'padded-square' as const),
  mode: fc.constantFrom('strict' as const, 'lenient' as const)
})

/** Words after which no phrase can begin earlier, and phrases the guess takes whole. */
const connectors = fc.constantFrom(' is ', ', ', '. ', ' next to ', ': ', ' (', '\n', '! ', ' 和', ' in ', '，')
const phrases = fc.constantFrom(
  'the dog',
  'a small red circle ',
  'two cats',
  "woman's hat",
  '红色的圆',
  'T-shirt',
  'his dog '
)
const trailing = fc.string({ maxLength: 12 }).map((value) => value.replace(/[[(<]/g, ''))
const sameKind = fc.oneof(
  fc.array(
    shapes.filter(({ type }) => type === 'box'),
    { minLength: 1, maxLength: 3 }
  ),
  fc.array(
    shapes.filter(({ type }) => type === 'point'),
    { minLength: 1, maxLength: 3 }
  )
)
const parts = fc.array(
  fc.oneof(
    fc.record({ words: fc.constant(null), connector: connectors, shapes: sameKind }),
    fc.record({ words: phrases, connector: connectors, shapes: sameKind })
  ),
  { maxLength: 5 }
)
const trees: fc.Arbitrary<GroundedText> = fc.tuple(parts, trailing).map(([list, end]) => {
  const regions = list.flatMap(({ shapes }, i) => shapes.map((shape, k) => ({ id: `g${i}-${k}`, shape })))
  const children = list.flatMap(({ words, connector, shapes }, i): GroundedNode[] => {
    const ids = shapes.map((_, k) => `g${i}-${k}`)
    return [text(connector), words === null ? mention(ids) : phrase(words, ids)]
  })
  return groundedText([...children, text(end)], regions)
})

const pieces = [
  ...['[', ']', '(', ')', ';', ',', '.', ' ', '\n', '-', '0', '1', '0.5', '0.123', '1.200', '12', '0.1,0.2', 'the dog'],
  ...['0.100,0.200,0.300,0.400', '0.9,0.8,0.2,0.1', 'is ', '</s>', '<', '</', '<b_st>', '<b_ed>', '<p_st>', '<p_ed>'],
  ...[
    '<bin_1>',
    '<bin_500>',
    '<bin_1000> ',
    '<bin_2000>',
    '<b_sep>',
    '<bin_',
    'x0,y0',
    '😀',
    '在',
    '[0.100,0.200,0.300,0.400]'
  ]
]
const noise = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((list) => list.join(''))
const slowPatterns = [
  '[',
  '[0.1,',
  '[0.100,0.200,0.300,0.400;',
  ' ',
  'the ',
  'x',
  '<',
  '</s',
  '<b_st><bin_1> ',
  '[[0.1]',
  '(',
  '[a,',
  '是',
  "a'"
]

const quantizeAs = (variant: ShikraVariant) => (shape: GroundedShape, context: DialectContext) =>
  quantizeShape(shape, context, variant)
const spec = { contexts, trees, noise, slowPatterns, quantize: quantizeAs('plain') }
describeDialectLaws({
  ...spec,
  dialect: shikra,
  canonical: [
    '',
    'no region at all, [1] and (2)',
    'A man[0.102,0.250,0.430,0.981] next to his dog[0.510,0.600,0.720,0.955].',
    '[0.110,0.220,0.330,0.440;0.550,0.660,0.770,0.880] 2',
    'What is [0.440,0.310]?',
    '图中[0.000,0.125,1.000,0.875]是什么',
    'Answer: [0.268,0.372,0.611,0.998] .</s>',
    'cut [0.5,0.3',
    '[0.1, 0.2] was written by hand'
  ]
})
describeDialectLaws({
  ...spec,
  answers: trees.filter(({ children }) => children.every((node) => node.type !== 'text' || !node.value.includes('('))),
  dialect: shikraSmallBrackets,
  canonical: ['the dog(0.500,0.300,0.900,0.750) [0.5,0.5] (see p. 3)']
})
describeDialectLaws({
  ...spec,
  dialect: shikraToken,
  quantize: quantizeAs('token'),
  canonical: ['the dog<b_st><bin_500> <bin_300> <bin_900> <bin_1000><b_ed> or <p_st><bin_440> <bin_310><p_ed>?']
})

const lenient: DialectContext = { image: square, space: 'original', mode: 'lenient' }
const read = (source: string, context: DialectContext = lenient): string =>
  withoutPositions(shikra.parse(source, context).tree.children)
    .map((node) => {
      if (node.type === 'text') return node.value
      if (node.type === 'raw') return `{raw ${node.value}}`
      if (node.type === 'mention') return `{${node.regionIds.join(' ')}}`
      return `{${node.children.map((child) => (child.type === 'text' ? child.value : '')).join('')}|${node.regionIds.join(' ')}}`
    })
    .join('')
const codes = (source: string, context: DialectContext = lenient): string[] =>
  shikra.parse(source, context).diagnostics.map(({ code }) => code)
const B = '[0.100,0.200,0.300,0.400]'

describe('phrase guess', () => {
  test.each([
    [`the dog ${B}`, '{the dog |r1}'],
    [`A man${B} next to his dog${B}.`, '{A man|r1} next to {his dog|r2}.'],
    [`What is ${B}?`, 'What is {r1}?'],
    [`Where is it? ${B}`, 'Where is it? {r1}'],
    [`${B} 2`, '{r1} 2'],
    [`Answer: ${B} .`, 'Answer: {r1} .'],
    [`The answer is ${B} .`, 'The answer is {r1} .'],
    [`Is the dog${B} left of the cat${B}?`, 'Is {the dog|r1} left of {the cat|r2}?'],
    [`I can see a small red circle ${B}`, 'I can see {a small red circle |r1}'],
    [`What color is this shirt${B} ?`, 'What color is {this shirt|r1} ?'],
    [`two dogs${B} and a cat${B}`, '{two dogs|r1} and {a cat|r2}'],
    [`a woman's hat${B}, T-shirt ${B}`, "{a woman's hat|r1}, {T-shirt |r2}"],
    [`there is ${B} and ${B}${B}`, 'there is {r1} and {r2}{r3}'],
    [`左边的狗${B}在红色的圆${B}`, '{左边的狗|r1}在{红色的圆|r2}'],
    [`这是${B}`, '这是{r1}'],
    [`the "dog" ${B}`, 'the "dog" {r1}']
  ])('%s → %s', (source, expected) => {
    expect(read(source)).toBe(expected)
  })
})

describe('lenient recovery', () => {
  test.each([
    ['[0.1 ,0.2,\n0.3,0.4]', ['dialect/whitespace', 'dialect/precision'], '{r1}'],
    ['[-0.010,0.300,0.900,0.750]', ['dialect/precision', 'dialect/out-of-range'], '{r1}'],
    ['[0.500,0.300,0.500,0.750]', ['dialect/degenerate'], '{r1}'],
    ['[0.100,0.200,0.300]', ['dialect/arity'], '{raw [0.100,0.200,0.300]}'],
    ['[0.1,,0.2,0.3]', ['dialect/not-a-number'], '{raw [0.1,,0.2,0.3]}'],
    ['[0.100,0.200,0.300,0.400;0.5,0.6', ['dialect/truncated'], '{r1}'],
    ['[0.100,0.200,0.300,0.400;0.500,0.600,0.700,0.800', ['dialect/missing-bracket'], '{r1 r2}'],
    ['[0.100,0.200;0.300,0.400', ['dialect/missing-bracket'], '{r1 r2}'],
    ['[0.100,0.200', ['dialect/truncated'], '{raw [0.100,0.200}'],
    ['[0.500,0.300,0.900,0.75', ['dialect/truncated'], '{raw [0.500,0.300,0.900,0.75}'],
    ['[0.500,0.300,0.900,0.750</s>', ['dialect/missing-bracket'], '{r1}{raw </s>}'],
    ['see [12] and a[3,7]', ['dialect/look-alike', 'dialect/look-alike'], 'see [12] and a[3,7]'],
    ['[x0,y0,x1,y1]', ['dialect/not-a-number'], '[x0,y0,x1,y1]'],
    ['[0.1,0.2,oops]', ['dialect/not-a-number'], '[0.1,0.2,oops]'],
    ['[] [ ] [a cat]', [], '[] [ ] [a cat]']
  ])('%s', (source, expectedCodes, expectedTree) => {
    expect(codes(source)).toEqual(expectedCodes)
    expect(read(source)).toBe(expectedTree)
  })

  test.each([
    ['<b_st>x<b_ed>', ['not-a-number']],
    ['<b_st><bin_x> <bin_2> <bin_3> <bin_4><b_ed>', ['not-a-number']],
    ['<b_st><bin_1> <bin_2> <bin_3> <bin_4><p_ed>', ['not-a-number']],
    ['<b_st><bin_1> <bin_2> <bin_3><b_ed>', ['arity']],
    ['<b_st><bin_1> <bin_2> <bin_3> <bin_', ['truncated']]
  ])('of tokens: %s', (source, codes) => {
    const { tree, diagnostics } = shikraToken.parse(source, lenient)
    expect(tree.regions).toEqual([])
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })

  test('a region comes back in the space of the original image, whatever space was written', () => {
    const image = { width: 640, height: 480 }
    const source = '[0.000,0.125,1.000,0.875]'
    const padded = shikra.parse(source, { image }).tree.regions[0]?.shape
    const original = shikra.parse(source, { image, space: 'original' }).tree.regions[0]?.shape
    expect(padded).toEqual({ type: 'box', box: [0, 0, 1, 1] })
    expect(original).toEqual({ type: 'box', box: [0, 0.125, 1, 0.875] })
  })

  test('ids come from the caller, in order of appearance', () => {
    const ids = ['a', 'b', 'c']
    const { tree } = shikra.parse(`${B} ${B}`, { ...lenient, nextRegionId: () => ids.shift() ?? '' })
    expect(tree.regions.map(({ id }) => id)).toEqual(['a', 'b'])
  })
})

describe('losses', () => {
  const box = { id: 'b', shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 0.4) } } as const
  const point = { id: 'p', shape: { type: 'point', point: normalizedPoint(0.5, 0.5) } } as const
  const outside = { id: 'o', shape: { type: 'box', box: normalizedBox(-0.1, 0, 0.5, 1.2) } } as const
  test.each([
    [[phrase('x', ['b', 'p'])], 'x[0.100,0.200,0.300,0.400][0.500,0.500]', 'dialect/mixed-kinds', [0]],
    [[text('a '), mention('gone')], 'a ', 'dialect/unknown-region', [1]],
    [[phrase('no cat', [])], 'no cat', 'dialect/ungrounded-phrase', [0]],
    [[mention('o')], '[0.000,0.000,0.500,1.000]', 'dialect/clamped', [0]],
    [[phrase([phrase('x', ['b'])], ['p'])], 'x[0.100,0.200,0.300,0.400][0.500,0.500]', 'dialect/nested-phrase', [0, 0]],
    [[text('type [0.1,0.2]!')], 'type (0.1,0.2)!', 'dialect/escaped', [0]],
    [[text('[0.5,'), phrase('0.5', ['b'])], '[0.5,0.5[0.100,0.200,0.300,0.400]', null, []],
    [[text('end [0.5,'), text('0.5]')], 'end (0.5,0.5)', 'dialect/escaped', [0]],
    [[text('stop</s>')], 'stop(/s>', 'dialect/escaped', [0]],
    [[raw('[0.1,0.2', 'x'), text(']')], '(0.1,0.2)', 'dialect/escaped', [0]]
  ])('%j', (children, expected, code, path) => {
    const printed = shikra.print(groundedText(children as GroundedNode[], [box, point, outside]), lenient)
    expect(printed.text).toBe(expected)
    expect(printed.losses.map(({ code, path }) => [code, path])).toEqual(code === null ? [] : [[code, path]])
  })
})

test('braces in user text are text: nothing is formatted', () => {
  const tree = groundedText(
    [text('{} {0} <boxes> %s '), mention('b')],
    [{ id: 'b', shape: { type: 'point', point: normalizedPoint(0, 1) } }]
  )
  expect(shikra.print(tree, lenient).text).toBe('{} {0} <boxes> %s [0.000,1.000]')
})

test('a chip tells the exact text, what is read back and the size of one step in pixels', () => {
  const image = { width: 2000, height: 1000 }
  const shape: RegionShape = { type: 'point', point: normalizedPoint(0.1234, 0.5) }
  expect(explainRegion(shikra, shape, { image, space: 'original' })).toEqual({
    text: '[0.123,0.500]',
    readBack: { type: 'point', point: [0.123, 0.5] },
    cellPx: { width: 2, height: 1 },
    worstErrorPx: { width: 1, height: 0.5 },
    losses: []
  })
  expect(explainRegion(shikra, shape, { image }).cellPx).toEqual({ width: 2, height: 2 })
})

test('every dialect is found by its id, and unknown ids find none', () => {
  for (const dialect of DIALECTS) expect(findDialect(dialect.profile.id)).toBe(dialect)
  expect(findDialect('__proto__')).toBeNull()
})
