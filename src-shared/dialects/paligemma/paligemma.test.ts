import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundTiesToEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { shapeFromFractions } from '../kit/coordinates'
import { readRegions } from '../reference/agreement'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { paligemma } from './index'
import { PALIGEMMA_PROFILE } from './profile'

const BOX = '<loc0256><loc0128><loc0768><loc0896>'
const CODES = '<seg003><seg120><seg007><seg000>'.repeat(4)

describeDialectLaws({
  dialect: paligemma,
  contexts: fc
    .tuple(lawContexts(), fc.constantFrom(1023, 1024))
    .map(([context, denominator]) => ({ ...context, settings: { denominator } })),
  grammarContexts: lawContexts().map((context) => ({ ...context, mode: 'lenient' as const })),
  trees: lawTrees({
    kinds: PALIGEMMA_PROFILE.kinds,
    connectors: ['', ' is ', 'see: ', '\n', ' ; ', ' 和 '],
    phrases: ['the dog', '击掌', '"STOP"', "woman's hat (1),(2)", 'a > b'],
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape, context) => {
    const denominator = Number(context.settings?.['denominator'])
    const numbers = coordinatesOf(shape).map((value) => Math.min(1023, roundTiesToEven(value * denominator)))
    // A mask has no box without a width or a height.
    if (shape.type === 'coded-mask')
      for (const axis of [0, 1]) {
        const [from = 0, to = 0] = [numbers[axis], numbers[axis + 2]]
        if (from === to && to < 1023) numbers[axis + 2] = to + 1
        else if (from === to) numbers[axis] = from - 1
      }
    return shapeFromFractions(
      shape.type,
      numbers.map((value) => value / denominator),
      'original',
      context,
      shape.type === 'coded-mask' ? shape.codes : []
    )
  },
  canonical: [
    `${BOX} cat`,
    `${BOX} cat ; <loc0000><loc0000><loc1023><loc1023> dining table<eos>`,
    `${BOX}${CODES} dog ; ${BOX}`,
    `${BOX}${CODES}`
  ],
  noise: lawNoise([
    ...[
      '<loc0001>',
      '<loc0999>',
      '<loc1024>',
      '<loc12>',
      '<loc',
      '<lo',
      BOX,
      `${BOX} cat`,
      ' ; ',
      ';',
      ' cat',
      '<eos>'
    ],
    ...['<seg001>', '<seg', CODES, '<seg999>', `${BOX}${CODES}`, '<pad>']
  ]),
  slowPatterns: ['<loc0001>', BOX, `${BOX} a ; `, '<loc', '<seg001>', `${BOX}${CODES}`, '<', 'x ', '; ', `${BOX} `]
})

describe('recovery', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    [`${BOX} cat`, 1, []],
    ['<loc0256><loc0128><loc0768> cat', 0, ['arity']],
    [`${BOX}<loc0001> cat`, 0, ['arity']],
    ['<loc0256><loc0128><loc0768>', 0, ['truncated']],
    [`${BOX} cat ; <loc0100><loc02`, 1, ['truncated']],
    [`${BOX} cat ; <loc0100><loc0200><eos>`, 1, ['truncated']],
    ['<loc0768><loc0896><loc0256><loc0128> cat', 1, ['reversed']],
    ['<loc0256><loc0128><loc0256><loc0896> cat', 1, ['degenerate']],
    ['<loc0256><loc0128><loc1024><loc0896> cat', 1, ['out-of-range']],
    ['<loc256><loc128><loc768><loc896> cat', 1, ['precision']],
    ['<loc0256> <loc0128> <loc0768> <loc0896> cat', 1, ['whitespace']],
    [`${BOX} cat ${BOX} dog`, 2, []],
    [`${BOX}<seg001><seg002> dog`, 0, ['arity']],
    [`${BOX}<seg001><seg0`, 0, ['truncated']],
    ['<locally> speaking', 0, []],
    ['<loc0256><loc0128><loc0768><loc0896><loc0256><loc0128><loc0768><loc0896> cat', 0, ['arity']],
    [`${BOX} cat;${BOX} dog`, 2, []],
    [`${BOX} cat ; ${BOX} dog ; <loc0001><loc0002>`, 2, ['truncated']],
    [`${BOX} cat ; ${BOX} do`, 2, []],
    [`${BOX}${CODES}`, 1, []],
    [`${BOX}${CODES} cat ; ${BOX} dog`, 2, []],
    [`${BOX}${CODES}<seg001> dog`, 0, ['arity']],
    [`${BOX}${CODES.slice(8)} dog`, 0, ['arity']],
    [`${BOX}${CODES.slice(8)}`, 0, ['truncated']],
    [`${BOX}${CODES.slice(8)}<seg128> dog`, 0, ['out-of-range']],
    [`<loc0768><loc0896><loc0256><loc0128>${CODES} dog`, 1, ['reversed']],
    [`<loc0256><loc0128><loc0256><loc0896>${CODES} dog`, 1, ['degenerate']],
    [`${BOX} cat <eos>`, 1, []]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = paligemma.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
  test.each(['<loc0256><loc0128><loc1024><loc0896> cat', '<loc256><loc128><loc768><loc896> cat', `${BOX}<seg128>`])(
    'strict takes no %s',
    (source) => {
      expect(paligemma.parse(source, { image }).tree.regions).toEqual([])
    }
  )
  test.each([
    ['a mask in a reversed box', `<loc0768><loc0896><loc0256><loc0128>${CODES} dog`, 0],
    ['a mask in a box without a height', `<loc0256><loc0128><loc0256><loc0896>${CODES} dog`, 0],
    ['a reversed box without a mask', '<loc0768><loc0896><loc0256><loc0128> dog', 1],
    ['a box without a label', BOX, 1],
    ['codes of two digits', `${BOX}${'<seg01>'.repeat(16)} dog`, 0],
    ['a space between a box and its codes', `${BOX} ${CODES} dog`, 1]
  ])('strictly: %s', (_name, source, count) => {
    expect(paligemma.parse(source, { image }).tree.regions).toHaveLength(count)
  })
  test('supervision takes nothing but a box with a label behind a space', () => {
    const read = (source: string, mode: 'strict' | 'lenient') =>
      paligemma.parse(source, { image, mode, settings: { denominator: 1024, reader: 'supervision' } }).tree.regions
        .length
    for (const source of [BOX, `${BOX} `, `${BOX}cat`, `${BOX}${CODES} cat`]) {
      expect(read(source, 'strict')).toBe(0)
      expect(read(source, 'lenient')).toBe(1)
    }
    expect(read(`${BOX} cat`, 'strict')).toBe(1)
  })
  test.each([
    ["woman's hat", 'woman'],
    ['T-shirt_2, red', 'T-shirt_2'],
    ['狗 与猫。', '狗 与猫'],
    ['𠀀x', '𠀀x']
  ])('supervision reads the label %s as %s', (label, short) => {
    const context = { image, settings: { denominator: 1024, reader: 'supervision' } }
    const source = `${BOX} ${label} ; ${BOX} dog`
    const labels = (mode: 'strict' | 'lenient') =>
      readRegions(paligemma, source, { ...context, mode }).map((region) => region.label)
    expect(labels('strict')).toEqual([short, 'dog'])
    expect(labels('lenient')).toEqual([label, 'dog'])
    const stream = paligemma.stream(context)
    for (let i = 0; i < source.length; i++) stream.push(source.charAt(i))
    expect(stream.end()).toEqual(paligemma.parse(source, context))
  })
  test('the label of a region, or none', () => {
    const labels = (source: string) => readRegions(paligemma, source, { image }).map(({ label }) => label)
    expect(labels(`${BOX} woman's hat, red ; ${BOX} ; ${BOX}${CODES} t-shirt 2`)).toEqual([
      "woman's hat, red",
      null,
      't-shirt 2'
    ])
  })
  test('a label ends where the notation does', () => {
    const { tree } = paligemma.parse(`${BOX} cat\nand more; <3`, { image })
    expect(tree.children.map((node) => (node.type === 'phrase' ? node.children : node))).toMatchObject([
      [{ value: 'cat' }],
      { type: 'text' }
    ])
  })
})
