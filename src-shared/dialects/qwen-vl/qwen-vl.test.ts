import { describe, expect, test } from 'vitest'
import type { GroundedShape, SpelledShape } from '../../geometry/region-shape'
import { QWEN2_VL_PROFILE, QWEN_VL_PROFILE } from './profile'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { plainText } from '../../grounded/plain-text'
import { normalizedBox } from '../../geometry/space'
import { shapeFromFractions } from '../kit/coordinates'
import { coordinatesOf } from '../../geometry/shape'
import { roundTiesToEven } from '../../geometry/round'
import { describeDialectLaws } from '../laws'
import { qwen2Vl, qwenVl } from './index'

const trees = (kinds: typeof QWEN_VL_PROFILE.kinds) =>
  lawTrees({
    kinds,
    // Nothing but spaces would join a phrase without regions to the mention after it.
    connectors: [' is ', ', ', '\n- ', ' 和 ', '. '],
    phrases: ['the dog', '击掌', '"STOP"', "woman's hat (1),(2)", 'a < b'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: true
  })
const onGrid =
  (encode: (value: number) => number) =>
  (shape: SpelledShape): GroundedShape =>
    shapeFromFractions(
      shape.type,
      coordinatesOf(shape).map((value) => encode(value) / 1000),
      'original',
      { image: { width: 1, height: 1 } }
    )

describeDialectLaws({
  dialect: qwenVl,
  contexts: lawContexts(),
  trees: trees(QWEN_VL_PROFILE.kinds),
  quantize: onGrid((value) => Math.min(999, Math.floor(value * 1000 + 1e-9))),
  canonical: [
    '<ref>击掌</ref><box>(536,509),(588,602)</box>',
    '<ref>two</ref><box>(1,2),(3,4)</box><box>(5,6),(7,8)</box> and <ref>no cat</ref>, <quad>(1,2),(3,4),(5,6),(7,8)</quad>',
    'nothing (1),(2) here<|im_end|>'
  ],
  noise: lawNoise([
    ...['<ref>', '</ref>', '<box>', '</box>', '<quad>', '</quad>', '<img>', '</img>', '<|im_end|>', '<bo', '</'],
    ...['(1,2),(3,4)', '(900,2),(3,', '(1, 2),(3,4)', '(x0,y0)', '<box>(1,2),(3,4)</box>', '(1000,2000)']
  ]),
  slowPatterns: [
    '(1,2),',
    '(1,2),(3,4)',
    '(1',
    '(1,2),(3',
    '<ref>',
    '<box>(1,2),',
    '<ref>a</ref>',
    '<',
    '<box>',
    '<img>',
    '</box>',
    '(1,2),(3,4)</box>',
    'x '
  ]
})
describeDialectLaws({
  dialect: qwen2Vl,
  contexts: lawContexts(),
  trees: trees(QWEN2_VL_PROFILE.kinds),
  quantize: onGrid((value) => roundTiesToEven(value * 1000)),
  canonical: [
    '<|object_ref_start|>zebras<|object_ref_end|><|box_start|>(10,20),(300,400)<|box_end|><|box_start|>(310,20),(600,1000)<|box_end|>',
    'click <|box_start|>(512,384)<|box_end|>.'
  ],
  noise: lawNoise([
    ...['<|object_ref_start|>', '<|object_ref_end|>', '<|box_start|>', '<|box_end|>', '<|quad_start|>', '<|box_'],
    ...['(1,2),(3,4)', '(900,2),(3,', '(1,2)', '(1,2,3)', '<|im_end|>']
  ]),
  slowPatterns: ['<|box_start|>(1,2),', '<|object_ref_start|>', '<|', '<|box_start|>(1,2)<|box_end|>']
})

describe('recovery', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    ['<box>(1,2),(3,4)', 1, ['missing-bracket']],
    ['<box>(1,2),(3,4', 0, ['truncated']],
    ['<box>(1, 2),(3,4)</box>', 1, ['whitespace']],
    ['<box>(9,2),(3,4)</box>', 1, ['reversed']],
    ['<box>(1,2),(3,1200)</box>', 1, ['out-of-range']],
    ['<box>(1,2),(3)</box>', 0, ['arity']],
    ['<box>(x0,y0),(x1,y1)</box>', 0, ['not-a-number']],
    ['<ref>dog</ref><box>(1,2),(3,4)</box><box>(5,6', 1, ['truncated']],
    ['<box>(1,2),(3,4)</bo', 1, ['missing-bracket']],
    ['<box>(1,2),(3,4)<|im_end|>', 1, ['missing-bracket']],
    ['<box>(1,2)', 0, ['truncated']],
    ['<box>(1,2)<|im_end|>', 0, ['truncated', 'arity']],
    ['<box>(-1,2),(3,4)</box>', 1, ['out-of-range']],
    ['<box>(1.5,2),(3,4)</box>', 1, ['precision']],
    ['<box>1,2,3,4</box>', 1, ['missing-bracket']],
    ['<box>((1,2),(3,4))</box>', 1, ['missing-bracket']],
    ['<box></box>', 0, ['arity']],
    ['<ref>dog</ref>\n<box>(1,2),(3,4)</box>', 1, ['whitespace']],
    ['<quad>(1,2),(3,4),(5,6)</quad>', 0, ['arity']],
    ['<quad>(1,2),(3,4),(5,6),(7,8)', 1, ['missing-bracket']],
    ['dog(219,424),(576', 0, ['truncated']],
    ['dog(219,424),(576<|im_end|>', 0, ['truncated']],
    ['two(1,2),(30,40)(5,6),(7', 1, ['stripped-tags', 'truncated']],
    ['pages (1,2) and (3', 0, []],
    ['<img>a<box>(1,2),(3,4)</box>.png</img>', 0, []],
    ['<img>a<box>(1,2),(3,4)</box>.png', 0, ['truncated']],
    ['see (1,2),(3,4)</box>', 0, []]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = qwenVl.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})

describe('without its tags', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    ['her dog(219,424),(576,896)', ['her dog'], 1, ['stripped-tags']],
    [
      'Two apples(302,257),(582,671)(603,252),(878,642) and a bowl(2,269),(304,674)',
      ['Two apples', 'a bowl'],
      3,
      ['stripped-tags', 'stripped-tags']
    ],
    ['a dog (219, 424), (576, 896).', ['a dog'], 1, ['stripped-tags', 'whitespace']],
    ['a dog(576,896),(219,424)', ['a dog'], 1, ['stripped-tags', 'reversed']],
    ['point (1,2) and list (1),(2)', [], 0, []],
    ['(1,2),(3,4),(5,6)', [], 0, []]
  ])('%s', (source, phrases, count, codes) => {
    for (const dialect of [qwenVl, qwen2Vl]) {
      const { tree, diagnostics } = dialect.parse(source, { image, mode: 'lenient' })
      expect(tree.children.flatMap((node) => (node.type === 'phrase' ? plainText(node.children) : []))).toEqual(phrases)
      expect(tree.regions).toHaveLength(count)
      expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
      expect(dialect.parse(source, { image }).tree.regions).toEqual([])
    }
  })

  test('a box whose opening tag stood in the prompt is that box, not a stripped one', () => {
    const { tree, diagnostics } = qwenVl.parse('(128,256),(384,768)</box>', { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(1)
    expect(diagnostics).toEqual([])
  })
})

describe('strict reading says why it refuses', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    ['<box>(-1,2),(3,4)</box>', 'out-of-range'],
    ['<box>(1,2),(3,40000)</box>', 'out-of-range'],
    ['<box>(1.5,2),(3,4)</box>', 'precision'],
    ['<box>(1, 2),(3,4)</box>', 'whitespace'],
    ['<box>1,2,3,4</box>', 'missing-bracket'],
    ['<box>(1,2),(3,4),(5,6)</box>', 'arity'],
    ['<box>(1,2),(3,4)', 'truncated']
  ])('%s', (source, code) => {
    const { tree, diagnostics } = qwenVl.parse(source, { image })
    expect(tree.regions).toEqual([])
    expect(diagnostics.map(({ code }) => code)).toEqual([`dialect/${code}`])
  })
})

test('a space between a phrase and its box breaks them apart strictly, and not leniently', () => {
  const image = { width: 1000, height: 1000 }
  const source = '<ref>dog</ref> <box>(1,2),(3,4)</box> <box>(5,6),(7,8)</box>'
  const phrases = (mode: 'strict' | 'lenient') =>
    qwenVl
      .parse(source, { image, mode })
      .tree.children.flatMap((node) => (node.type === 'text' || node.type === 'raw' ? [] : [node.regionIds]))
  expect(phrases('strict')).toEqual([[], ['r1'], ['r2']])
  expect(phrases('lenient')).toEqual([['r1'], ['r2']])
})

test('a phrase without a region does not take the region after it', () => {
  const regions = [{ id: 'r1', shape: { type: 'box' as const, box: normalizedBox(0, 0, 0.5, 0.5) } }]
  const tree = groundedText([phrase('the dog', []), text(' '), mention('r1')], regions)
  const { text: printed, losses } = qwenVl.print(tree, { image: { width: 10, height: 10 } })
  expect(printed).toBe('the dog <box>(0,0),(500,500)</box>')
  expect(losses.map(({ code }) => code)).toEqual(['dialect/ungrounded-phrase'])
})

describe('Qwen2-VL where a pair is a point', () => {
  const image = { width: 1000, height: 1000 }
  test.each([
    // It may be the first half of a box.
    ['<|box_start|>(512,384)', 0, ['truncated']],
    ['<|box_start|>(512,384),(', 0, ['truncated']],
    ['<|box_start|>(512,384)<|box_', 1, ['missing-bracket']],
    ['<|box_start|>(512,384)<|im_end|>', 1, ['missing-bracket']],
    ['<|box_start|>(1,2),(3,1001)<|box_end|>', 1, ['out-of-range']],
    ['<|box_start|>(0.1,0.2),(0.3,0.4)<|box_end|>', 1, ['precision']]
  ])('%s', (source, count, codes) => {
    const { tree, diagnostics } = qwen2Vl.parse(source, { image, mode: 'lenient' })
    expect(tree.regions).toHaveLength(count)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })
})

test.each(['<ref><img>\n</ref>', '<img><ref><ref></ref>', '<ref><img>a</img></ref>'])(
  'what a picture hid stays words when it is written: %j',
  (source) => {
    const context = { image: { width: 10, height: 10 } }
    const { text: printed, losses } = qwenVl.print(qwenVl.parse(source, context).tree, context)
    expect(losses.map(({ code }) => code)).toContain('dialect/escaped')
    const again = qwenVl.parse(printed, context)
    expect(again.tree.children).toMatchObject([{ type: 'text', value: printed }])
  }
)
