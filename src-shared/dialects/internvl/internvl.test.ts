import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { shapeFromFractions } from '../kit/coordinates'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { plainText } from '../../grounded/plain-text'
import { normalizedBox } from '../../geometry/space'
import { describeDialectLaws } from '../laws'
import { internVl } from './index'

const image = { width: 1000, height: 1000 }

describeDialectLaws({
  dialect: internVl,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', ', ', '\n- ', ' 和 ', '. '],
    phrases: ['the dog', '击掌', '"STOP"', "woman's hat [1]", 'a < b'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: true
  }),
  quantize: (shape) =>
    shapeFromFractions(
      'box',
      coordinatesOf(shape).map((value) => Math.floor(value * 1000 + 1e-9) / 1000),
      'original',
      { image }
    ),
  canonical: [
    '<ref>car</ref><box>[[75, 658, 250, 871], [286, 558, 444, 711]]</box>',
    'here <box>[[1, 2, 3, 1000]]</box> and <ref>no cat</ref>, <ref>击掌</ref><box>[[536, 509, 588, 602]]</box>',
    'a list [1, 2] and a[[x]] <box>[[0, 0, 1000, 1000]]</box><|im_end|>'
  ],
  noise: lawNoise([
    ...['<ref>', '</ref>', '<box>', '</box>', '<|im_end|>', '<bo', '</', '[[', ']]', 'car[[1, 2, 3, 4]]'],
    ...['[[1, 2, 3, 4]]', '[[1, 2, 3, 4], [5,', '[[x1, y1, x2, y2]]', '[9, 8, 7, 6]', '[[1, 2, 3, 4000]]', '\n'],
    ...['[', '[1, 2, 3, 4]', '[x1, y1, x2, y2]', '[[[', 'x1, y1', ', [5, 6, 7, 8]']
  ]),
  slowPatterns: [
    '<ref>',
    '<box>[[1,2,',
    '<ref>a</ref>',
    '[[',
    '[[1,2',
    '[[1,2,3,4]]',
    '<box>[[1,2,3,4], ',
    'x ',
    '[',
    'word[[1,2,3,4]',
    '[1, 2, 3, 4]',
    '[1, 2, 3, 4',
    '[[x1',
    '[x1, y1, x2, y2]'
  ]
})

describe('recovery', () => {
  test.each([
    ['<box>[[1, 2, 3, 4]]', 1, ['missing-bracket']],
    ['<box>[[1, 2, 3, 4], [5, 6', 1, ['truncated']],
    ['<box>[[1, 2, 3, 4', 0, ['truncated']],
    ['<box>[[9,2,3,4]]</box>', 1, ['reversed']],
    ['<box>[[1, 2, 3, 1200]]</box>', 1, ['out-of-range']],
    ['<box>[[1, 2, 3]]</box>', 0, ['arity']],
    ['<box>[[1, 2, 3], [1, 2, 3, 4]]</box>', 1, ['arity']],
    ['<ref>dog</ref><box>[[x1, y1, x2, y2]]</box>', 0, ['not-a-number']],
    ['<ref> dog </ref> <box> [[1, 2, 3, 4]] </box>', 1, []],
    ['car[[75, 658, 250, 871], [286, 558', 1, ['stripped-tags', 'truncated']],
    ['car [[75, 658, 250, 871]]<|im_end|>', 1, ['stripped-tags']],
    ['car[[75, 658, 250, 871], [286, 558, 444, 711]', 2, ['stripped-tags', 'missing-bracket']],
    ['car[[75, 658, 250, 871], [286, 558<|im_end|>', 1, ['stripped-tags', 'truncated']],
    ['car[75, 658, 250, 871] and', 1, ['stripped-tags']],
    ['car[75, 658, 250, 1871]', 1, ['stripped-tags', 'out-of-range']],
    ['car[75, 658, 25', 0, ['truncated']],
    ['[75, 658, 250, 871, 3] and [1] and [2, 3]', 0, []],
    ['give [[x1, y1, x2, y2]] or [x1, y1, x2, y2]', 0, ['not-a-number', 'not-a-number']],
    ['matrix [[1, 2], [3, 4]]', 0, ['look-alike']],
    ['matrix [[1, 2], [3, 4, 5, 6]]', 0, ['look-alike']],
    ['<box>[[1, 2, 3, 4]</box>', 1, ['missing-bracket']],
    ['<box>[[1, 2, 3, 4] [5, 6, 7, 8]]</box>', 2, ['bad-json']],
    ['<box>[[[1, 2, 3, 4]]]</box>', 1, ['bad-json']],
    ['<box>[[0.1, 0.2, 0.3, 0.4]]</box>', 1, ['precision']],
    ['<box>[[3, 2, 3, 4]]</box>', 1, ['degenerate']],
    ['<box>[]</box>', 0, ['arity']],
    ['<ref>dog</ref><box>[[x1, y1, x2, y2]]', 0, ['truncated', 'not-a-number']],
    ['<box>[[1, 2, 3]]<|im_end|>', 0, ['truncated', 'arity']]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = internVl.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})

test('an empty list says nothing of the numbers behind it, fed whole or by character', () => {
  const [source, context] = ['[[]] 9, 8, 7, 6', { image, mode: 'lenient' as const }]
  const stream = internVl.stream(context)
  for (const character of source) stream.push(character)
  expect(stream.end()).toEqual(internVl.parse(source, context))
  expect(internVl.parse(source, context).diagnostics).toEqual([])
})

test('strictly, a list falls with one bad box, and brackets without tags are words', () => {
  for (const source of ['<box>[[1, 2, 3], [1, 2, 3, 4]]</box>', 'car[[75, 658, 250, 871]]'])
    expect(internVl.parse(source, { image }).tree.regions).toEqual([])
})

test('the scorer takes four small numbers as fractions', () => {
  const context = { image, settings: { 'small-sums': 'fractions' } }
  const { tree } = internVl.parse('<ref>a</ref><box>[[0.1, 0.2, 0.5, 1.0]]</box>', context)
  expect(tree.regions[0]?.shape).toEqual({ type: 'box', box: [0.1, 0.2, 0.5, 1] })
})

test('a phrase without a region does not take the region after it', () => {
  const regions = [{ id: 'r1', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const printed = internVl.print(groundedText([phrase('the dog', []), text(' '), mention('r1')], regions), { image })
  expect(printed.text).toBe('the dog <box>[[0, 0, 1000, 1000]]</box>')
  expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/ungrounded-phrase'])
})

test('the words before a list that lost its tags are trimmed', () => {
  const { tree } = internVl.parse('the car [[75, 658, 250, 871]]', { image, mode: 'lenient' })
  const [group] = tree.children
  expect(group?.type === 'phrase' ? plainText(group.children) : null).toBe('the car')
})

describe('strict reading says why it refuses', () => {
  test.each([
    ['<box>[[1, 2, 3, 4]</box>', 'missing-bracket'],
    ['<box>[[[1, 2, 3, 4]]]</box>', 'bad-json'],
    ['<box>[[1, 2, 3, 4, 5]]</box>', 'arity'],
    ['<box>[[1, 2, 3, 4]]', 'truncated'],
    ['[[x1, y1, x2, y2]]', 'not-a-number']
  ])('%s', (source, code) => {
    const { tree, diagnostics } = internVl.parse(source, { image })
    expect(tree.regions).toEqual([])
    expect(diagnostics.map(({ code }) => code)).toEqual([`dialect/${code}`])
  })
})
