/** @file Traps in how regions are spelled in texts: other dialects, other scales, other punctuation, half-finished answers. */
import type { Trap } from './trap'

const turned = (format: string, name: string, answer: string, id: object = {}): Trap => ({
  format,
  name,
  files: {
    'data.json': JSON.stringify([
      {
        ...id,
        image: 'a.jpg',
        conversations: [
          { from: 'human', value: '<image>\nWhere is it?' },
          { from: 'gpt', value: answer }
        ]
      }
    ])
  }
})
const llava = (name: string, answer: string): Trap => turned('llava-json', name, answer)
const LLAVA: readonly Trap[] = [
  llava('MiniGPT-v2 in braces', '<p>cup</p> {<10><20><30><40>}'),
  llava('Chinese brackets and commas', '杯子【0.1，0.2，0.3，0.4】'),
  llava('wide digits', 'cup [０.１, ０.２, ０.３, ０.４]'),
  llava('powers of ten', 'cup [1e-1, 2e-1, 3e-1, 4e-1]'),
  llava('percent', 'cup [10%, 20%, 30%, 40%]'),
  llava('a zero-width space between the numbers', 'cup [0.1,\u200b0.2, 0.3, 0.4]'),
  llava('unbreakable spaces', 'cup [0.1,\u00a00.2,\u00a00.3,\u00a00.4]'),
  llava('a line break between the numbers', 'cup [0.1,\n0.2,\n0.3,\n0.4]'),
  llava('parentheses', 'cup (0.1, 0.2, 0.3, 0.4)'),
  llava('cut off before the last number', 'cup [0.1, 0.2, 0.3'),
  llava('tags escaped for HTML', '&lt;box&gt;[0.1, 0.2, 0.3, 0.4]&lt;/box&gt;'),
  llava('Arabic before the place', 'الكوب [0.1, 0.2, 0.3, 0.4]'),
  llava('an emoji of two halves around the place', '😀cup [0.1, 0.2, 0.3, 0.4] 👍🏽'),
  llava('citations', 'As in [1] and [2, 3], a cup'),
  llava('a JSON of Qwen2.5-VL', '```json\n[{"bbox_2d": [64, 96, 320, 288], "label": "cup"}]\n```')
]

const json = (name: string, answer: string): Trap => turned('qwen2-vl-json', name, answer)
const QWEN2: readonly Trap[] = [
  json('corners reversed', '{"bbox_2d": [419, 407, 147, 134], "label": "cup"}'),
  json('left, top, width, height', '{"bbox_2d": [500, 134, 100, 107], "label": "cup"}'),
  json('several labels', '{"bbox_2d": [147, 134, 419, 407], "label": ["cup", "mug"]}'),
  json('a second label', '{"bbox_2d": [147, 134, 419, 407], "label": "cup", "sub_label": "red"}'),
  json('a confidence', '{"bbox_2d": [147, 134, 419, 407], "label": "cup", "score": 0.9, "id": "x"}'),
  json('a label twice', '{"bbox_2d": [147, 134, 419, 407], "label": "cup", "label": "mug"}'),
  json('half a character', '{"bbox_2d": [147, 134, 419, 407], "label": "\\ud83d cup"}'),
  json('all of the image as fractions', '{"bbox_2d": [0, 0, 1, 1], "label": "cup"}'),
  json('single quotes', "{'bbox_2d': [147, 134, 419, 407], 'label': 'cup'}"),
  json('no label, cut off', '[{"bbox_2d": [147, 134, 419, 407]'),
  json('the second cut off', '```json\n[{"bbox_2d": [147, 134, 419, 407], "label": "cup"}, {"bbox_2d": [1, 2'),
  json('two boxes in one', '{"bbox_2d": [[147, 134, 419, 407], [1, 2, 30, 40]], "label": "cup"}'),
  json('corners by name', '{"bbox_2d": {"x1": 147, "y1": 134, "x2": 419, "y2": 407}, "label": "cup"}'),
  json('texts for numbers', '{"bbox_2d": ["147", "134", "419", "407"], "label": "cup"}'),
  json('JSON inside a text', JSON.stringify('{"bbox_2d": [147, 134, 419, 407], "label": "cup"}')),
  json('Gemini’s key, y first', '{"box_2d": [147, 134, 419, 407], "label": "cup"}'),
  json('tokens of Qwen2-VL', '<|object_ref_start|>cup<|object_ref_end|><|box_start|>(100,200),(500,600)<|box_end|>'),
  json('words around a fence', 'Here:\n```json\n[{"bbox_2d": [147, 134, 419, 407], "label": "cup"}]\n```\nDone.')
]

const qwen = (name: string, answer: string): Trap => ({
  format: 'qwen-vl-json',
  name,
  files: {
    'data.json': JSON.stringify([
      {
        conversations: [
          { from: 'user', value: 'Picture 1: <img>a.jpg</img>\nFind it' },
          { from: 'assistant', value: answer }
        ]
      }
    ])
  }
})
const QWEN: readonly Trap[] = [
  qwen('wide parentheses', '<ref>cup</ref><box>（100，200），（500，600）</box>'),
  qwen('a box without end', '<ref>cup</ref><box>(100,200),(500,600)'),
  qwen('words without end', '<ref>cup<box>(100,200),(500,600)</box>'),
  qwen('tags that cross', '<ref>cup<box>(100,200),(500,600)</ref></box>'),
  qwen('words inside words', '<ref>the <ref>cup</ref></ref><box>(100,200),(500,600)</box>'),
  qwen('the box before its words', '<box>(100,200),(500,600)</box><ref>cup</ref>'),
  qwen('one corner', '<ref>cup</ref><box>(100,200)</box>'),
  qwen('three corners', '<ref>cup</ref><box>(100,200),(500,600),(1,2)</box>'),
  qwen('tags in capitals', '<Ref>cup</Ref><Box>(100,200),(500,600)</Box>'),
  qwen('tags escaped for HTML', '&lt;ref&gt;cup&lt;/ref&gt;&lt;box&gt;(100,200),(500,600)&lt;/box&gt;'),
  qwen('tags that were lost', 'cup(100,200),(500,600)'),
  qwen('a polygon', '<ref>cup</ref><poly>(1,2),(3,4),(5,6)</poly>')
]

const pali = (name: string, suffix: string): Trap => ({
  format: 'prefix-suffix',
  name,
  files: { 'data.jsonl': `${JSON.stringify({ image: 'a.jpg', prefix: 'segment cup', suffix })}\n` }
})
const BOX = '<loc0256><loc0128><loc0768><loc0896>'
const PALI: readonly Trap[] = [
  pali('the codes of a mask', `${BOX}${'<seg003>'.repeat(16)} cup`),
  pali('half of the codes of a mask', `${BOX}<seg003><seg004> cup`),
  pali('spaces between tokens', '<loc0256> <loc0128> <loc0768> <loc0896> cup'),
  pali('bottom before top', '<loc0768><loc0896><loc0256><loc0128> cup')
]

const as = (name: string, answer: string): Trap => turned('all-seeing', name, answer)
const ALL_SEEING: readonly Trap[] = [
  as('a predicate of one box', '<pred>riding</pred><box>[[100, 200, 500, 600]]</box>'),
  as('a box in the margin of the square', '<ref>cup</ref><box>[[100, 10, 500, 60]]</box>'),
  as('fractions', '<ref>cup</ref><box>[[0.1, 0.2, 0.5, 0.6]]</box>'),
  as('one pair of brackets', '<ref>cup</ref><box>[100, 200, 500, 600]</box>'),
  as('InternVL, which counts on the image itself', '<ref>cup</ref><box>[[100, 300, 500, 600]]</box>'),
  as('an empty list', '<ref>cup</ref><box>[]</box>')
]

export const TRAPS: readonly Trap[] = [...LLAVA, ...QWEN2, ...QWEN, ...PALI, ...ALL_SEEING]
