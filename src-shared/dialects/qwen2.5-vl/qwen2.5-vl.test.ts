import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention } from '../../grounded/build'
import { JSON_CONNECTORS, JSON_NOISE, JSON_PHRASES, JSON_SLOW_PATTERNS } from '../kit/json-law-data'
import { QWEN25_LIMITS, smartResize } from '../kit/smart-resize'
import { shapeFromFractions } from '../kit/coordinates'
import { explainRegion } from '../explain'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { qwen25Vl } from './index'

const toEven = (value: number): number => {
  const near = Math.round(value)
  return near - value === 0.5 && near % 2 === 1 ? near - 1 : near
}

describeDialectLaws({
  dialect: qwen25Vl,
  contexts: lawContexts(['resized']),
  trees: lawTrees({
    kinds: ['box', 'point'],
    connectors: JSON_CONNECTORS,
    phrases: JSON_PHRASES,
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize(shape, context) {
    const numbers = coordinatesOf(shape).map((value, i) => {
      const { width = 0, height = 0 } = context.resized ?? {}
      const side = i % 2 === 0 ? width : height
      return Math.min(toEven(value * side), side - 1) / side
    })
    return shapeFromFractions(shape.type, numbers, 'original', context)
  },
  canonical: [
    '```json\n[\n\t{"bbox_2d": [0, 1, 8, 7], "label": "lamp"},\n\t{"point_2d": [5, 8]}\n]\n```',
    'Two.\n```json\n[\n\t{"bbox_2d": [0, 1, 2, 3], "label": "米饭"}\n]\n```\nDone <|im_end|>'
  ],
  noise: lawNoise([
    ...JSON_NOISE,
    ...['{"bbox_2d": [1, 2, 3, 4], "label": "a"}', '{"point_2d": [1, 2]}', '<points', ' x1="1" y1="2"', ' alt="a">'],
    ...['</points>', '<points x1="1" y1="2" alt="a">a</points>', '<|im_end|>']
  ]),
  slowPatterns: [
    ...JSON_SLOW_PATTERNS,
    ...['{"bbox_2d": [1,2,3,4]},', '[{"bbox_2d": [1', '<points', '<points x1="1"', '<points x1="1">']
  ]
})

describe('the size the network saw', () => {
  test.each([
    [640, 428, 644, 420],
    [70, 70, 56, 56],
    [1036, 700, 1036, 700],
    [4000, 3000, 1148, 840],
    [30, 30, 56, 56],
    [1, 1, 56, 56]
  ])('%i × %i becomes %i × %i', (width, height, w, h) => {
    expect(smartResize({ width, height }, QWEN25_LIMITS)).toEqual({ width: w, height: h })
  })

  test('is worked out when it is not given, also for the size of a step', () => {
    const image = { width: 640, height: 428 }
    const { tree } = qwen25Vl.parse('{"bbox_2d": [0, 0, 322, 210]}', { image })
    expect(coordinatesOf(tree.regions[0]?.shape ?? { type: 'box', box: normalizedBox(0, 0, 0, 0) })).toEqual([
      0, 0, 0.5, 0.5
    ])
    const { cellPx } = explainRegion(qwen25Vl, { type: 'box', box: normalizedBox(0, 0, 1, 1) }, { image })
    expect(cellPx).toEqual({ width: 640 / 644, height: 428 / 420 })
  })

  test('the example of the notebook comes out from its pixels', () => {
    const image = { width: 640, height: 428 }
    const shape = { type: 'box' as const, box: normalizedBox(146 / 640, 137 / 428, 615 / 640, 415 / 428) }
    const pixels = new Map([['r', [146, 137, 615, 415]]])
    const { text } = qwen25Vl.print(groundedText([mention('r')], [{ id: 'r', shape }]), { image, pixels })
    expect(text).toBe('```json\n[\n\t{"bbox_2d": [147, 134, 619, 407]}\n]\n```')
  })
})

test.each([
  ['<points x1="1" y1="2" alt="a">a</points>', 1, []],
  ['<points x1="1" y1="2" x2="3" alt="a">a</points>', 1, ['arity']],
  ['<points alt="a">a</points>', 0, ['arity']],
  ['<points x1="1" y1="2" alt="a">a</poi', 0, ['truncated']],
  ['<points x1="1" y1="2"', 0, ['truncated']],
  ['<points are here', 0, ['truncated']],
  ['<points are> here', 0, []],
  ["<points x1='1' y1='2' alt='a'>a</points>", 1, []],
  ['<points x1="5000" y1="2" alt="a">a</points>', 1, ['out-of-range']]
])('%s', (source, count, codes) => {
  const { tree, diagnostics } = qwen25Vl.parse(source, { image: { width: 1036, height: 700 }, mode: 'lenient' })
  expect(tree.regions).toHaveLength(count)
  expect(diagnostics.map(({ code }) => code.slice('dialect/'.length))).toEqual(codes)
})
