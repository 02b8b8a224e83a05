import { describe, expect, test } from 'vitest'
import { normalizedFromPixel } from '../../geometry/convert'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox, pixelBox } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { fractionsOf, shapeFromFractions } from '../kit/coordinates'
import type { DialectContext } from '../dialect'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { asmV2 } from './index'

const image = { width: 1000, height: 1000 }

describeDialectLaws({
  dialect: asmV2,
  contexts: lawContexts(['padded-square', 'original']),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', ', ', '\n- ', ' 和 ', '. '],
    phrases: ['the dog', '击掌', '"STOP"', "woman's hat [1]", 'a < b'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: true
  }),
  quantize: (shape, context) => {
    const { space = 'padded-square' } = context
    const numbers = fractionsOf(shape, space, context).map(
      (value) => Math.floor(Math.min(Math.max(value, 0), 1) * 999 + 1e-9) / 999
    )
    return shapeFromFractions('box', numbers, space, context)
  },
  canonical: [
    '<ref>cars</ref><box>[[827, 572, 885, 646], [1, 583, 238, 744], [927, 577, 935, 596]]</box>',
    '<ref>bus</ref><box>[[290, 460, 835, 581]]</box> is <pred>driving on</pred><box>[[290, 460, 835, 581]]</box><box>[[0, 483, 984, 500]]</box>',
    '<pred>near</pred><box>[[1, 490, 3, 500], [5, 490, 7, 500]]</box><box>[[0, 480, 9, 500]]</box>, <ref>no cat</ref>.</s>',
    'a matrix [1] and <box>[[0, 480, 999, 520]]</box>'
  ],
  noise: lawNoise([
    ...['<ref>', '</ref>', '<box>', '</box>', '<pred>', '</pred>', '[[1, 2, 30, 40]]', '[[90, 2, 3, 4], [5,', '</s>'],
    ...['<box>[[1, 2, 30, 40]]</box>', '<pred>on</pred>', '<pred>on</pred><box>[[1, 2, 3, 4]]</box>', '[[1, 2, 3]]'],
    ...['<bo', '</', '[[', ']]', 'car[[1, 2, 3, 4]]', '[[x1, y1, x2, y2]]', '[9, 8, 7, 6]', '\n', '<ref>dog</ref>']
  ]),
  slowPatterns: [
    ...['<ref>', '<pred>', '<pred>a</pred>', '<pred>a</pred><box>[[1, 2, 3, 4]]</box>', '<box>[[1,2,', '<ref>a</ref>'],
    ...['[[', '[[1,2', '[[1,2,3,4]]', '<box>[[1,2,3,4], ', 'x ', '[', 'word[[1,2,3,4]', '<pred>a</pred><box>[[1,2,']
  ]
})

const codesOf = (source: string, mode: 'strict' | 'lenient') => {
  const { tree, diagnostics } = asmV2.parse(source, { image, mode })
  return [tree.regions.length, diagnostics.map(({ code }) => code.replace('dialect/', ''))]
}
const BOX = '<box>[[1, 2, 30, 40]]</box>'

describe('damaged text, recovered', () => {
  test.each([
    ['no closing tag', '<box>[[1, 2, 3, 4]]', 1, ['missing-bracket']],
    ['no closing bracket', '<box>[[1, 2, 3, 4]', 1, ['missing-bracket']],
    ['cut in the second box', '<box>[[1, 2, 3, 4], [5, 6', 1, ['truncated']],
    ['cut in a number', '<ref>a</ref><box>[[1, 2, 3, 4', 0, ['truncated']],
    ['the end of the answer', '<box>[[1, 2, 3, 4]]</s>', 1, ['missing-bracket']],
    ['corners', '<box>[[9, 2, 3, 4]]</box>', 1, ['reversed']],
    ['no width', '<box>[[3, 2, 3, 4]]</box>', 1, ['degenerate']],
    ['1000', '<box>[[1, 2, 3, 1000]]</box>', 1, ['out-of-range']],
    ['below 0', '<box>[[-1, 2, 3, 4]]</box>', 1, ['out-of-range']],
    ['three numbers', '<box>[[1, 2, 3]]</box>', 0, ['arity']],
    ['five numbers', '<box>[[1, 2, 3, 4, 5]]</box>', 0, ['arity']],
    ['one of two has three', '<box>[[1, 2, 3], [1, 2, 3, 4]]</box>', 1, ['arity']],
    ['placeholders', '<ref>dog</ref><box>[[x1, y1, x2, y2]]</box>', 0, ['not-a-number']],
    ['single brackets', '<box>[1, 2, 3, 4]</box>', 1, ['missing-bracket']],
    ['spaces between tags', '<ref> dog </ref> <box> [[1, 2, 3, 4]] </box>', 1, []],
    ['tags that were lost', 'car[[75, 658, 250, 871], [286, 558, 444, 711]]', 2, ['stripped-tags']],
    ['tags that were lost, cut', 'car[[75, 658, 250, 871], [286, 558', 1, ['stripped-tags', 'truncated']],
    ['a relation cut before its object', `<pred>on</pred>${BOX}<box>[[5, 6`, 0, ['truncated']],
    ['a relation without an object', `<pred>on</pred>${BOX}.`, 0, ['arity']],
    ['a relation without boxes', '<pred>on</pred> it', 0, ['arity']],
    ['a relation with a bad subject', `<pred>on</pred><box>[[1, 2]]</box>${BOX}`, 1, ['arity']],
    ['a matrix', 'matrix [[1, 2], [3, 4]]', 0, ['look-alike']]
  ])('%s: %s', (_what, source, count, codes) => {
    expect(codesOf(source, 'lenient')).toEqual([count, codes])
  })
})

describe('strictly', () => {
  test.each([
    ['corners as they are', '<box>[[9, 2, 3, 4]]</box>', 1, []],
    ['1000 as it is', '<box>[[1, 2, 3, 1000]]</box>', 1, []],
    ['a list falls with one bad box', '<box>[[1, 2, 3], [1, 2, 3, 4]]</box>', 0, ['arity']],
    ['single brackets', '<box>[1, 2, 3, 4]</box>', 0, ['missing-bracket']],
    ['no closing tag', '<box>[[1, 2, 3, 4]]', 0, ['truncated']],
    ['tags that were lost', 'car[[75, 658, 250, 871]]', 0, []],
    ['no spaces', '<ref>a</ref><box>[[1,2,3,4]]</box>', 1, []],
    ['a relation of one list', `<pred>on</pred>${BOX}`, 0, ['arity']],
    ['a third list is no part of a relation', `<pred>on</pred>${BOX}${BOX}${BOX}`, 3, []],
    ['no width', '<box>[[3, 2, 3, 4]]</box>', 1, ['degenerate']]
  ])('%s: %s', (_what, source, count, codes) => {
    expect(codesOf(source, 'strict')).toEqual([count, codes])
  })
})

test.each([
  '<pred>on</pred>[[1, 2, 30, 40]] [[5, 6, 70, 80]]',
  '<pred>on</pred><box>[[1, 2, 30, 40]]</box>[[5, 6, 70, 80]]'
])('half a relation is not made whole by what follows it: %s', (source) => {
  const context = { image, mode: 'lenient' as const }
  const read = asmV2.parse(source, context).tree
  const printed = asmV2.print(read, context)
  expect(printed.losses.map(({ code }) => code)).toContain('dialect/escaped')
  const again = asmV2.parse(printed.text, context).tree
  expect(again.regions).toEqual(read.regions)
  expect(again.children.some((node) => node.type === 'phrase')).toBe(false)
})

describe('relations', () => {
  const regions = ['s', 't', 'o'].map((id, i) => ({
    id,
    shape: { type: 'box' as const, box: normalizedBox(i / 10, 0, 1, 1) }
  }))
  const relation = (ids: readonly string[], roles: ('subject' | 'object')[]): GroundedNode => ({
    ...phrase('on', ids),
    type: 'phrase',
    children: [text('on')],
    regionIds: ids,
    roles
  })
  test('have subjects, then objects', () => {
    const source = `<pred>near</pred><box>[[1, 2, 3, 4], [5, 6, 7, 8]]</box><box>[[0, 9, 9, 10]]</box>`
    const [node] = asmV2.parse(source, { image }).tree.children
    expect(node).toMatchObject({
      type: 'phrase',
      regionIds: ['r1', 'r2', 'r3'],
      roles: ['subject', 'subject', 'object']
    })
  })
  test('are written subjects first, whatever their order', () => {
    const tree = groundedText([relation(['o', 's', 't'], ['object', 'subject', 'subject'])], regions)
    expect(asmV2.print(tree, { image })).toEqual({
      text: '<pred>on</pred><box>[[0, 0, 999, 999], [99, 0, 999, 999]]</box><box>[[199, 0, 999, 999]]</box>',
      losses: []
    })
  })
  test('without an object lose their roles, and it is said', () => {
    const { text: printed, losses } = asmV2.print(groundedText([relation(['s'], ['subject'])], regions), { image })
    expect(printed).toBe('<ref>on</ref><box>[[0, 0, 999, 999]]</box>')
    expect(losses.map(({ code, path }) => [code, path])).toEqual([['dialect/role', [0]]])
  })
})

describe('the padded square', () => {
  const wide = { width: 1280, height: 960 }
  const bus = (context: DialectContext, pixels: readonly [number, number, number, number]) => {
    const box = normalizedFromPixel(pixelBox(...pixels), context.image)
    const tree = groundedText([mention('r')], [{ id: 'r', shape: { type: 'box', box } }])
    return asmV2.print(tree, { ...context, pixels: new Map([['r', pixels]]) }).text
  }
  test('has the picture in the middle, the larger half of an odd margin below', () => {
    expect(bus({ image: wide }, [320, 173, 961, 788])).toBe('<box>[[249, 259, 750, 739]]</box>')
    expect(bus({ image: { width: 10, height: 5 } }, [0, 0, 10, 5])).toBe('<box>[[0, 199, 999, 699]]</box>')
  })
  test('is left out for data without padding', () => {
    expect(bus({ image: wide, space: 'original' }, [0, 0, 1280, 480])).toBe('<box>[[0, 0, 999, 499]]</box>')
  })
  test('a box wholly in the padding has nothing left', () => {
    const { tree, diagnostics } = asmV2.parse('<box>[[0, 0, 999, 100]]</box>', { image: wide })
    expect(diagnostics.map(({ code }) => code)).toEqual(['dialect/degenerate'])
    const [, top = 0, , bottom = 0] = tree.regions.flatMap(({ shape }) => [...coordinatesOf(shape)])
    expect(top).toBeLessThan(0)
    expect(bottom).toBeLessThan(0)
  })
  test('numbers that are not safe to multiply are written as they were read', () => {
    for (let n = 0; n < 999; n++) {
      const source = `<box>[[${n}, 0, 999, 999]]</box>`
      expect(asmV2.print(asmV2.parse(source, { image }).tree, { image }).text).toBe(source)
    }
  })
})

test('a phrase without a region does not take the region after it', () => {
  const regions = [{ id: 'r1', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
  const printed = asmV2.print(groundedText([phrase('the dog', []), text(' '), mention('r1')], regions), { image })
  expect(printed.text).toBe('the dog <box>[[0, 0, 999, 999]]</box>')
  expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/ungrounded-phrase'])
})

test('a relation that was not understood is words also where an empty phrase parts it from a region', () => {
  const context = { image: { width: 10, height: 10 }, mode: 'lenient' } as const
  const once = asmV2.print(asmV2.parse('<pred><ref></ref>[[90, 2, 3, 4], [5,', context).tree, context).text
  expect(asmV2.print(asmV2.parse(once, context).tree, context).text).toBe(once)
})
