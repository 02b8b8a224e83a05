import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundTiesToEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { shapeFromFractions } from '../kit/coordinates'
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
    return shapeFromFractions(
      shape.type,
      coordinatesOf(shape).map((value) => Math.min(1023, roundTiesToEven(value * denominator)) / denominator),
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
    ['<locally> speaking', 0, []]
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
  test('a label ends where the notation does', () => {
    const { tree } = paligemma.parse(`${BOX} cat\nand more; <3`, { image })
    expect(tree.children.map((node) => (node.type === 'phrase' ? node.children : node))).toMatchObject([
      [{ value: 'cat' }],
      { type: 'text' }
    ])
  })
})
