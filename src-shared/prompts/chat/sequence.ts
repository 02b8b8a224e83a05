/** @file Models that know no roles: one text in, one text out. */
import type { ChatTemplate } from './chat-template'

const ONE = {
  begin: { token: '<s>', by: 'tokenizer' },
  system: null,
  user: { open: '', close: '' },
  assistant: { open: '', lead: '', close: '</s>' },
  turns: 'one',
  stop: ['</s>']
} as const

export const kosmos2Text: ChatTemplate = {
  ...ONE,
  id: 'kosmos-2',
  name: 'Kosmos-2',
  begin: { token: '<s>', by: 'text' },
  image: {
    open: '<image>',
    body: { is: 'token', token: '<image>', copies: 64 },
    close: '</image>',
    after: '',
    place: 'head',
    most: 1
  },
  reserved: ['<s>', '</s>', '<image>', '</image>'],
  notes: [
    'The transformers port writes a space between the picture’s tokens and before the words; its tokenizer takes each into the token beside it.',
    'The answer goes on with the text: it may begin inside a phrase that the prompt opened.'
  ],
  source: 'huggingface/transformers:src/transformers/models/kosmos2/processing_kosmos2.py'
}

const KOSMOS_25_IMAGE = {
  open: '<image>',
  body: { is: 'token', token: '<s>', copies: 2048 },
  close: '</image>',
  after: '',
  place: 'head',
  most: 1
} as const
const KOSMOS_25_MARKS = ['<s>', '</s>', '<image>', '</image>']

export const kosmos25Text: ChatTemplate = {
  ...ONE,
  id: 'kosmos-2.5',
  name: 'Kosmos-2.5',
  begin: { token: '<s>', by: 'text' },
  image: KOSMOS_25_IMAGE,
  reserved: KOSMOS_25_MARKS,
  source: 'huggingface/transformers:src/transformers/models/kosmos2_5/processing_kosmos2_5.py'
}
export const kosmos25Chat: ChatTemplate = {
  id: 'kosmos-2.5-chat',
  name: 'Kosmos-2.5 (chat)',
  begin: { token: '<s>', by: 'text' },
  system: {
    open: '<md>',
    close: ' ',
    text: "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions."
  },
  user: { open: 'USER: ', close: ' ' },
  assistant: { open: 'ASSISTANT:', lead: ' ', close: '</s>' },
  turns: 'one',
  image: KOSMOS_25_IMAGE,
  stop: ['</s>'],
  reserved: [...KOSMOS_25_MARKS, 'USER:', 'ASSISTANT:'],
  source: 'huggingface/transformers:docs/source/en/model_doc/kosmos2_5.md'
}

export const ofaText: ChatTemplate = {
  ...ONE,
  id: 'ofa',
  name: 'OFA',
  image: null,
  reserved: ['<s>', '</s>', '<pad>', '<mask>'],
  notes: ['The encoder takes the picture beside the text. The space before the words belongs to them.'],
  source: 'OFA-Sys/OFA:data/mm_data/refcoco_dataset.py'
}

export const paligemmaText: ChatTemplate = {
  id: 'paligemma',
  name: 'PaliGemma',
  begin: null,
  system: null,
  user: { open: '<bos>', close: '\n' },
  assistant: { open: '', lead: '', close: '<eos>' },
  turns: 'one',
  image: {
    open: '',
    body: { is: 'token', token: '<image>', copies: 256 },
    close: '',
    after: '',
    place: 'head',
    most: null
  },
  stop: ['<eos>'],
  reserved: ['<image>', '<bos>', '<eos>', '<pad>', '\n'],
  notes: [
    'The line break ends the prompt and is a token of its own, so words hold none.',
    'A picture of 224, 448 or 896 pixels takes 256, 1024 or 4096 tokens.'
  ],
  source: 'google-research/big_vision:big_vision/configs/proj/paligemma/README.md'
}

export const florence2Text: ChatTemplate = {
  ...ONE,
  id: 'florence-2',
  name: 'Florence-2',
  image: null,
  reserved: ['<s>', '</s>', '<pad>', '<mask>'],
  notes: [
    'A processor is given the token of a task and makes this sentence of it.',
    'The picture’s features stand before the text; the transformers port writes `<image>` for them.'
  ],
  source: 'huggingface/transformers:src/transformers/models/florence2/processing_florence2.py'
}

export const instructBlipText: ChatTemplate = {
  ...ONE,
  id: 'instructblip',
  name: 'InstructBLIP',
  image: null,
  reserved: ['<s>', '</s>'],
  notes: ['Free words; the query tokens of the picture stand before them.'],
  unverified: ['The wordings of its data sets, such as `Question: … Short answer:`; no official list was found.'],
  source: 'salesforce/LAVIS:projects/instructblip/README.md'
}
