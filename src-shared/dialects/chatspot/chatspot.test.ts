import { describe, expect, test } from 'vitest'
import { roundHalfEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox, normalizedPoint } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { chatSpot } from './index'

const image = { width: 1000, height: 1000 }

describeDialectLaws({
  dialect: chatSpot,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box', 'point'],
    connectors: [' is ', ', ', '. ', '\n', ' 和', '，', ': '],
    phrases: ['the dog', 'two cats', "woman's hat", '红色的圆', 'a T-shirt'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape) =>
    shapeFromFractions(
      shape.type,
      coordinatesOf(shape).map((value) => roundHalfEven(value, 3)),
      'original',
      { image }
    ),
  canonical: [
    '',
    '[0.123,0.456,0.789,0.999]',
    'two dogs [0.100,0.100,0.200,0.200] [0.300,0.300,0.800,0.900] on [1] and (2)',
    'the nose [0.440,0.310]</s>'
  ],
  noise: lawNoise([
    ...['[0.100,0.200,0.300,0.400]', ' [0.900,0.800,0.200,0.100]', '[0.440,0.310]', '0.123,', '0.9', '[0.1, 0.2]'],
    ...['</s>', '</', 'the dog ', 'is ', '[x0,y0,x1,y1]', '[12]', '-0.010', '1.002', 'the dog [0.']
  ]),
  slowPatterns: ['[', '[0.100,', '[0.100,0.200] ', 'the ', '</s', '[0.1,0.2', '[[0.1]']
})

describe('damaged text', () => {
  test.each([
    ['[0.100, 0.200, 0.300, 0.400]', 0, ['whitespace'], 1, ['whitespace']],
    ['[0.12,0.45,0.78,0.99]', 0, ['precision'], 1, ['precision']],
    ['[0.000,0.000,1.002,1.000]', 1, [], 1, ['out-of-range']],
    ['[0.300,0.200,0.100,0.400]', 1, [], 1, ['reversed']],
    ['[0.100,0.200,0.100,0.400]', 1, [], 1, ['degenerate']],
    ['[0.100,0.200,0.300]', 0, ['arity'], 0, ['arity']],
    ['[x0,y0,x1,y1]', 0, ['not-a-number'], 0, ['not-a-number']],
    ['see [12], a[3,7]', 0, ['look-alike', 'look-alike'], 0, ['look-alike', 'look-alike']],
    ['[0.100,0.200,0.300,0.400', 0, ['truncated'], 1, ['missing-bracket']],
    ['[0.100,0.200,0.3', 0, ['truncated'], 0, ['truncated']]
  ])('%s', (source, strict, strictCodes, lenient, lenientCodes) => {
    const read = (mode: 'strict' | 'lenient') => {
      const { tree, diagnostics } = chatSpot.parse(source, { image, mode })
      return [tree.regions.length, diagnostics.map(({ code }) => code.replace('dialect/', ''))]
    }
    expect(read('strict')).toEqual([strict, strictCodes])
    expect(read('lenient')).toEqual([lenient, lenientCodes])
  })
})

describe('its settings', () => {
  const regions = [
    { id: 'b', shape: { type: 'box' as const, box: normalizedBox(0.0625, 0, 0.5, 1) } },
    { id: 'p', shape: { type: 'point' as const, point: normalizedPoint(0.25, 0.75) } }
  ]
  const tree = groundedText([phrase('the dog', ['b']), text(' near '), mention('p')], regions)
  test.each([
    ['square', 1, 'the dog [0.062,0.000,0.500,1.000] near [0.250,0.750]'],
    ['round', 1, 'the dog (0.062,0.000,0.500,1.000) near (0.250,0.750)'],
    ['square', 1000, 'the dog [62,0,500,1000] near [250,750]'],
    ['round', 100, 'the dog (6,0,50,100) near (25,75)'],
    ['square', 999, 'the dog [62,0,500,999] near [250,749]'],
    ['square', 7, 'the dog [0.062,0.000,0.500,1.000] near [0.250,0.750]']
  ])('%s brackets, a side of %s', (brackets, scale, source) => {
    const context = { image, settings: { brackets, scale } }
    expect(chatSpot.print(tree, context)).toEqual({ text: source, losses: [] })
    const read = chatSpot.parse(source, context).tree
    expect(read.regions.map(({ shape }) => shape.type)).toEqual(['box', 'point'])
    const most = Math.max(
      ...read.regions.flatMap(({ shape }, i) =>
        coordinatesOf(shape).map((value, k) => {
          const region = regions[i]
          return Math.abs(value - (region === undefined ? NaN : (coordinatesOf(region.shape)[k] ?? NaN)))
        })
      )
    )
    expect(most).toBeLessThan(0.5 / (scale === 1 || scale === 7 ? 1000 : scale) + 1e-9)
  })
  test('words do not become a region in round brackets either', () => {
    const context = { image, settings: { brackets: 'round' } }
    const printed = chatSpot.print(groundedText([text('at (0.100,0.200)')]), context)
    expect(printed.text).toBe('at [0.100,0.200)')
    expect(chatSpot.parse(printed.text, context).tree.regions).toEqual([])
  })
})

test('everywhere it says that no source confirms the form', () => {
  const { name, source, page, settings = [] } = chatSpot.profile
  for (const says of [name, source, ...settings.map((setting) => setting.says)])
    expect(says.toLowerCase()).toContain('unconfirmed')
  expect(page?.unverified).not.toEqual([])
})
