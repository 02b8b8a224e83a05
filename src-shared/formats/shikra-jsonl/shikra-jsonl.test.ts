import { describe, expect, test } from 'vitest'
import { readDialogues, SIZE } from '../kit/conversation/read-dialogues'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { shikraJsonl } from '.'

const lines = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')
const read = async (...records: readonly object[]) => readDialogues(shikraJsonl, { 'a.jsonl': lines(...records) })

const box = [10, 20, 110, 220]
const other = [150, 30, 240, 200]
const rec = { img_path: 'a.jpg', expression: 'left mug', bbox: [10.5, 20, 110, 220.25] }
const flickr = {
  id: 0,
  image_id: 'a',
  boxes: [box, other],
  sentence: '<ph_st>Two mugs<ph_ed> on a <ph_st>shelf<ph_ed> .',
  boxes_seq: [[0, 1], [1]]
}
const gpt = {
  img_path: 'a.jpg',
  boxes: [box, other],
  question: 'Is <ph_st>the mug<ph_ed> red ?',
  question_boxes_seq: [[0]],
  answer: 'yes',
  cot_with_ans: '<ph_st>It<ph_ed> is, as <ph_st>the lid<ph_ed> is. yes',
  answer_boxes_seq: [[0], [1]]
}
const local = { file_path: 'a.jpg', question: 'What colour is this ?', answer: 'red', bbox: box, point: [60, 120] }
const twice = {
  file_path: 'a.jpg',
  obj_question: 'How many mugs are there ?',
  super_question: 'How many vessels are there ?',
  general_question: 'How many of these are there ?',
  answer: '2',
  bbox: box,
  point: [60, 120]
}
const v7w = { file_path: 'a.jpg', question: 'Which is red ?', candidates: [box, other], answer: other, point: false }
const vcr = {
  img_fn: 'a.jpg',
  boxes: [
    [...box, 0.9],
    [...other, 0.8]
  ],
  objects: ['person', 'dog'],
  question: ['Why', 'is', [0], 'here', '?'],
  answer_choices: [['no'], [[0, 1], 'live', 'here', '.']],
  answer_label: 1,
  rationale_choices: [['It', 'is', [1], "'s", '.'], ['b']],
  rationale_label: 0
}
const gqa = {
  imageId: 'a',
  question: 'Is it red?',
  answer: 'yes',
  fullAnswer: 'Yes, it is.',
  semanticStr: 's',
  annotations: { question: { '1': '7' } },
  cot: { boxes: [box], value: 'The mug<boxes> is red.', seq: [[0]] }
}
const dialogue = {
  image: 'a.jpg',
  target: { boxes: [box, other], points: [[60, 120]] },
  conversations: [
    { from: 'human', value: '<image> Who is at <boxes>?', boxes_seq: [[0]] },
    { from: 'gpt', value: 'two dogs<boxes> at <points>.', boxes_seq: [[1, 0]], points_seq: [[0]] }
  ]
}

testFormatLaws(shikraJsonl)
testDamagedFiles(
  shikraJsonl,
  [
    new Map([['a.jsonl', lines(rec, flickr, gpt, local)]]),
    new Map([['a.jsonl', lines(dialogue, vcr)]]),
    new Map([['a.json', JSON.stringify([dialogue, v7w, gqa, twice])]])
  ],
  new Map([['a.jpg', SIZE]])
)

describe('reading every task of Shikra', () => {
  test('a referring expression is a region with its phrase, in pixels of the unpadded image', async () => {
    const { regions, pixels, turns, said } = await read(rec)
    expect([pixels, regions[0]?.phrase, turns, said]).toEqual([[[10.5, 20, 110, 220.25]], 'left mug', [], []])
  })

  test.each<[task: string, record: object, turns: readonly string[], regions: number, said: readonly string[]]>([
    ['Flickr30k spotting', flickr, ['assistant: {Two mugs → 1, 2} on a {shelf → 2} .'], 2, []],
    ['captions', { img_path: 'a.jpg', caption: 'a mug' }, ['assistant: a mug'], 0, []],
    ['GPT-generated', gpt, ['user: Is {the mug → 1} red ?', 'assistant: {It → 1} is, as {the lid → 2} is. yes'], 2, []],
    ['PointQA local', local, ['user: What colour is this ? ‹2›', 'assistant: red'], 2, []],
    [
      'PointQA local, no point',
      { ...local, point: undefined },
      ['user: What colour is this ? ‹1›', 'assistant: red'],
      1,
      []
    ],
    [
      'PointQA look-twice',
      twice,
      [
        'user: How many mugs are there ? ‹2›',
        'assistant: 2',
        'user: How many vessels are there ? ‹2›',
        'assistant: 2',
        'user: How many of these are there ? ‹2›',
        'assistant: 2'
      ],
      2,
      []
    ],
    ['V7W pointing', v7w, ['user: Which is red ? ‹1, 2›', 'assistant: ‹2›'], 2, []],
    [
      'VCR',
      vcr,
      ['user: Why is {person → 1} here ?', "assistant: {person dog → 1, 2} live here .\nIt is {dog → 2} 's ."],
      2,
      ['note import/wrong-choices']
    ],
    [
      'GQA with a chain of thought',
      gqa,
      ['user: Is it red?', 'assistant: The mug‹1› is red.\nYes, it is.'],
      1,
      ['note import/scene-graph']
    ],
    ['GQA', { ...gqa, cot: undefined, annotations: undefined }, ['user: Is it red?', 'assistant: Yes, it is.'], 0, []],
    [
      'CLEVR',
      { image_filename: 'a.jpg', image_index: 1, question: 'How many?', answer: '3', program: [{}] },
      ['user: How many?', 'assistant: 3'],
      0,
      ['note import/program']
    ],
    [
      'VQAv2',
      { image_path: 'a.jpg', question: 'Red?', annotation: { multiple_choice_answer: 'no' } },
      ['user: Red?', 'assistant: no'],
      0,
      []
    ],
    [
      'VQA-X',
      { file_path: 'a.jpg', question: 'Red?', justification: ['it glows'], multiple_choice_answer: 'yes' },
      ['user: Red?', 'assistant: yes\nit glows'],
      0,
      []
    ],
    [
      'VQA-E',
      { file_path: 'a.jpg', question: 'Red?', explanation: ['it glows', 0.5], multiple_answers: ['yes', 'no'] },
      ['user: Red?', 'assistant: yes\nit glows'],
      0,
      []
    ],
    ['POPE', { image: 'a.jpg', text: 'A mug?', label: 'no', question_id: 3 }, ['user: A mug?', 'assistant: no'], 0, []],
    ['dialogues', dialogue, ['user: Who is at ‹1›?', 'assistant: two dogs‹2, 1› at ‹3›.'], 3, []],
    [
      'dialogues with marked phrases',
      {
        ...dialogue,
        conversations: [
          { from: 'human', value: 'Who?\n<image>' },
          { from: 'gpt', value: '<ph_st>A dog<ph_ed><boxes> <ph_st>here<ph_ed>', boxes_seq: [[1]] }
        ]
      },
      ['user: Who?', 'assistant: {A dog → 2} here'],
      3,
      []
    ]
  ])('%s', async (_task, record, turns, regions, said) => {
    const found = await read(record)
    expect([found.turns, found.regions.length, found.said]).toEqual([turns, regions, said])
  })

  test('a proposal that Eyrie marked is one again', async () => {
    const { regions } = await read({ ...rec, state: 'proposed' })
    expect(regions[0]).toMatchObject({ state: 'proposed', origin: 'model' })
    const [question, answer] = dialogue.conversations
    const { regions: said } = await read({ ...dialogue, conversations: [question, { ...answer, state: 'proposed' }] })
    expect(said.map(({ state }) => state)).toEqual(['proposed', 'proposed', 'proposed'])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  const turns = (patch: object): object => ({
    ...dialogue,
    conversations: [{ ...dialogue.conversations[0], ...patch }]
  })
  test.each<[what: string, record: object, said: readonly string[]]>([
    ['a box of three numbers', { ...rec, bbox: [1, 2, 3] }, ['skip import/bad-box']],
    ['a box of five', { ...rec, bbox: [...box, 1] }, ['skip import/bad-box']],
    ['a box of texts', { ...rec, bbox: ['1', '2', '3', '4'] }, ['skip import/bad-box']],
    ['a box with null', { ...rec, bbox: [1, 2, null, 4] }, ['skip import/bad-box']],
    ['no box', { ...rec, bbox: null }, ['skip import/bad-box']],
    ['corners the other way', { ...rec, bbox: [110, 220, 10, 20] }, ['doubt import/reversed-corners']],
    ['a box without area', { ...rec, bbox: [10, 20, 10, 220] }, ['skip import/empty-box']],
    ['a box outside', { ...rec, bbox: [600, 20, 700, 220] }, ['doubt import/outside-image']],
    ['fractions for pixels', { ...rec, bbox: [0.1, 0.2, 0.5, 0.6] }, ['doubt import/maybe-normalized']],
    [
      'x and y swapped',
      { ...rec, bbox: [20, 300, 200, 600] },
      ['doubt import/maybe-swapped-axes', 'doubt import/outside-image']
    ],
    ['an expression that is a number', { ...rec, expression: 3 }, ['skip import/bad-text']],
    ['an empty expression', { ...rec, expression: ' ' }, ['doubt import/empty-phrase']],
    ['no image of that name', { ...rec, img_path: 'gone.jpg' }, ['skip import/no-size']],
    ['other fields', { ...rec, colour: 'red' }, ['note import/other-fields']],
    ['an unknown task', { img_path: 'a.jpg', shape: 1 }, ['skip import/unknown-layout']],
    ['an empty caption', { img_path: 'a.jpg', caption: '' }, ['skip import/empty-caption']],
    ['too few sequences', { ...flickr, boxes_seq: [[0]] }, ['skip import/bad-sequence']],
    ['too many sequences', { ...flickr, boxes_seq: [[0], [1], [1]] }, ['skip import/bad-sequence']],
    ['marks without sequences', { ...flickr, boxes_seq: null }, ['doubt import/bad-sequence']],
    ['an index beyond the boxes', { ...flickr, boxes_seq: [[0], [2]] }, ['skip import/bad-sequence']],
    ['an index below 0', { ...flickr, boxes_seq: [[0], [-1]] }, ['skip import/bad-sequence']],
    ['a sequence that is a number', { ...flickr, boxes_seq: [0, 1] }, ['skip import/bad-sequence']],
    ['sequences that are an object', { ...flickr, boxes_seq: {} }, ['skip import/bad-sequence']],
    ['boxes that are an object', { ...flickr, boxes: {} }, ['skip import/bad-box']],
    ['a phrase without end', { ...flickr, sentence: '<ph_st>Two', boxes_seq: [] }, ['skip import/bad-sequence']],
    [
      'a phrase without beginning',
      { ...flickr, sentence: '<ph_st>Two<ph_ed> mugs<ph_ed>', boxes_seq: [[0], [0]] },
      ['skip import/bad-sequence']
    ],
    [
      'a phrase in a phrase',
      { ...flickr, sentence: '<ph_st>a<ph_st>b<ph_ed>', boxes_seq: [[0]] },
      ['skip import/bad-sequence']
    ],
    ['a point of one number', { ...local, point: [1] }, ['skip import/bad-point']],
    ['an answer that is no candidate', { ...v7w, answer: [1, 2, 3, 4] }, ['doubt import/answer-not-candidate']],
    ['a choice that is none', { ...vcr, answer_label: 2 }, ['skip import/bad-choice']],
    ['a choice that is null', { ...vcr, answer_label: null }, ['skip import/bad-choice']],
    [
      'a token that names no box',
      { ...vcr, question: ['Why', [7]] },
      ['skip import/bad-sequence', 'note import/wrong-choices']
    ],
    ['placeholders without sequences', turns({ boxes_seq: undefined }), ['skip import/bad-sequence']],
    ['sequences without placeholders', turns({ value: 'Who?' }), ['skip import/bad-sequence']],
    ['points without places', turns({ points_seq: [[0]] }), ['skip import/bad-sequence']],
    ['a target that is a list', { ...dialogue, target: [] }, ['skip import/bad-box']],
    ['a turn that is a number', turns({ value: 3 }), ['skip import/bad-turns']],
    ['a question alone', turns({}), ['doubt import/turn-order']],
    ['an unknown role', turns({ from: 'constructor' }), ['skip import/bad-role']]
  ])('%s', async (_what, record, said) => {
    const found = await read(record, { img_path: 'a.jpg', caption: 'sound' })
    expect([...found.said].sort()).toEqual([...said].sort())
    expect(found.turns.at(-1)).toBe('assistant: sound')
  })

  test('a region that is left out leaves its words', async () => {
    const found = await read({ ...flickr, boxes: [box, [5, 5, 5, 9]] })
    expect([found.turns, found.said]).toEqual([['assistant: {Two mugs → 1} on a shelf .'], ['skip import/empty-box']])
  })
})

test('it is told apart by the keys of its tasks', async () => {
  const of = async (record: object) =>
    (await shikraJsonl.reader?.recognise(memorySource({ files: new Map([['a.jsonl', lines(record)]]) })))?.score
  expect(await Promise.all([rec, flickr, gpt, dialogue].map(of))).toEqual([0.9, 0.95, 0.95, 1])
  expect(await of({ image: 'a.jpg', conversations: [] })).toBe(0.2)
  expect(await of({ images: [], annotations: [] })).toBeUndefined()
})
