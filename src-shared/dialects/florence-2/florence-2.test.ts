import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import type { GroundedShape, SpelledShape } from '../../geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import type { GroundedText } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import type { Dialect, DialectContext, DialectSettings } from '../dialect'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { florence2 } from './index'

const image = { width: 640, height: 480 }
const B = '<loc_53><loc_333><loc_933><loc_774>'
const C = '<loc_712><loc_203><loc_906><loc_545>'
const Q = B + C
const P = '<loc_10><loc_20><loc_300><loc_20><loc_300><loc_400>'

/** The same dialect with other official settings, so that the laws hold for each answer. */
const withSettings = (settings: DialectSettings): Dialect => {
  const full = (context: DialectContext): DialectContext => ({
    ...context,
    settings: { ...settings, ...context.settings }
  })
  return {
    profile: { ...florence2.profile, id: `${florence2.profile.id} with ${JSON.stringify(settings)}` },
    parse: (source, context) => florence2.parse(source, full(context)),
    print: (tree, context) => florence2.print(tree, full(context)),
    stream: (context) => florence2.stream(full(context)),
    grammar: (options) => florence2.grammar({ ...options, settings })
  }
}

const treesOf = (kind: 'box' | 'quad' | 'polygon', most: number): fc.Arbitrary<GroundedText> =>
  fc
    .tuple(
      lawTrees({
        kinds: [kind],
        connectors: [''],
        phrases: ['the dog', '击掌', '"STOP"', "woman's hat (1),(2)", 'a > b'],
        most,
        hasMentions: false,
        hasEmptyPhrases: false
      }),
      fc.constantFrom('', ' and more.', ' 和', ' x\ny')
    )
    .map(([tree, words]) => ({ ...tree, children: [...tree.children, text(words)] }))

const quantizeWith =
  (offset: number) =>
  (shape: SpelledShape): GroundedShape =>
    shapeFromFractions(
      shape.type,
      coordinatesOf(shape).map((value) => (Math.min(Math.floor(value * 1000 + 1e-9), 999) + offset) / 1000),
      'original',
      { image }
    )

const noise = lawNoise([
  ...['<loc_1>', '<loc_999>', '<loc_1000>', '<loc_07>', '<loc_-3>', '<loc_', '<lo', B, C, Q, P, 'car', ' dog ', '</s>'],
  ...['<poly>', '</poly>', '<sep>', '<se', '</po', '<pad>', '<s>', `<poly>${P}</poly>`, `car${B}`, '<locally>', ';']
])
const slowPatterns = [
  ...[
    '<loc_1>',
    B,
    `car${B}`,
    '<loc_',
    '<',
    'x ',
    `a${P}<sep>`,
    '<poly>',
    '<poly><loc_1>',
    `<poly>${P}</poly>`,
    '<sep>'
  ],
  ...['<loc_1>x', `x\n${Q}`, '<loc_1> ', '</s>', `<poly>${P}`, '<loc_1', 'x<']
]

describeDialectLaws({
  dialect: withSettings({ decode: 'centre' }),
  contexts: lawContexts(),
  trees: fc.oneof(treesOf('box', 3), treesOf('polygon', 2)),
  quantize: quantizeWith(0.5),
  canonical: [
    `</s><s>car${B}door${C}wheel${Q}</s>`,
    `${B}${C}</s><pad>`,
    `A green car${B}car<poly>${P}<sep>${P}</poly> and more`
  ],
  noise,
  slowPatterns
})
describeDialectLaws({
  dialect: withSettings({ answer: 'quads', decode: 'start' }),
  contexts: lawContexts(),
  trees: treesOf('quad', 1),
  quantize: quantizeWith(0),
  canonical: [`</s><s>Hello${Q}World${Q}</s>`, `a${Q} and more`],
  noise,
  slowPatterns
})
describeDialectLaws({
  dialect: withSettings({ answer: 'polygons' }),
  contexts: lawContexts(),
  trees: treesOf('polygon', 3),
  quantize: quantizeWith(0.5),
  canonical: [`</s><s>${P}<sep>${P}${B}</s>`, `car${P}dog${P}${B}`],
  noise,
  slowPatterns
})

const BOX = [0.0535, 0.3335, 0.9335, 0.7745]
const POLYGON = [0.0105, 0.0205, 0.3005, 0.0205, 0.3005, 0.4005]
type Row = readonly [
  name: string,
  source: string,
  labels: readonly string[],
  codes: readonly string[],
  first?: readonly number[]
]

function expectRow([, source, labels, codes, first]: Row, context: Partial<DialectContext>): void {
  const { tree, diagnostics } = florence2.parse(source, { image, ...context })
  const found = tree.children.flatMap((node) =>
    node.type === 'phrase' ? node.regionIds.map(() => plainText(node.children)) : []
  )
  expect(found).toEqual(labels)
  expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  const numbers = tree.regions[0] === undefined ? [] : coordinatesOf(tree.regions[0].shape)
  if (first !== undefined) {
    expect(numbers).toHaveLength(first.length)
    numbers.forEach((value, i) => expect(value).toBeCloseTo(first[i] ?? NaN, 9))
  }
}
const table = (rows: readonly Row[]) => rows.map((row) => [row[0], row] as const)

describe('boxes, strictly', () => {
  test.each(
    table([
      ['a label and its box', `car${B}`, ['car'], [], BOX],
      ['a label is read without spaces', ` car ${B}`, ['car'], []],
      ['boxes share the label before them', `car${B}${C}door${C}`, ['car', 'car', 'door'], []],
      ['no label', `${B}${C}`, ['', ''], []],
      ['no label, then one', `${B}car${C}`, ['', 'car'], []],
      ['a label begins behind <', `a<b${B}`, ['b'], []],
      ['a label may hold a line break', `two\nlines${B}`, ['two\nlines'], []],
      ['a label may hold anything but <', `"café", 击掌 (1)${B}`, ['"café", 击掌 (1)'], []],
      ['marks of the sequence', `</s><s><s><s>car${B}</s><pad><pad>`, ['car'], []],
      ['words behind the last box', `car${B} and`, ['car'], []],
      ['three numbers', 'car<loc_53><loc_333><loc_933>', [], ['truncated']],
      ['three numbers before words', 'car<loc_53><loc_333><loc_933>door', [], ['arity']],
      ['an incomplete last box', `car${B}<loc_1><loc_2>`, ['car'], ['truncated']],
      ['an incomplete last box before the end mark', `car${B}<loc_1></s><pad>`, ['car'], ['truncated']],
      ['numbers left over before words', `car${B}<loc_1><loc_2>door${C}`, ['car', 'door'], ['arity']],
      ['cut inside a number', `car${B}<loc_71`, ['car'], ['truncated']],
      ['a space between numbers', 'car<loc_53> <loc_333><loc_933><loc_774>', [], ['arity', 'truncated']],
      [
        'a number above 999 lies outside',
        'car<loc_53><loc_333><loc_1000><loc_774>',
        ['car'],
        [],
        [0.0535, 0.3335, 1.0005, 0.7745]
      ],
      ['corners in any order', 'car<loc_933><loc_774><loc_53><loc_333>', ['car'], [], [0.9335, 0.7745, 0.0535, 0.3335]],
      ['zeros before a number', 'car<loc_053><loc_0333><loc_933><loc_774>', ['car'], [], BOX],
      ['a sign', 'car<loc_-53><loc_333><loc_933><loc_774>', [], ['out-of-range']],
      ['words that look alike', 'the <loc_ token, <locally> and <poly>', [], []],
      ['a mark of a polygon without one', 'cat <sep> dog', [], ['arity']],
      ['a polygon in marks', `car<poly>${P}</poly>`, ['car'], [], POLYGON],
      ['two polygons in marks', `car<poly>${P}<sep>${P}</poly>`, ['car', 'car'], [], POLYGON],
      ['marks one after the other', `car<poly>${P}</poly><poly>${P}</poly>dog${B}`, ['car', 'car', 'dog'], [], POLYGON],
      ['marks that are not closed', `car<poly>${P}`, ['car'], [], POLYGON],
      ['no numbers', 'car', [], []],
      ['nothing', '', [], []]
    ])
  )('%s', (_name, row) => {
    expectRow(row, {})
  })
})

describe('boxes, leniently', () => {
  test.each(
    table([
      ['nothing to recover', `car${B}`, ['car'], [], BOX],
      [
        'a number above 999 is the border',
        'sky<loc_0><loc_0><loc_1000><loc_300>',
        ['sky'],
        ['out-of-range'],
        [0.0005, 0.0005, 1, 0.3005]
      ],
      [
        'a number below 0',
        'sky<loc_-4><loc_0><loc_10><loc_300>',
        ['sky'],
        ['precision', 'out-of-range'],
        [0.0005, 0.0005, 0.0105, 0.3005]
      ],
      ['reversed corners', 'car<loc_933><loc_774><loc_53><loc_333>', ['car'], ['reversed'], BOX],
      ['no width', 'car<loc_53><loc_333><loc_53><loc_774>', ['car'], ['degenerate']],
      ['spaces between numbers', 'car<loc_53> <loc_333> <loc_933> <loc_774>', ['car'], ['whitespace'], BOX],
      ['zeros before a number', 'car<loc_053><loc_333><loc_933><loc_774>', ['car'], ['precision'], BOX],
      ['cut inside a number', `car${B}<loc_71`, ['car'], ['truncated'], BOX],
      ['cut inside the first box', 'car<loc_53><loc_333><loc_9', [], ['truncated']],
      ['five numbers before words', `car${B}<loc_1> is`, ['car'], ['arity'], BOX],
      ['marks that are not closed', `car<poly>${P}`, ['car'], ['missing-bracket'], POLYGON],
      ['not a number', 'car<loc_x><loc_333>', [], ['truncated']]
    ])
  )('%s', (_name, row) => {
    expectRow(row, { mode: 'lenient' })
  })
})

describe('quads', () => {
  const settings = { answer: 'quads' }
  test.each(
    table([
      ['a label and its corners', `Hello${Q}World${Q}`, ['Hello', 'World'], []],
      ['a label begins behind a line break, and may hold <', `a\nb <c${Q}`, ['b <c'], []],
      ['four numbers', `Hello${B}`, [], ['truncated']],
      ['seven numbers before words', `Hello${B}<loc_1><loc_2><loc_3>World${Q}`, ['World'], ['arity']],
      ['nine numbers', `Hello${Q}<loc_1>`, ['Hello'], ['truncated']],
      ['one quad to a label', `Hello${Q}${Q}`, ['Hello'], ['arity']],
      ['no label', Q, [], ['arity']],
      ['no polygons', `car<poly>${P}</poly>`, [], ['arity', 'arity']]
    ])
  )('%s', (_name, row) => {
    expectRow(row, { settings })
  })
  test.each(
    table([
      ['no label', Q, [''], []],
      ['quads share a label', `Hello${Q}${Q}`, ['Hello', 'Hello'], []],
      ['cut inside a number', `Hello${Q}<loc_`, ['Hello'], ['truncated']]
    ])
  )('leniently, %s', (_name, row) => {
    expectRow(row, { settings, mode: 'lenient' })
  })
})

describe('polygons', () => {
  const settings = { answer: 'polygons' }
  test.each(
    table([
      ['bare', P, [''], [], POLYGON],
      ['with a label', `car${P}`, ['car'], [], POLYGON],
      ['several', `car${P}<sep>${P}`, ['car', 'car'], [], POLYGON],
      ['in marks', `car<poly>${P}<sep>${P}</poly></s>`, ['car', 'car'], [], POLYGON],
      ['an odd number at the end is dropped', `${P}<loc_5>`, [''], ['truncated'], POLYGON],
      ['an odd number before the closing mark', `<poly>${P}<loc_5></poly>`, [''], ['arity'], POLYGON],
      ['an odd number before a separator', `${P}<loc_5><sep>${P}`, ['', ''], ['arity'], POLYGON],
      ['two points', `car${B}`, [], ['truncated']],
      ['two points before a polygon', `${B}<sep>${P}`, [''], ['arity'], POLYGON],
      ['cut inside a number', `${P}<loc_7`, [''], ['truncated'], POLYGON],
      ['cut behind a separator', `${P}<sep>`, [''], ['truncated'], POLYGON],
      ['cut inside the next polygon', `${P}<sep><loc_1><loc_`, [''], ['truncated'], POLYGON]
    ])
  )('%s', (_name, row) => {
    expectRow(row, { settings })
  })
  test.each(
    table([
      ['a number above 999', `${P}<loc_1000><loc_5>`, [''], ['out-of-range'], [...POLYGON, 1, 0.0055]],
      ['spaces between numbers', '<loc_10> <loc_20><loc_300><loc_20> <loc_300><loc_400>', [''], ['whitespace'], POLYGON]
    ])
  )('leniently, %s', (_name, row) => {
    expectRow(row, { settings, mode: 'lenient' })
  })
})

describe('decoded', () => {
  test.each([
    ['centre', [34.24, 160.08, 597.44, 371.76]],
    ['whole-pixels', [34, 160, 597, 371]],
    ['start', [33.92, 159.84, 597.12, 371.52]]
  ] as const)('%s', (decode, pixels) => {
    const [region] = florence2.parse(B, { image, settings: { decode } }).tree.regions
    const numbers = region === undefined ? [] : coordinatesOf(region.shape)
    expect(numbers.map((value, i) => value * (i % 2 === 0 ? 640 : 480))).toEqual(
      pixels.map((value) => expect.closeTo(value, 6) as number)
    )
  })
})

describe('written', () => {
  const write = (tree: GroundedText, settings: DialectSettings = {}) => {
    const { text: written, losses } = florence2.print(tree, { image, settings })
    return { text: written, losses: losses.map(({ code, path }) => [code.replace('dialect/', ''), path]) }
  }
  const box = (...numbers: readonly [number, number, number, number]): GroundedShape => ({
    type: 'box',
    box: normalizedBox(...numbers)
  })
  const regions = [
    { id: 'b', shape: box(0.1, 0.2, 0.3, 0.4) },
    { id: 'c', shape: box(-0.5, 0, 1, 2) },
    {
      id: 'p',
      shape: {
        type: 'polygon' as const,
        points: [normalizedPoint(0, 0), normalizedPoint(0.5, 0), normalizedPoint(0.5, 0.5)]
      }
    }
  ]
  const WRITTEN_B = '<loc_100><loc_200><loc_300><loc_400>'
  const WRITTEN_P = '<loc_0><loc_0><loc_500><loc_0><loc_500><loc_500>'
  test('words before a region are left out, words behind the last one are not', () => {
    const tree = groundedText(
      [text('A photo of '), phrase('a car', ['b']), text(' in '), phrase('town', ['b']), text('.')],
      regions
    )
    expect(write(tree)).toEqual({
      text: `a car${WRITTEN_B}town${WRITTEN_B}.`,
      losses: [
        ['words', [0]],
        ['words', [2]]
      ]
    })
  })
  test('a region without words joins the label before it', () => {
    expect(write(groundedText([mention('b'), mention('b')], regions))).toEqual({
      text: WRITTEN_B + WRITTEN_B,
      losses: [['merged', [1]]]
    })
  })
  test('boxes and polygons of one phrase are parted', () => {
    expect(write(groundedText([phrase('x', ['b', 'p'])], regions))).toEqual({
      text: `x${WRITTEN_B}x<poly>${WRITTEN_P}</poly>`,
      losses: [['split-group', [0]]]
    })
  })
  test('a label holds no < and no line break', () => {
    expect(write(groundedText([phrase('a <b>\nc', ['b'])], regions))).toEqual({
      text: `a (b> c${WRITTEN_B}`,
      losses: [['escaped', [0]]]
    })
  })
  test('what lies outside is cut, and the border is in the last bin', () => {
    expect(write(groundedText([text(' '), mention('c')], regions))).toEqual({
      text: '<loc_0><loc_0><loc_999><loc_999>',
      losses: [['clamped', [1]]]
    })
  })
  test('a box among quads is its corners, clockwise', () => {
    expect(write(groundedText([phrase('x', ['b'])], regions), { answer: 'quads' })).toEqual({
      text: 'x<loc_100><loc_200><loc_300><loc_200><loc_300><loc_400><loc_100><loc_400>',
      losses: [['kind', [0]]]
    })
  })
  test('a polygon among polygons is bare', () => {
    expect(write(groundedText([phrase('x', ['p', 'p'])], regions), { answer: 'polygons' })).toEqual({
      text: `x${WRITTEN_P}<sep>${WRITTEN_P}`,
      losses: []
    })
  })
  test('pixels are divided by the width of a bin', () => {
    // 0.29 · 100 is 28.999…; the source divides by W/1000, where 29 / 0.1 is 290.
    const pixels = new Map([['b', [29, 57, 58, 100]]])
    const shape = box(0.29, 0.57, 0.58, 1)
    const context = { image: { width: 100, height: 100 }, pixels }
    expect(florence2.print(groundedText([mention('b')], [{ id: 'b', shape }]), context).text).toBe(
      `<loc_${Math.floor(29 / 0.1)}><loc_${Math.floor(57 / 0.1)}><loc_${Math.floor(58 / 0.1)}><loc_999>`
    )
  })
})

test('space before what is dropped is words, so that a second printing changes nothing', () => {
  const context: DialectContext = { image, mode: 'lenient' }
  const once = florence2.print(florence2.parse(`<poly>${Q} <loc_1>`, context).tree, context).text
  expect(florence2.print(florence2.parse(once, context).tree, context).text).toBe(once)
})

test('a number cut off behind a closed polygon is dropped as one behind bare numbers is', () => {
  const context: DialectContext = { image, mode: 'lenient', settings: { answer: 'polygons' } }
  const source = '<poly><loc_10><loc_20><loc_300><loc_20><loc_300><loc_400></poly> <lo'
  const read = florence2.parse(source, context)
  expect(read.diagnostics.map(({ code }) => code)).toEqual(['dialect/truncated'])
  const once = florence2.print(read.tree, context).text
  expect(florence2.print(florence2.parse(once, context).tree, context).text).toBe(once)
})

test('what was not understood and would be a box behind its line break is made harmless', () => {
  const context: DialectContext = { image, mode: 'strict', settings: { decode: 'centre' } }
  const once = florence2.print(florence2.parse(`<poly>${Q}<sep><loc_1><loc_2><loc_3><loc_4>`, context).tree, context)
  expect(once.losses.map(({ code }) => code)).toContain('dialect/escaped')
  expect(florence2.parse(once.text, context).tree.regions).toHaveLength(1)
  expect(florence2.print(florence2.parse(once.text, context).tree, context).text).toBe(once.text)
})
