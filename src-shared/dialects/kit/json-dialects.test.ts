import { describe, expect, test } from 'vitest'
import type { DialectProfile } from '../dialect'
import { coordinatesOf } from '../../geometry/shape'
import { roundHalfEven, roundTiesToEven } from '../../geometry/round'
import { GEMINI_PROFILE, gemini } from '../gemini'
import { JSON_PROFILE, json } from '../json'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { MOONDREAM_PROFILE, moondream } from '../moondream'
import { shapeFromFractions } from './coordinates'
import { JSON_CONNECTORS, JSON_NOISE, JSON_PHRASES, JSON_SLOW_PATTERNS } from './json-law-data'

const treesOf = ({ kinds }: DialectProfile) =>
  lawTrees({
    kinds,
    connectors: JSON_CONNECTORS,
    phrases: JSON_PHRASES,
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  })
const onGrid = (encode: (value: number) => number): Parameters<typeof describeDialectLaws>[0]['quantize'] => {
  const unit = { image: { width: 1, height: 1 } }
  return (shape) => shapeFromFractions(shape.type, coordinatesOf(shape).map(encode), 'original', unit)
}

describeDialectLaws({
  dialect: gemini,
  contexts: lawContexts(),
  trees: treesOf(GEMINI_PROFILE),
  quantize: onGrid((value) => roundTiesToEven(value * 1000) / 1000),
  canonical: [
    '```json\n[\n  {"box_2d": [250, 100, 750, 900], "label": "cat"},\n  {"point": [1, 1000]}\n]\n```',
    'One.\n```json\n[\n  {"box_2d": [0, 1, 2, 3]}\n]\n```\nDone'
  ],
  noise: lawNoise([...JSON_NOISE, '{"box_2d": [1, 2, 3, 4], "label": "a"}', '{"point": [1, 2]}', '"box_2d": ']),
  slowPatterns: [...JSON_SLOW_PATTERNS, '{"box_2d": [1,2,3,4]},', '[{"box_2d": [1']
})
describeDialectLaws({
  dialect: moondream,
  contexts: lawContexts(),
  trees: treesOf(MOONDREAM_PROFILE),
  quantize: onGrid((value) => roundHalfEven(value, 4)),
  canonical: [
    '```json\n{"objects": [{"x_min": 0.1000, "y_min": 0.2000, "x_max": 0.9000, "y_max": 0.8000}]}\n```',
    'One.\n```json\n{"objects": [{"x": 0.0000, "y": 1.0000, "label": "nose"}]}\n```\nDone'
  ],
  noise: lawNoise([...JSON_NOISE, '{"x": 0.1, "y": 0.2}', '{"objects": [', '"x_min": 0.5', '{"x": 1, ', '"y": 0.5}']),
  slowPatterns: [...JSON_SLOW_PATTERNS, '{"objects": [', '{"x": 0.1, "y": 0.2},', '{"x": 0.1, "']
})
describeDialectLaws({
  dialect: json,
  contexts: lawContexts(),
  trees: treesOf(JSON_PROFILE),
  quantize: onGrid((value) => roundHalfEven(value, 4)),
  canonical: [
    '```json\n[\n  {"box": [0.1000, 0.2500, 0.9000, 0.7500], "label": "cat"},\n  {"point": [0.5000, 1.0000]}\n]\n```',
    '```json\n[\n  {"polygon": [[0.1000, 0.2000], [0.3000, 0.2000], [0.2000, 0.4000]]}\n]\n```\nDone',
    '```json\n[\n  {"polyline": [[0.1000, 0.2000], [0.3000, 0.2000]]}\n]\n```',
    '```json\n[\n  {"quad": [[0.1000, 0.2000], [0.3000, 0.2000], [0.3000, 0.4000], [0.1000, 0.4000]]}\n]\n```'
  ],
  noise: lawNoise([...JSON_NOISE, '{"box": [0.1, 0.2, 0.3, 0.4]}', '{"polygon": [[0, 0], ', '[1, 1], [0.5, 0.5]]}']),
  slowPatterns: [...JSON_SLOW_PATTERNS, '{"box": [0.1,0.2,0.3,0.4]},', '{"polygon": [[0,', '{"box":[[[']
})

describe('recovery', () => {
  const image = { width: 1000, height: 500 }
  test.each([
    [json, '{"box": [100, 200, 300, 400], "label": "cat"}', 0, ['look-alike']],
    [json, '{"box": [0.1, 0.2, 0.3, 1.002]}', 1, ['out-of-range']],
    [json, '{"box": [0, 0, 1, 1]}', 1, []],
    [json, '{"polygon": [[0, 0], [1, 1]]}', 0, ['arity']],
    [moondream, '{"objects": [{"x_min": 0.1, "y_min": 0.2, "x_max": 0.3, "y_max": 0.4}]}', 1, []],
    [moondream, '{"points": [{"x": 0.1, "y": 0.2}, {"x": 0.3, "y": 0.4}]}', 2, []],
    [moondream, '{"objects": [{"x_min": 0.1, "y_min": 0.2}]}', 0, ['arity']],
    [moondream, '{"objects": [{"x_min": 0.1, "y_min": 0.2, "x_max": 0.3, "y_max": 0.4', 0, ['truncated']],
    [gemini, '[{"box_2d": [750, 100, 250, 900], "label": "cat", "mask": "data:image/png;base64,AA"}]', 1, ['reversed']]
  ])('%#: %s %s', (dialect, source, count, codes) => {
    const { tree, diagnostics } = dialect.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.slice('dialect/'.length))).toEqual(codes)
  })
})
