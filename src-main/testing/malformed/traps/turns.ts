/** @file Traps in turns: who speaks, what a turn is made of, which image it is about, and answers nobody wants. */
import type { Trap } from './trap'

const linesOf = (...records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
const listed = (format: string | null, name: string, ...records: readonly object[]): Trap => ({
  format,
  name,
  files: { 'data.json': JSON.stringify(records) }
})
const lined = (format: string | null, name: string, ...records: readonly object[]): Trap => ({
  format,
  name,
  files: { 'data.jsonl': linesOf(...records) }
})
const human = (value: unknown): object => ({ from: 'human', value })
const gpt = (value: unknown): object => ({ from: 'gpt', value })
const user = (content: unknown): object => ({ role: 'user', content })
const assistant = (content: unknown, more: object = {}): object => ({ role: 'assistant', content, ...more })
const words = (text: unknown): object => ({ type: 'text', text })
const address = (url: string): object => ({ type: 'image_url', image_url: { url } })
const ASKED = [human('<image>\nWhat is it?'), gpt('a cup')]
const TOLD = [user('<image>What is it?'), assistant('a cup')]

const REFUSED: readonly Trap[] = [
  listed('llama-factory', 'an answer a person refused (KTO)', { messages: TOLD, label: false, images: ['a.jpg'] }),
  listed('llama-factory', 'an answer a person liked (KTO)', { messages: TOLD, label: true, images: ['a.jpg'] }),
  listed('llama-factory', 'kto_tag false among others', {
    ...{ conversations: ASKED, kto_tag: false, images: ['a.jpg'] }
  }),
  listed('llama-factory', 'a rejected answer alone', {
    conversations: [human('<image>What is it?')],
    rejected: gpt('a dog'),
    images: ['a.jpg']
  }),
  listed('llama-factory', 'a chosen answer that is a question', {
    conversations: [human('<image>What is it?')],
    chosen: human('a cup'),
    rejected: gpt('a dog'),
    images: ['a.jpg']
  }),
  lined('ms-swift', 'an answer a person refused (KTO)', { messages: TOLD, label: false, images: ['a.jpg'] }),
  lined('ms-swift', 'a class as label is no refusal', { messages: TOLD, label: 0, images: ['a.jpg'] })
]

const PARTS: readonly Trap[] = [
  lined('openai-jsonl', 'two texts in one turn', {
    messages: [user([address('a.jpg'), words('Red'), words('or blue?')]), assistant('red')]
  }),
  lined('openai-jsonl', 'a text before and after the image', {
    messages: [user([words('Look: '), address('a.jpg'), words('red?')]), assistant('yes')]
  }),
  lined('openai-jsonl', 'several plain texts as content', {
    messages: [user([address('a.jpg'), words('Red?')]), assistant(['yes', 'no'])]
  }),
  lined('prefix-suffix', 'several answers', { image: 'a.jpg', prefix: 'what is it', suffix: ['cup', 'mug'] }),
  lined(null, 'pictures as Qwen’s processors name them', {
    messages: [user([{ type: 'image', image: 'a.jpg' }, words('What is it?')]), assistant([words('a cup')])]
  }),
  lined('openai-jsonl', 'the question and the picture as two turns (OpenAI’s guide)', {
    messages: [user('What is it?'), user([address('a.jpg')]), assistant('a cup')]
  }),
  lined(null, 'places of images as parts, names in a list (TRL)', {
    messages: [user([{ type: 'image' }, words('What is it?')]), assistant([words('a cup')])],
    images: ['a.jpg']
  }),
  lined('openai-jsonl', 'a developer’s turn', {
    messages: [{ role: 'developer', content: 'Be short.' }, user([address('a.jpg'), words('Red?')]), assistant('yes')]
  }),
  lined('openai-jsonl', 'an unknown role', {
    messages: [user([address('a.jpg'), words('Red?')]), { role: 'model', content: 'yes' }]
  }),
  lined('openai-jsonl', 'a call of a tool', {
    messages: [user([address('a.jpg'), words('Red?')]), { role: 'tool', content: '{}' }, assistant('yes')]
  }),
  lined('openai-jsonl', 'a part of another kind', {
    messages: [user([address('a.jpg'), { type: 'audio', audio: 'x' }, words('Red?')]), assistant('yes')]
  }),
  lined('openai-jsonl', 'weights and names of turns', {
    messages: [user([address('a.jpg'), words('Red?')]), assistant('no', { weight: 0 }), user('Sure?'), assistant('yes')]
  }),
  listed('llama-factory', 'thoughts beside an answer', {
    messages: [user('<image>What is it?'), assistant('a cup', { reasoning_content: 'It has a handle.' })],
    images: ['a.jpg']
  }),
  listed('llama-factory', 'empty lists that say nothing', {
    ...{ messages: TOLD, images: ['a.jpg'], videos: [], audios: [], tools: '', system: '', meta: {} }
  })
]

const IMAGES: readonly Trap[] = [
  listed('llama-factory', 'one image, named for each token (mllm_demo)', {
    messages: [...TOLD, user('And where?<image>'), assistant('on a table')],
    images: ['a.jpg', 'a.jpg']
  }),
  listed('llama-factory', 'one image named twice, one token', { messages: TOLD, images: ['a.jpg', 'a.jpg'] }),
  listed('qwen2-vl-json', 'one image twice and another', {
    image: ['a.jpg', 'a.jpg', 'b.jpg'],
    conversations: [human('<image><image><image>Which?'), gpt('the first')]
  }),
  listed(null, 'MiniCPM-V: conversations with role and content', {
    id: '0',
    image: 'a.jpg',
    conversations: [user('<image>\nWhere is it?'), assistant('<box>100 200 500 600</box>')]
  }),
  listed('gpt4roi-json', 'the preamble of GPT4RoI', {
    image: 'a.jpg',
    conversations: [human('The <image> provides an overview of the picture.\nWhat is region1 <bbox>?'), gpt('a cup')],
    bboxes: [[0.1, 0.2, 0.5, 0.6]]
  }),
  listed('gpt4roi-json', 'boxes no text calls for', {
    image: 'a.jpg',
    conversations: [human('<image>\nWhat is <region2>?'), gpt('a cup')],
    bboxes: [
      [0.1, 0.2, 0.5, 0.6],
      [0.3, 0.3, 0.4, 0.4]
    ]
  }),
  listed('gpt4roi-json', 'boxes and not one placeholder', {
    image: 'a.jpg',
    conversations: ASKED,
    bboxes: [[0.1, 0.2, 0.5, 0.6]]
  })
]

const CAPTIONS: readonly Trap[] = [
  lined(null, 'questions of a benchmark (question_id, text)', {
    ...{ question_id: 1, image: 'a.jpg', text: 'What is it?', category: 'conv' }
  }),
  lined(null, 'answers to a benchmark', {
    ...{ question_id: 1, image: 'a.jpg', prompt: 'What is it?', text: 'a cup', model_id: 'm' }
  }),
  lined(
    'captions-jsonl',
    'a question among captions',
    { image: 'b.jpg', caption: 'a dog' },
    { question_id: 1, image: 'a.jpg', text: 'What is it?' }
  ),
  lined('captions-jsonl', 'words under two names', { image: 'a.jpg', caption: 'a cup', text: 'a red cup' }),
  lined('captions-jsonl', 'a place in a caption', { image: 'a.jpg', caption: 'a cup [0.1, 0.2, 0.3, 0.4]' })
]

const ref = (more: object, messages: readonly object[] = [user('<image>Find <ref-object>'), assistant('<bbox>')]) => ({
  messages,
  images: ['a.jpg'],
  ...more
})
const SWIFT: readonly Trap[] = [
  lined(null, 'placeholders whose objects are gone', ref({})),
  lined(null, 'objects of null', ref({ objects: null })),
  lined('ms-swift', 'placeholders escaped for HTML', {
    ...ref({ objects: { ref: ['cup'], bbox: [[10, 20, 110, 220]] } }, [
      user('<image>Find &lt;ref-object&gt;'),
      assistant('&lt;bbox&gt;')
    ])
  }),
  lined(
    'ms-swift',
    'a box that a system prompt calls for',
    ref(
      {
        objects: {
          ref: [],
          bbox: [
            [1, 2, 30, 40],
            [10, 20, 110, 220]
          ]
        }
      },
      [{ role: 'system', content: 'Mind <bbox>.' }, user('<image>What is <bbox>?'), assistant('a cup')]
    )
  ),
  lined('ms-swift', 'objects of text', ref({ objects: JSON.stringify({ ref: ['cup'], bbox: [[10, 20, 110, 220]] }) })),
  lined(
    'ms-swift',
    'corners in pairs',
    ref({
      objects: {
        ref: ['cup'],
        bbox: [
          [
            [10, 20],
            [110, 220]
          ]
        ]
      }
    })
  )
]

const REC = { img_path: 'a.jpg', expression: 'left cup', bbox: [10, 20, 110, 220] }
const GPT = { img_path: 'a.jpg', boxes: [[10, 20, 110, 220]], answer: 'red', question_boxes_seq: [[0]] }
const SHIKRA: readonly Trap[] = [
  lined('shikra-jsonl', 'where it comes from, and its size', {
    ...REC,
    ...{ dataset_name: 'refcoco', height: 480, width: 640 }
  }),
  lined('shikra-jsonl', 'a size, and no image', { ...REC, img_path: 'gone.jpg', height: 480, width: 640 }),
  {
    format: 'shikra-jsonl',
    name: 'a line nested too deep',
    files: {
      'data.jsonl': `${JSON.stringify(REC)}\n{"img_path":"b.jpg","expression":"x","bbox":${'['.repeat(9000)}${']'.repeat(9000)}}\n`
    }
  },
  lined('shikra-jsonl', 'the whole image as fractions', { ...REC, bbox: [0, 0, 1, 1] }),
  lined('shikra-jsonl', 'a place in the expression', { ...REC, expression: 'left cup [0.1,0.2,0.3,0.4]' }),
  lined('shikra-jsonl', 'ends of phrases alone (GPT4GEN_RD_BoxCoT)', {
    ...GPT,
    question: 'Which colour is the cup<ph_ed> ?',
    cot_with_ans: 'The cup<ph_ed> is red .',
    answer_boxes_seq: [[0]]
  }),
  lined('shikra-jsonl', 'one end too many', {
    ...GPT,
    question: 'Which colour is <ph_st>the cup<ph_ed> here<ph_ed> ?',
    question_boxes_seq: [[0], [0]],
    cot_with_ans: 'Red .'
  }),
  lined('shikra-jsonl', 'ends of phrases, and no sequence', {
    ...{ img_path: 'a.jpg', boxes: [[10, 20, 110, 220]], question: 'Which ?', cot_with_ans: 'The cup<ph_ed> .' }
  }),
  lined('shikra-jsonl', 'a target of fractions', {
    image: 'a.jpg',
    target: { boxes: [[0.1, 0.2, 0.5, 0.6]] },
    conversations: [{ from: 'human', value: 'What is <boxes> ?', boxes_seq: [[0]] }, gpt('a cup')]
  }),
  lined('shikra-jsonl', 'a system turn before the others', {
    image: 'a.jpg',
    target: { boxes: [] },
    conversations: [{ from: 'system', value: 'Be short.' }, ...ASKED]
  }),
  lined('shikra-jsonl', 'fewer names than boxes (VCR)', {
    img_fn: 'a.jpg',
    boxes: [
      [10, 20, 110, 220, 0.9],
      [150, 30, 240, 200, 0.8]
    ],
    objects: ['person'],
    question: ['Why', 'is', [0], 'here', '?'],
    ...{ answer_choices: [[[1], 'called', '.']], answer_label: 0, rationale_choices: [['So', '.']], rationale_label: 0 }
  })
]

export const TRAPS: readonly Trap[] = [...REFUSED, ...PARTS, ...IMAGES, ...CAPTIONS, ...SWIFT, ...SHIKRA]
