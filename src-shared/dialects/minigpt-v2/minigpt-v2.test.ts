import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { plainText } from '../../grounded/plain-text'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { miniGptV2 } from './index'

const image = { width: 100, height: 100 }

describeDialectLaws({
  dialect: miniGptV2,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', ', ', '\n- ', ' 和 ', '. '],
    phrases: ['A sheep', '击掌', '"STOP"', "woman's hat [1]", 'a < b'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: true
  }),
  quantize: (shape) =>
    shapeFromFractions(
      'box',
      coordinatesOf(shape).map((value) => Math.floor(value * 100 + 1e-9) / 100),
      'original',
      { image }
    ),
  canonical: [
    '',
    '<p>two sheep</p> {<11><20><45><78>}<delim>{<50><25><88><80>}',
    '[identify] what is this {<4><50><30><65>}, {braces} or {}, a < b</s>',
    '<p>no box</p>, {<0><0><100><100>}<delim>{<1><2><3><4>}{<5><6><7><8>} and <p>cut</p> {<1><2'
  ],
  noise: lawNoise([
    ...['<p>', '</p>', '{', '}', '<delim>', '{<11><20><45><78>}', '{<90><20><45><78>', '<4>', '<105>', '<unk>', '<un'],
    ...['{ <1> <2><3> <4> }', '{<x1><y1><x2><y2>}', '{<1><2><3>}', '{<1><2><3><4><5>}', '</s>', '</', '<del', '{<'],
    '<p>a</p> {<1><2><3><4>}'
  ]),
  slowPatterns: [
    ...['<p>', '{', '{<', '<p>a</p>', '<p>a</p> {<1><2><3><4>}', '{<1>', '{ ', '<delim>', '{<1><2><3><4>}<delim>'],
    ...['<unk>', '{<unk>', '<p>a {', '{<1><2><3><4>', '<1>', 'x ', '{ <unk> ']
  ]
})

const codesOf = (source: string, mode: 'strict' | 'lenient') => {
  const { tree, diagnostics } = miniGptV2.parse(source, { image, mode })
  return [tree.regions.length, diagnostics.map(({ code }) => code.replace('dialect/', ''))]
}

describe('damaged text, recovered', () => {
  test.each([
    ['spaces', '{ <11> <20> <45> <78> }', 1, ['whitespace']],
    ['a line break', '{<11><20>\n<45><78>}', 1, ['whitespace']],
    ['unknown tokens', '{<unk><11><20><45><78>}<unk>', 1, []],
    ['above 100', '{<11><20><105><78>}', 1, ['out-of-range']],
    ['four digits', '{<11><20><1050><78>}', 1, ['precision', 'out-of-range']],
    ['below 0', '{<-1><20><45><78>}', 1, ['precision', 'out-of-range']],
    ['zeros before', '{<011><20><45><78>}', 1, ['precision']],
    ['a fraction', '{<11.5><20><45><78>}', 1, ['precision']],
    ['corners', '{<45><78><11><20>}', 1, ['reversed']],
    ['no width', '{<45><20><45><78>}', 1, ['degenerate']],
    ['no closer, all numbers', '{<11><20><45><78>', 1, ['missing-bracket']],
    ['the end of the answer', '{<11><20><45><78></s>', 1, ['missing-bracket']],
    ['cut before the last number', '<p>A sheep</p> {<11><20><45>', 0, ['truncated']],
    ['cut in a number', '{<11><20><45><7', 0, ['truncated']],
    ['cut in a number, by the end of the answer', '{<11><20><45><7</s>', 0, ['truncated']],
    ['cut in the second box', '<p>two</p> {<1><2><3><4>}<delim>{<5><6', 1, ['truncated']],
    ['three numbers', '{<11><20><45>} x', 0, ['arity']],
    ['five numbers', '{<11><20><45><78><9>} x', 0, ['arity']],
    ['placeholders', '{<x1><y1><x2><y2>}', 0, ['not-a-number']],
    ['an empty number', '{<11><><45><78>}', 0, ['arity']],
    ['never closed, words follow', '{<11><20><45><78> is', 0, ['not-a-number']],
    ['no </p>', '<p>A sheep {<11><20><45><78>}', 1, ['not-a-number']],
    ['no <p>', 'A sheep</p> {<11><20><45><78>}', 1, []],
    ['no space', '<p>A sheep</p>{<11><20><45><78>}', 1, []],
    ['no delimiter', '<p>A</p> {<1><2><3><4>}{<5><6><7><8>}', 2, []],
    ['nothing after a delimiter', '<p>A</p> {<1><2><3><4>}<delim>', 1, ['not-a-number']],
    ['prose', 'a {set} of {} and { x }', 0, []]
  ])('%s: %s', (_what, source, count, codes) => {
    expect(codesOf(source, 'lenient')).toEqual([count, codes])
  })
})

describe('strictly, what the scorer and the demo take', () => {
  test.each([
    ['spaces', '{ <11> <20> <45> <78> }<unk>', 1, []],
    ['a line break', '{<11><20>\n<45><78>}', 0, ['whitespace']],
    ['unknown tokens', '{<unk><11><20><45><78>}', 1, []],
    ['above 100 as it is', '{<11><20><105><78>}', 1, []],
    ['four digits', '{<11><20><1050><78>}', 0, ['out-of-range']],
    ['below 0', '{<-1><20><45><78>}', 0, ['out-of-range']],
    ['corners as they are', '{<45><78><11><20>}', 1, []],
    ['no closer', '{<11><20><45><78>', 0, ['truncated']],
    ['three numbers', '{<11><20><45>}', 0, ['arity']],
    ['five numbers', '{<11><20><45><78><9>}', 0, ['arity']],
    ['no </p>', '<p>A sheep {<11><20><45><78>} and {<1><2><3><4>}', 1, ['not-a-number']],
    ['cut', '<p>A sheep</p> {<11><20><45>', 0, ['truncated']]
  ])('%s: %s', (_what, source, count, codes) => {
    expect(codesOf(source, 'strict')).toEqual([count, codes])
  })
  test('numbers above 100 lie outside the picture', () => {
    const { tree } = miniGptV2.parse('{<4><50><300><65>}', { image })
    expect(tree.regions.map(({ shape }) => coordinatesOf(shape))).toEqual([[0.04, 0.5, 3, 0.65]])
  })
})

test('a phrase has all boxes between delimiters, and no others', () => {
  const source = '<p> A sheep </p> {<1><2><3><4>}<delim>{<5><6><7><8>}{<9><9><10><10>}<p></p> {<1><1><2><2>}'
  const { tree } = miniGptV2.parse(source, { image })
  const groups = tree.children.flatMap((node): (readonly [words: string | null, regions: number])[] =>
    node.type === 'phrase'
      ? [[plainText(node.children), node.regionIds.length]]
      : node.type === 'mention'
        ? [[null, node.regionIds.length]]
        : []
  )
  expect(groups).toEqual([
    ['A sheep', 2],
    [null, 1],
    ['', 1]
  ])
})

describe('numbers', () => {
  test('every hundredth is written as it was read', () => {
    for (let n = 0; n <= 100; n++) {
      const source = `{<${n}><0><100><100>}`
      expect(miniGptV2.print(miniGptV2.parse(source, { image }).tree, { image }).text).toBe(source)
    }
  })
  test('of pixels are truncated in the order of the source', () => {
    const of = (size: { width: number; height: number }, [a, b, c, d]: readonly [number, number, number, number]) => {
      const box = normalizedBox(a / size.width, b / size.height, c / size.width, d / size.height)
      const tree = groundedText([mention('r')], [{ id: 'r', shape: { type: 'box', box } }])
      return miniGptV2.print(tree, { image: size, pixels: new Map([['r', [a, b, c, d]]]) }).text
    }
    expect(of({ width: 640, height: 428 }, [146, 137, 615, 415])).toBe('{<22><32><96><96>}')
    // 0.29 · 100 is 28.999…96, and the source keeps that.
    expect(of({ width: 100, height: 100 }, [29, 57, 58, 100])).toBe('{<28><56><57><100>}')
  })
  test('outside the picture are cut, and it is said', () => {
    const box = normalizedBox(-0.1, 0, 1.2, 1)
    const { text, losses } = miniGptV2.print(groundedText([mention('r')], [{ id: 'r', shape: { type: 'box', box } }]), {
      image
    })
    expect(text).toBe('{<0><0><100><100>}')
    expect(losses.map(({ code }) => code)).toEqual(['dialect/clamped'])
  })
})

test('words and phrases that look like markup are changed', () => {
  const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const tree = groundedText([text('{<1><2><3><4>} {x} '), phrase('a } b', ['r']), text('<delim>')], regions)
  const { text: printed, losses } = miniGptV2.print(tree, { image })
  expect(printed).toBe('(<1><2><3><4>} {x} <p>a ) b</p> {<0><0><100><100>}(delim>')
  expect(losses.map(({ code }) => code)).toEqual(['dialect/escaped', 'dialect/escaped', 'dialect/escaped'])
})

test('a box that is hidden is written as it was', () => {
  const source = 'see <p>A sheep {<11><20><45><78>} or </p>'
  expect(miniGptV2.print(miniGptV2.parse(source, { image }).tree, { image }).text).toBe(source)
})

test('a phrase without a region does not take the region after it', () => {
  const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const printed = miniGptV2.print(groundedText([phrase('A sheep', []), text(' '), mention('r')], regions), { image })
  expect(printed.text).toBe('A sheep {<0><0><100><100>}')
  expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/ungrounded-phrase'])
})
