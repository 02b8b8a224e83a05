import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { roundTiesToEven } from '../../geometry/round'
import { groundedText, mention, phrase } from '../../grounded/build'
import { shapeFromFractions } from '../kit/coordinates'
import { readRegions } from '../reference/agreement'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { visionLlm } from './index'
import { reachedSize } from './profile'

const BOX = '(<c3>, <p-120>, <p-40>, <p85>, <p200>)'
const image = { width: 1000, height: 500 }
const resized = { width: 1000, height: 500 }

const treeOptions = {
  kinds: ['box', 'polygon'],
  phrases: ['0', '17', '511'],
  most: 1,
  hasMentions: true,
  hasEmptyPhrases: false
} as const

describeDialectLaws({
  dialect: visionLlm,
  contexts: lawContexts(['resized']),
  trees: lawTrees({ ...treeOptions, connectors: ['', ' is ', 'see: ', '\n', ' 和 ', ' (a) '] }),
  answers: lawTrees({ ...treeOptions, connectors: ['', ' is ', '\n'] }),
  quantize(shape, { resized: { width = 0, height = 0 } = {} }) {
    const numbers = coordinatesOf(shape).map((value, i) => {
      const side = i % 2 === 0 ? width : height
      const offset = roundTiesToEven(value * side - side / 2)
      return (Math.min(Math.max(offset, -512), 512) + side / 2) / side
    })
    return shapeFromFractions(shape.type, numbers, 'original', { image })
  },
  canonical: [
    '(<c3>, <p-4>, <p-3>, <p4>, <p2>), (<c0>, <p0>, <p0>, <p1>, <p1>)',
    'see (<c3>, <p-4>, <p0>, <p4>, <p0>, <p0>, <p2>) and (<p-1>, <p-1>, <p1>, <p1>) (x)</s>'
  ],
  noise: lawNoise([
    ...[BOX, `${BOX}, `, ', ', '(<c3>', '(<p1>', '<c3>', '<p-120>', ', <p4>', ')', '(', '(<', '</s>', '(<c999>, '],
    ...['(<p1>, <p2>, <p3>, <p4>)', '(<c1>,<p1>,<p2>,<p3>,<p4>)', '(<c1>, <p600>, <p2>, <p3>, <p4>)', '(<c1>, <p-']
  ]),
  slowPatterns: [
    ...['(<c3>', '(<p1>', '(<c3>, ', '(<p1>, <p2>, ', '<p1>, ', `${BOX}, `, BOX, '(', '(<c3> ', '(<c3>, <p1>, ', ', ']
  ]
})

describe('damaged text', () => {
  test.each<readonly [name: string, source: string, strict: number, lenient: number, codes: readonly string[]]>([
    ['nothing wrong', BOX, 1, 1, []],
    ['a list', `${BOX}, ${BOX}`, 2, 2, []],
    ['no class', '(<p-120>, <p-40>, <p85>, <p200>)', 1, 1, []],
    ['an outline of three points', '(<c1>, <p0>, <p0>, <p9>, <p0>, <p0>, <p9>)', 1, 1, []],
    ['three numbers', '(<c3>, <p-120>, <p-40>, <p85>)', 0, 0, ['arity']],
    ['five numbers', '(<c3>, <p-120>, <p-40>, <p85>, <p200>, <p1>)', 0, 0, ['arity']],
    ['a point', '(<c3>, <p-120>, <p-40>)', 0, 0, ['arity']],
    ['a class and no number', '(<c3>)', 0, 0, ['arity']],
    ['two classes', '(<c3>, <c4>, <p-120>, <p-40>, <p85>, <p200>)', 0, 0, ['not-a-number']],
    ['a class last', '(<p-120>, <p-40>, <p85>, <p200>, <c3>)', 0, 0, ['not-a-number']],
    ['words for numbers', '(<c3>, x1, y1, x2, y2)', 0, 0, ['not-a-number']],
    ['no spaces', '(<c3>,<p-120>,<p-40>,<p85>,<p200>)', 0, 1, ['whitespace']],
    ['spaces inside', '(<c3>,  <p-120>, <p-40>, <p85>, <p200> )', 0, 1, ['whitespace']],
    ['beyond the offsets', '(<c3>, <p-600>, <p-40>, <p85>, <p200>)', 0, 1, ['out-of-range']],
    ['a class that does not exist', '(<c512>, <p-120>, <p-40>, <p85>, <p200>)', 0, 0, ['out-of-range']],
    ['reversed', '(<c3>, <p85>, <p-40>, <p-120>, <p200>)', 1, 1, ['reversed']],
    ['no width', '(<c3>, <p85>, <p-40>, <p85>, <p200>)', 1, 1, ['degenerate']],
    ['leading zeros', '(<c03>, <p-120>, <p-040>, <p85>, <p200>)', 0, 1, ['precision']],
    ['not closed', `${BOX}, (<c3>, <p-120>, <p-40>, <p85>, <p200>`, 1, 2, ['missing-bracket']],
    ['not closed before the end mark', '(<c3>, <p-120>, <p-40>, <p85>, <p200></s>', 0, 1, ['missing-bracket']],
    ['cut in a number', `${BOX}, (<c3>, <p-120>, <p-40>, <p85>, <p20`, 1, 1, ['truncated']],
    ['cut behind a comma', `${BOX}, (<c3>, <p-120>, <p-40>, <p85>, <p200>, `, 1, 1, ['truncated']],
    ['cut after three numbers', `${BOX}, (<c3>, <p-120>, <p-40>, <p85>`, 1, 1, ['truncated']],
    ['cut in the class', `${BOX}, (<c`, 1, 1, ['truncated']],
    ['not closed in the middle', '(<c3>, <p-120>, <p-40>, <p85>, <p200> and', 0, 0, ['not-a-number']],
    ['words in brackets', 'see (c, x1, y1) and (<class>)', 0, 0, []]
  ])('%s', (_name, source, strict, lenient, codes) => {
    expect(visionLlm.parse(source, { image, resized }).tree.regions).toHaveLength(strict)
    const { tree, diagnostics } = visionLlm.parse(source, { image, resized, mode: 'lenient' })
    expect(tree.regions).toHaveLength(lenient)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })

  test('offsets count from the centre of the resized picture, and the phrase is the class', () => {
    expect(readRegions(visionLlm, BOX, { image, resized })).toEqual([
      { label: '3', group: 0, kind: 'box', numbers: [0.38, 0.42, 0.585, 0.9] }
    ])
    expect(readRegions(visionLlm, '(<p0>, <p0>, <p500>, <p250>)', { image, resized })).toEqual([
      { label: null, group: 0, kind: 'box', numbers: [0.5, 0.5, 1, 1] }
    ])
  })
  test('without a size the longest side is 1024', () => {
    expect(reachedSize(image)).toEqual({ width: 1024, height: 512 })
    expect(reachedSize({ width: 1, height: 4000 })).toEqual({ width: 1, height: 1024 })
    expect(readRegions(visionLlm, '(<p-512>, <p-256>, <p512>, <p256>)', { image })[0]?.numbers).toEqual([0, 0, 1, 1])
  })
})

describe('writing', () => {
  const regions = [{ id: 'r', shape: shapeFromFractions('box', [0, 0.25, 1, 0.5], 'original', { image }) }]
  test('a phrase that is no class number is words before its region, and that is said', () => {
    const { text, losses } = visionLlm.print(groundedText([phrase('dog', ['r'])], regions), { image, resized })
    expect(text).toBe('dog(<p-500>, <p-125>, <p500>, <p0>)')
    expect(losses.map(({ code }) => code)).toEqual(['dialect/label'])
  })
  test('no words, no class', () => {
    const { text } = visionLlm.print(groundedText([phrase(' ', ['r'])], regions), { image, resized })
    expect(text).toBe('(<p-500>, <p-125>, <p500>, <p0>)')
  })
  test('what the offsets do not reach is cut, and that is said', () => {
    const context = { image, resized: { width: 2000, height: 1000 } }
    const { text, losses } = visionLlm.print(groundedText([mention('r')], regions), context)
    expect(text).toBe('(<p-512>, <p-250>, <p512>, <p0>)')
    expect(losses.map(({ code }) => code)).toEqual(['dialect/clamped'])
  })
  test('pixels are multiplied by the ratio of the sides, ties to even', () => {
    const pixels = new Map([['r', [0.5, 1.5, 100.5, 250]]])
    const { text } = visionLlm.print(groundedText([mention('r')], regions), { image, resized, pixels })
    expect(text).toBe('(<p-500>, <p-248>, <p-400>, <p0>)')
  })
})
