import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { plainText } from '../../grounded/plain-text'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { cogVlm } from './index'

const image = { width: 1000, height: 1000 }

describeDialectLaws({
  dialect: cogVlm,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', ', ', '. ', '\n', ' 和', '，', ': '],
    phrases: ['the dog', 'two cats', "woman's hat", '红色的圆', 'a T-shirt'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape) =>
    shapeFromFractions(
      'box',
      coordinatesOf(shape).map((value) => Math.min(999, Math.floor(value * 1000 + 1e-9)) / 1000),
      'original',
      { image }
    ),
  canonical: [
    '',
    '[[086,540,400,760]]',
    'two dogs [[100,200,300,400;500,600,700,800]] on [1], a[3] and (2)',
    '[[100,200,300,400]][[500,600,700,800]] is the man [[212,498,787,564]]</s>',
    'of [[x0,y0,x1,y1]] and cut [[100,200,3'
  ],
  noise: lawNoise([
    ...['[[', ']]', '[[100,200,300,400]]', '[[900,800,200,100]]', '[[1,2', ';', '100,', '[[100, 200,300,400]]'],
    ...['[[001,002,003,004;a]]', '[[x0,y0,x1,y1]]', '[[001,002,003,004]', '</s>', '</', 'the dog ', 'is ', '[[12]]']
  ]),
  slowPatterns: [
    ...['[', '[[', '[[1,2', '[[1;a', '[[100,200,300,400;', '[[100,200,300,400]]', '[[a ', '[[[1]', 'the ', '</s'],
    ...['[[001,002,003,004', '[[1]a', '] [[']
  ]
})

const codesOf = (source: string, mode: 'strict' | 'lenient') => {
  const { tree, diagnostics } = cogVlm.parse(source, { image, mode })
  return [tree.regions.length, diagnostics.map(({ code }) => code.replace('dialect/', ''))]
}

describe('damaged text, recovered', () => {
  test.each([
    ['spaces', '[[100, 200, 300, 400]]', 1, ['whitespace']],
    ['a line break', '[[100,200,\n300,400]]', 1, ['whitespace']],
    ['fewer digits', '[[0,0,999,999]]', 1, ['precision']],
    ['1000 is cut', '[[000,000,1000,999]]', 1, ['precision', 'out-of-range']],
    ['a negative number is cut', '[[-10,000,100,999]]', 1, ['precision', 'out-of-range']],
    ['corners', '[[300,400,100,200]]', 1, ['reversed']],
    ['no width', '[[300,400,300,500]]', 1, ['degenerate']],
    ['no closer, all digits', 'a dog [[001,002,003,004', 1, ['missing-bracket']],
    ['half a closer', 'a dog [[001,002,003,004]', 1, ['missing-bracket']],
    ['half a closer ends any number', '[[1,2,3,4]', 1, ['missing-bracket', 'precision']],
    ['half a closer and the end of the answer', '[[001,002,003,004]</s>', 1, ['missing-bracket']],
    ['the end of the answer', '[[001,002,003,004</s>', 1, ['missing-bracket']],
    ['cut in a number', '[[001,002,003,04', 0, ['truncated']],
    ['too few at the end', '[[001,002,003', 0, ['truncated']],
    ['cut in the second box', '[[001,002,003,004;005,0', 1, ['truncated']],
    ['cut in the second bracket', 'cat [[001,002,003,004]] dog [[005', 1, ['truncated']],
    ['three numbers', '[[001,002,003]] x', 0, ['arity']],
    ['five numbers', '[[001,002,003,004,005]] x', 0, ['arity']],
    ['one of two has three', '[[001,002,003;001,002,003,004]]', 1, ['arity']],
    ['a separator too much', '[[001,002,003,004;]]', 1, ['arity']],
    ['an empty number', '[[001,,003,004]]', 0, ['not-a-number']],
    ['a word among boxes', '[[001,002,003,004;a]]', 1, ['arity']],
    ['fractions', '[[0.1,0.2,0.3,0.4]]', 0, ['not-a-number']],
    ['a placeholder', '[[x0,y0,x1,y1]]', 0, ['not-a-number']],
    ['a footnote', 'see [[12]]', 0, ['look-alike']],
    ['a link', 'see [[the page]] or [1,2,3,4]', 0, []],
    ['nothing', '[[]]', 0, []]
  ])('%s: %s', (_what, source, count, codes) => {
    expect(codesOf(source, 'lenient')).toEqual([count, codes])
  })
})

describe('strictly, what the official reader takes', () => {
  test.each([
    ['spaces', '[[100, 200, 300, 400]]', 0, ['whitespace']],
    ['only the box with spaces falls', '[[100,200,300,400;5, 6,7,8]]', 1, ['whitespace']],
    ['fewer digits', '[[0,0,999,999]]', 1, []],
    ['1000 and above as they are', '[[1,2,3,1000]]', 1, []],
    ['corners as they are', '[[300,400,100,200]]', 1, []],
    ['no width', '[[300,400,300,500]]', 1, []],
    ['signs', '[[-1,2,3,4]]', 0, ['out-of-range']],
    ['a count it does not check', '[[1,2,3]]', 0, ['arity']],
    ['a word among boxes', '[[001,002,003,004;a]]', 1, ['arity']],
    ['a word first', '[[a;001,002,003,004]]', 1, ['arity']],
    ['no closer', '[[001,002,003,004', 0, ['truncated']],
    ['half a closer', '[[001,002,003,004]', 0, ['truncated']],
    ['a line break in one of two', '[[001,002,003,004;\n005,006,007,008]]', 1, ['whitespace']],
    ['a mark among boxes', '[[001,002,003,<004;005,006,007,008]]', 1, ['not-a-number']],
    ['a bracket among boxes', '[[001,002,003,004;005]6,007,008]]', 0, ['not-a-number']],
    ['single brackets', '[001,002,003,004]', 0, []],
    ['a placeholder', '[[x0,y0,x1,y1]]', 0, ['not-a-number']]
  ])('%s: %s', (_what, source, count, codes) => {
    expect(codesOf(source, 'strict')).toEqual([count, codes])
  })
})

describe('numbers', () => {
  const box = (a: number, b: number, c: number, d: number) =>
    groundedText([mention('r')], [{ id: 'r', shape: { type: 'box', box: normalizedBox(a, b, c, d) } }])
  test('are truncated, kept below 1000, and have three digits', () => {
    expect(cogVlm.print(box(0.0099, 0.5, 0.9999, 1), { image })).toEqual({ text: '[[009,500,999,999]]', losses: [] })
  })
  test('every thousandth is written as it was read', () => {
    for (let n = 0; n < 999; n++) {
      const source = `[[${String(n).padStart(3, '0')},000,999,999]]`
      expect(cogVlm.print(cogVlm.parse(source, { image }).tree, { image }).text).toBe(source)
    }
  })
  test('of pixels are fractions first', () => {
    const context = { image: { width: 640, height: 428 }, pixels: new Map([['r', [146, 137, 615, 415]]]) }
    expect(cogVlm.print(box(146 / 640, 137 / 428, 615 / 640, 415 / 428), context).text).toBe('[[228,320,960,969]]')
  })
  test('outside the picture are cut, and it is said', () => {
    const { text, losses } = cogVlm.print(box(-0.1, 0, 1.2, 1), { image })
    expect(text).toBe('[[000,000,999,999]]')
    expect(losses.map(({ code }) => code)).toEqual(['dialect/clamped'])
  })
})

test('boxes of one phrase share a bracket, and the same phrase twice keeps both', () => {
  const { tree } = cogVlm.parse('two dogs [[100,100,200,200;300,300,800,900]], two dogs [[001,002,003,004]]', { image })
  const phrases = tree.children.flatMap((node) =>
    node.type === 'phrase' ? [[plainText(node.children), node.regionIds]] : []
  )
  expect(phrases).toEqual([
    ['two dogs', ['r1', 'r2']],
    ['two dogs', ['r3']]
  ])
})

test('words that look like a box are changed', () => {
  const printed = cogVlm.print(groundedText([text('see [[1,2,3,4]] and [[x0,y0,x1,y1]]'), phrase('a [1]', [])]), {
    image
  })
  expect(printed.text).toBe('see ([1,2,3,4]] and [[x0,y0,x1,y1]]a [1]')
  expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/ungrounded-phrase', 'dialect/escaped'])
})
