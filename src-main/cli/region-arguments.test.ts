import { describe, expect, test } from 'vitest'
import { groundPrompt, parseBox, parsePoint } from './region-arguments'

const box = parseBox('0.1,0.2,0.5,0.6')
const point = parsePoint('0.4,0.3')

describe('placeholders', () => {
  test('stand for the regions in the order given, boxes and points together', () => {
    const { tree, unused } = groundPrompt('Is @2 on @1?', [box, point])
    expect(tree.children).toEqual([
      { type: 'text', value: 'Is ' },
      { type: 'mention', regionIds: ['given-2'] },
      { type: 'text', value: ' on ' },
      { type: 'mention', regionIds: ['given-1'] },
      { type: 'text', value: '?' }
    ])
    expect(tree.regions.map(({ shape }) => shape)).toEqual([box, point])
    expect(unused).toEqual([])
  })

  test('a region that is not in the prompt is named and not sent', () => {
    const { tree, unused } = groundPrompt('What is @2?', [box, point])
    expect(unused).toEqual([1])
    expect(tree.regions.map(({ id }) => id)).toEqual(['given-2'])
  })

  test.each(['write to jo@1.example', 'no placeholder @ all', '图@ 1'])('%j has none', (prompt) => {
    expect(groundPrompt(prompt, []).tree.children).toEqual([{ type: 'text', value: prompt }])
  })

  test.each([
    ['@1', 0, 'none was given'],
    ['@2?', 1, 'one was given'],
    ['@0', 2, '2 were given'],
    ['@99999999999999999999', 2, '2 were given']
  ])('%s with %i regions is wrong usage', (prompt, count, message) => {
    const given = [box, point].slice(0, count)
    expect(() => groundPrompt(prompt, given)).toThrow(
      expect.objectContaining({ code: 'cli/usage', message: expect.stringContaining(message) })
    )
  })
})

test.each([
  '',
  '1,2',
  '0.1,0.2,0.5',
  '0.1,0.2,0.5,0.6,0.7',
  '0.1,0.2,0.5,',
  'a,b,c,d',
  '0.1,0.2,0.5,0.6x',
  '0.1,0.2,0.5,NaN',
  '0.1,0.2,0.5,Infinity',
  '0x1,0,1,1'
])('--box %j is not four numbers', (value) => {
  expect(() => parseBox(value)).toThrow(expect.objectContaining({ code: 'cli/usage' }))
})
test.each(['0.5,0.2,0.5,0.6', '0.6,0.2,0.5,0.6', '0,0,640,480', '-0.1,0,1,1'])(
  '--box %s has no area or is not in fractions',
  (value) => {
    expect(() => parseBox(value)).toThrow(expect.objectContaining({ code: 'cli/usage' }))
  }
)
test('whole numbers, exponents and spaces are numbers', () => {
  expect(parseBox('0, .25,1,5e-1')).toEqual({ type: 'box', box: [0, 0.25, 1, 0.5] })
})
