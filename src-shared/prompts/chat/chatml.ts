/** @file Chat templates with control tokens around each turn: ChatML of Qwen and InternVL, and their like. */
import type { ChatTemplate, ImageMarkup } from './chat-template'

const HELPFUL = 'You are a helpful assistant.'
const CHATML_MARKS = ['<|im_start|>', '<|im_end|>', '<|endoftext|>']

/** `between`: what stands after the end of a turn; InternVL’s older templates leave the line break out. */
const chatml = (between: '\n' | '', system: string | null) =>
  ({
    begin: null,
    system: { open: '<|im_start|>system\n', close: `<|im_end|>${between}`, text: system },
    user: { open: '<|im_start|>user\n', close: `<|im_end|>${between}` },
    assistant: { open: '<|im_start|>assistant\n', lead: '', close: `<|im_end|>${between}` },
    turns: 'many'
  }) as const

/** The path of a file stands in the text and is padded to 256 bytes when it becomes numbers. */
const QWEN_PATH = { open: '<img>', body: { is: 'name', mostBytes: 256 }, close: '</img>' } as const
const QWEN_PATH_MARKS = ['<img>', '</img>', '<imgpad>']

export const qwenVlBase: ChatTemplate = {
  id: 'qwen-vl',
  name: 'Qwen-VL (base)',
  begin: null,
  system: null,
  user: { open: '', close: '' },
  assistant: { open: '', lead: '', close: '<|endoftext|>' },
  turns: 'one',
  image: { ...QWEN_PATH, label: { text: 'Picture {n}: ', when: 'asked' }, after: '', place: 'turn', most: null },
  stop: ['<|endoftext|>'],
  reserved: [...CHATML_MARKS, ...QWEN_PATH_MARKS],
  notes: [
    'No roles: a text that the model goes on with. Every tag that is opened must be closed, or the tokenizer refuses.'
  ],
  source: 'QwenLM/Qwen-VL:eval_mm/evaluate_grounding.py, TUTORIAL.md'
}

export const qwenVlChat: ChatTemplate = {
  ...chatml('\n', HELPFUL),
  id: 'qwen-vl-chat',
  name: 'Qwen-VL-Chat',
  image: { ...QWEN_PATH, label: { text: 'Picture {n}: ', when: 'always' }, after: '\n', place: 'turn', most: null },
  stop: ['<|im_end|>', '<|im_start|>', '<|endoftext|>'],
  reserved: [...CHATML_MARKS, ...QWEN_PATH_MARKS],
  notes: [
    'Pictures are numbered over the whole dialogue, one to a line.',
    'Some copies of the tokenizer write `Picture 1:<img>` without the space.'
  ],
  source: 'QwenLM/Qwen-VL:finetune.py; x1ngzai/Qwen-VL-Chat-Int4:qwen_generation_utils.py'
}

const VISION: ImageMarkup = {
  open: '<|vision_start|>',
  body: { is: 'token', token: '<|image_pad|>', copies: 1 },
  close: '<|vision_end|>',
  after: '',
  label: { text: 'Picture {n}: ', when: 'asked' },
  place: 'turn',
  most: null
}
const VISION_MARKS = ['<|vision_start|>', '<|vision_end|>', '<|image_pad|>', '<|video_pad|>']

export const qwen2VlChat: ChatTemplate = {
  ...chatml('\n', HELPFUL),
  id: 'qwen2-vl',
  name: 'Qwen2-VL',
  image: VISION,
  stop: ['<|im_end|>', '<|endoftext|>'],
  reserved: [...CHATML_MARKS, ...VISION_MARKS],
  notes: ['The processor repeats `<|image_pad|>` once for each patch of the resized picture; the text holds it once.'],
  source: 'QwenLM/Qwen3-VL:qwen-vl-finetune/README.md'
}
export const qwen25VlChat: ChatTemplate = { ...qwen2VlChat, id: 'qwen2.5-vl', name: 'Qwen2.5-VL' }
export const qwen3VlChat: ChatTemplate = {
  ...qwen2VlChat,
  ...chatml('\n', null),
  id: 'qwen3-vl',
  name: 'Qwen3-VL',
  unverified: ['That no system text is written where none is given.']
}

const INTERN_IMAGE: ImageMarkup = {
  open: '',
  body: { is: 'token', token: '<image>', copies: 1 },
  close: '',
  after: '\n',
  label: { text: 'Image-{n}: ', when: 'several' },
  place: 'turn',
  most: null
}
const INTERN_MARKS = ['<image>', '<img>', '</img>', '<IMG_CONTEXT>']
const INTERN_NOTES = [
  '`<image>` becomes `<img>`, as many `<IMG_CONTEXT>` as the picture has tiles for, and `</img>` before the text becomes numbers.'
]
const INTERN_SOURCE = 'OpenGVLab/InternVL:internvl_chat/internvl/conversation.py'

export const internvlHermes: ChatTemplate = {
  ...chatml('', 'Answer the questions.'),
  id: 'internvl-hermes-2',
  name: 'InternVL (Hermes-2)',
  image: INTERN_IMAGE,
  stop: ['<|im_end|>', '<|endoftext|>'],
  reserved: [...CHATML_MARKS, ...INTERN_MARKS],
  notes: ['No line break after the end of a turn.', ...INTERN_NOTES],
  source: INTERN_SOURCE
}
export const internvlInternlm2: ChatTemplate = {
  ...chatml('', 'You are an AI assistant whose name is InternLM (书生·浦语).'),
  id: 'internvl-internlm2-chat',
  name: 'InternVL (internlm2-chat)',
  image: INTERN_IMAGE,
  stop: ['<|im_end|>'],
  reserved: [...CHATML_MARKS, ...INTERN_MARKS],
  notes: ['No line break after the end of a turn.', 'Later checkpoints bring another system text.', ...INTERN_NOTES],
  source: INTERN_SOURCE
}
export const internvl25: ChatTemplate = {
  ...chatml('\n', null),
  id: 'internvl2_5',
  name: 'InternVL 2.5 and later (internvl2_5)',
  image: INTERN_IMAGE,
  stop: ['<|im_end|>'],
  reserved: [...CHATML_MARKS, ...INTERN_MARKS],
  notes: INTERN_NOTES,
  unverified: ['The system text: a checkpoint brings its own, so none is written unless it is given.'],
  source: INTERN_SOURCE
}
export const internvlPhi3: ChatTemplate = {
  id: 'internvl-phi3-chat',
  name: 'InternVL (phi3-chat)',
  begin: null,
  system: { open: '<|system|>\n', close: '<|end|>', text: 'You are an AI assistant whose name is Phi-3.' },
  user: { open: '<|user|>\n', close: '<|end|>' },
  assistant: { open: '<|assistant|>\n', lead: '', close: '<|end|>' },
  turns: 'many',
  image: INTERN_IMAGE,
  stop: ['<|end|>'],
  reserved: ['<|system|>', '<|user|>', '<|assistant|>', '<|end|>', '<|endoftext|>', ...INTERN_MARKS],
  notes: INTERN_NOTES,
  source: INTERN_SOURCE
}

export const deepseekVl2Chat: ChatTemplate = {
  id: 'deepseek-vl2',
  name: 'DeepSeek-VL2',
  begin: { token: '<｜begin▁of▁sentence｜>', by: 'tokenizer' },
  system: { open: '', close: '\n\n', text: null },
  user: { open: '<|User|>: ', close: '\n\n' },
  assistant: { open: '<|Assistant|>:', lead: ' ', close: '<｜end▁of▁sentence｜>' },
  turns: 'many',
  image: {
    open: '',
    body: { is: 'token', token: '<image>', copies: 1 },
    close: '',
    after: '\n',
    place: 'turn',
    most: null
  },
  stop: ['<｜end▁of▁sentence｜>'],
  reserved: ['<|User|>', '<|Assistant|>', '<｜begin▁of▁sentence｜>', '<｜end▁of▁sentence｜>', '<image>'],
  notes: ['The bars of the sentence tokens are full-width.'],
  source: 'deepseek-ai/DeepSeek-VL2:deepseek_vl2/models/conversation.py'
}

export const xcomposer2Chat: ChatTemplate = {
  id: 'internlm-xcomposer2',
  name: 'InternLM-XComposer2',
  begin: { token: '<s>', by: 'tokenizer' },
  system: { open: '[UNUSED_TOKEN_146]system\n', close: '[UNUSED_TOKEN_145]\n', text: null },
  user: { open: '[UNUSED_TOKEN_146]user\n', close: '[UNUSED_TOKEN_145]\n' },
  assistant: { open: '[UNUSED_TOKEN_146]assistant\n', lead: '', close: '[UNUSED_TOKEN_145]\n' },
  turns: 'many',
  image: {
    open: '',
    body: { is: 'token', token: '<ImageHere>', copies: 1 },
    close: '',
    after: '',
    place: 'turn',
    most: null
  },
  stop: ['[UNUSED_TOKEN_145]'],
  reserved: ['[UNUSED_TOKEN_146]', '[UNUSED_TOKEN_145]', '<ImageHere>', '<s>', '</s>'],
  unverified: [
    'The markup of the system text; a checkpoint brings its own text, so none is written unless it is given.'
  ],
  source: 'InternLM/InternLM-XComposer'
}
export const xcomposerChat: ChatTemplate = {
  id: 'internlm-xcomposer',
  name: 'InternLM-XComposer',
  begin: { token: '<s>', by: 'tokenizer' },
  system: null,
  user: { open: ' <|User|>:', close: '<TOKENS_UNUSED_0>' },
  assistant: { open: ' <|Bot|>:', lead: '', close: '<TOKENS_UNUSED_1>' },
  turns: 'many',
  image: {
    open: '',
    body: { is: 'token', token: '<ImageHere>', copies: 1 },
    close: '',
    after: '',
    place: 'turn',
    most: null
  },
  stop: ['<TOKENS_UNUSED_1>'],
  reserved: ['<|User|>', '<|Bot|>', '<TOKENS_UNUSED_0>', '<TOKENS_UNUSED_1>', '<ImageHere>', '<s>', '</s>'],
  source: 'InternLM/InternLM-XComposer'
}
