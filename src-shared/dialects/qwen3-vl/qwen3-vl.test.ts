import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { roundTiesToEven } from '../../geometry/round'
import { plainText } from '../../grounded/plain-text'
import { JSON_NOISE, JSON_PHRASES, JSON_CONNECTORS, JSON_SLOW_PATTERNS } from '../kit/json-law-data'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { qwen3Vl } from './index'

describeDialectLaws({
  dialect: qwen3Vl,
  contexts: lawContexts(),
  trees: lawTrees({
    kinds: ['box', 'point'],
    connectors: JSON_CONNECTORS,
    phrases: JSON_PHRASES,
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize: (shape) =>
    shapeFromFractions(
      shape.type,
      coordinatesOf(shape).map((value) => roundTiesToEven(value * 1000) / 1000),
      'original',
      { image: { width: 1, height: 1 } }
    ),
  canonical: [
    '```json\n[\n\t{"bbox_2d": [412, 77, 581, 301], "label": "lamp"},\n\t{"point_2d": [5, 1000]}\n]\n```',
    'Two.\n```json\n[\n\t{"bbox_2d": [0, 1, 2, 3], "label": "米饭 \\"a\\""}\n]\n```\nDone [1] {}<|im_end|>'
  ],
  noise: lawNoise([...JSON_NOISE, '{"bbox_2d": [1, 2, 3, 4], "label": "a"}', '{"point_2d": [1, 2]}', '"bbox_2d": ']),
  slowPatterns: [...JSON_SLOW_PATTERNS, '{"bbox_2d": [1,2,3,4]},', '[{"bbox_2d": [1', '{"bbox_2d":']
})

describe('recovery', () => {
  const image = { width: 1000, height: 1000 }
  const read = (source: string, mode: 'strict' | 'lenient' = 'lenient') => {
    const { tree, diagnostics } = qwen3Vl.parse(source, { image, mode })
    const labels = tree.children.flatMap((node) => (node.type === 'phrase' ? [plainText(node.children)] : []))
    return { count: tree.regions.length, codes: diagnostics.map(({ code }) => code.slice('dialect/'.length)), labels }
  }
  test.each([
    ['{{"bbox_2d": [1, 2, 3, 4], "label": "a"}, {"bbox_2d": [5, 6, 7, 8], "label": "b"}]', 2, ['bad-json'], 'ab'],
    ["[{'bbox_2d': [1, 2, 3, 4], 'label': 'a'},]", 1, ['quote-style'], 'a'],
    ['[{"bbox_2d": [1, 2, 3, 4,], "label": "a",}]', 1, ['quote-style'], 'a'],
    ['[{"bbox_2d": [1, 2, 3, 4] "label": "a"}]', 1, ['bad-json'], 'a'],
    ['[{"bbox_2d": [1, 2, 3, 4], "label": "a"', 1, ['missing-bracket'], 'a'],
    ['[{"bbox_2d": [1, 2, 3, 4]', 1, ['missing-bracket'], ''],
    ['[{"bbox_2d": [1, 2, 3, 4', 0, ['truncated'], ''],
    ['[{"bbox_2d": [1, 2, 3<|im_end|>', 0, ['truncated'], ''],
    ['[{"label": "a", "bbo', 0, ['truncated'], ''],
    ['[{"bbox": [1, 2, 3, 4], "label": "a"}]', 1, [], 'a'],
    ['{"bbox_2d": [1, 2, 3, 1200]}', 1, ['out-of-range'], ''],
    ['{"bbox_2d": [9, 2, 3, -4]}', 1, ['out-of-range', 'reversed'], ''],
    ['{"bbox_2d": [1, 2, 1, 4]}', 1, ['degenerate'], ''],
    ['{"bbox_2d": [1.5, 2, 3, 4]}', 1, ['precision'], ''],
    ['{"bbox_2d": ["x0", "y0", 3, 4]}', 0, ['not-a-number'], ''],
    ['{"bbox_2d": "none"}', 0, ['not-a-number'], ''],
    ['{"bbox_2d": [], "label": "a"}', 0, ['arity'], ''],
    ['{"bbox_2d": [[1, 2, 3, 4], [5, 6, 7, 8]], "label": "a"}', 2, [], 'a'],
    ['{"bbox_2d": [1, 2, 3, 4], "bbox_2d": [5, 6, 7, 8], "label": "a"}', 1, ['bad-json'], 'a'],
    ['{"names": {"zh": "米饭", "en": "Rice"}, "bbox_2d": [1, 2, 3, 4]}', 1, [], 'Rice'],
    ['{"attributes": [{"color": "red"}], "bbox_2d": [1, 2, 3, 4]}', 1, [], ''],
    ['{"image": "a.png", "objects": [{"bbox_2d": [1, 2, 3, 4]}, {"point_2d": [1, 2]}], "count": 2}', 2, [], ''],
    ['[{"bbox_2d": [1, 2, 3, 4], "label": null}]', 1, [], ''],
    ['[{"bbox_2d": [1, 2, 3, 4], ???', 0, ['bad-json'], ''],
    ['{"bbox_2d": [1, 2, 3, 4], "label": "woman\\u0027s\\nhat"}', 1, [], "woman's\nhat"],
    ['{"bbox_2d": [1, 2, 3, 4]}\n{"bbox_2d": [5, 6, 7, 8]}', 2, [], ''],
    ['{"color": "red"} [1, 2, 3, 4] {', 0, [], ''],
    ["[{'bbox_2d': (1, 2, 3, 4), 'label': None}]", 1, ['quote-style'], ''],
    ["[{'bbox_2d': (1, 2, 3, 4,), 'label': 'a'}, {'point_2d': (5, 6", 1, ['quote-style', 'truncated'], 'a'],
    ['{"bbox_2d": [1, 2, 3, 4), "label": "a"}', 0, ['bad-json'], ''],
    ['{"bbox_2d": [1, 2, 3, 4], "label": 12}', 1, [], '12'],
    ['{"bbox_2d": [1, 2, 3, 4], "label": ""}', 1, [], ''],
    ['{"bbox_2d": [0.1, 0.2, 0.3, 0.45], "label": "a"}', 1, ['precision'], 'a']
  ])('%s', (source, count, codes, labels) => {
    const found = read(source)
    expect({ ...found, labels: found.labels.join('') }).toEqual({ count, codes, labels })
  })

  test('a cut object is dropped in strict mode', () => {
    expect(read('[{"bbox_2d": [1, 2, 3, 4], "label": "a"').codes).toEqual(['missing-bracket'])
    expect(read('[{"bbox_2d": [1, 2, 3, 4], "label": "a"', 'strict')).toMatchObject({ count: 0, codes: ['truncated'] })
  })

  test('an empty label is not a missing one, and comes back', () => {
    const source = '```json\n[\n\t{"bbox_2d": [1, 2, 3, 4], "label": ""},\n\t{"bbox_2d": [1, 2, 3, 4]}\n]\n```'
    const { tree } = qwen3Vl.parse(source, { image })
    expect(tree.children.map(({ type }) => type)).toEqual(['phrase', 'mention'])
    expect(qwen3Vl.print(tree, { image })).toEqual({ text: source, losses: [] })
  })

  test('lenient takes numbers up to 1 with a dot for fractions, strict for thousandths', () => {
    const source = '{"bbox_2d": [0.1, 0.2, 0.3, 1], "label": "a"}'
    const box = (mode: 'strict' | 'lenient') => {
      const shape = qwen3Vl.parse(source, { image, mode }).tree.regions[0]?.shape
      return shape === undefined ? [] : coordinatesOf(shape).map((value) => Number(value.toFixed(9)))
    }
    expect(box('lenient')).toEqual([0.1, 0.2, 0.3, 1])
    expect(box('strict')).toEqual([0.0001, 0.0002, 0.0003, 0.001])
    expect(qwen3Vl.parse('{"bbox_2d": [0, 0, 1, 1]}', { image, mode: 'lenient' }).diagnostics).toEqual([])
  })

  test('a region shows as soon as its object is whole', () => {
    const stream = qwen3Vl.stream({ image })
    stream.push('```json\n[\n\t{"bbox_2d": [1, 2, 3, 4], "label": "a"}')
    expect(stream.snapshot().tree.regions).toHaveLength(1)
  })
})
