import { describe, expect, test } from 'vitest'
import type { GroundedShape } from '../../geometry/region-shape'
import { QWEN2_VL_PROFILE, QWEN_VL_PROFILE } from './profile'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { plainText } from '../../grounded/plain-text'
import { shapeFromFractions } from '../kit/coordinates'
import { coordinatesOf } from '../../geometry/shape'
import { roundTiesToEven } from '../../geometry/round'
import { describeDialectLaws } from '../laws'
import { qwen2Vl, qwenVl } from './index'

const trees = (kinds: typeof QWEN_VL_PROFILE.kinds) =>
  lawTrees({
    kinds,
    connectors: [' is ', ', ', '\n', ' 和 ', '. '],
    phrases: ['the dog', '击掌', '"STOP"', "woman's hat (1),(2)", 'a < b'],
    most: 3,
    hasMentions: true,
    hasEmptyPhrases: true
  })
const onGrid =
  (encode: (value: number) => number) =>
  (shape: GroundedShape): GroundedShape =>
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
    ['<img>a<box>(1,2),(3,4)</box>.png</img>', 0, []],
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
    ['a dog (219, 424), (576, 896).', ['a dog '], 1, ['stripped-tags', 'whitespace']],
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
