/** @file Chat templates with `[INST]` brackets: Pink, MiniGPT-v2, CogVLM and its plain relatives. */
import type { ChatTemplate } from './chat-template'

const INST = ['[INST]', '[/INST]']

export const pinkLlama2: ChatTemplate = {
  id: 'pink-llamav2',
  name: 'Pink (llamav2)',
  begin: { token: '<s>', by: 'tokenizer' },
  system: { open: '<<SYS>>\nImage: ', close: '\n<</SYS>>\n\n', text: null, place: 'user' },
  user: { open: '[INST] ', close: ' [/INST]' },
  assistant: { open: '', lead: ' ', close: ' </s><s>', last: ' </s>' },
  turns: 'many',
  image: {
    open: '',
    body: { is: 'token', token: '<im_patch>', copies: 256 },
    close: '',
    after: '',
    place: 'system',
    most: 1
  },
  stop: ['</s>'],
  reserved: [...INST, '<<SYS>>', '<</SYS>>', '<im_patch>', '<s>', '</s>'],
  notes: ['The picture stands in the place of the system text.'],
  unverified: ['The number of `<im_patch>`: 256 are the patches of 14 pixels in a picture of 224.'],
  source: 'SY-Xuan/Pink:pink/conversation.py'
}

export const pinkLlama1: ChatTemplate = {
  id: 'pink-llamav1',
  name: 'Pink (llamav1)',
  begin: { token: '<s>', by: 'tokenizer' },
  system: null,
  user: { open: 'USER: ', close: '\n' },
  assistant: { open: 'ASSISTANT:', lead: ' ', close: '</s>' },
  turns: 'many',
  image: {
    open: '',
    body: { is: 'token', token: '<im_patch>', copies: 256 },
    close: '',
    after: '\n',
    place: 'turn',
    most: 1
  },
  stop: ['</s>'],
  reserved: ['USER:', 'ASSISTANT:', '<im_patch>', '<s>', '</s>'],
  unverified: [
    'The place of the picture, the number of `<im_patch>` and the system text; roles, line break and end are known.'
  ],
  source: 'SY-Xuan/Pink:pink/conversation.py'
}

export const minigptV2Chat: ChatTemplate = {
  id: 'minigpt-v2',
  name: 'MiniGPT-v2',
  begin: null,
  system: null,
  user: { open: '<s>[INST] ', close: ' [/INST]' },
  assistant: { open: '', lead: '', close: '', last: '</s>' },
  turns: 'many',
  image: {
    open: '<Img>',
    body: { is: 'token', token: '<ImageHere>', copies: 1 },
    close: '</Img>',
    after: ' ',
    place: 'turn',
    most: 1
  },
  stop: ['</s>'],
  reserved: [...INST, '<s>', '</s>', '<Img>', '</Img>', '<ImageHere>'],
  notes: ['The beginning of the sequence is written before every question; earlier answers have no end of their own.'],
  source: 'Vision-CAIR/MiniGPT-4:minigpt4/conversation/conversation.py'
}

/** The mark at whose place the tokens of the picture are put. */
const EOI = {
  image: {
    open: '',
    body: { is: 'token', token: '<EOI>', copies: 1 },
    close: '',
    after: '',
    place: 'head',
    most: 1
  },
  begin: { token: '<s>', by: 'tokenizer' },
  system: null,
  stop: ['</s>']
} as const
const EOI_MARKS = ['<EOI>', '<s>', '</s>', '<pad>']
const COGVLM_SOURCE = 'zai-org/CogVLM:utils/utils/language.py'
const COGVLM_NOTES = [
  'The tokens of the picture stand where `<EOI>` does. A line break in the words is kept.',
  'An early version of the file wrote a space after `<EOI>` and after the last mark in the plain forms.'
]

export const cogvlmChat: ChatTemplate = {
  ...EOI,
  id: 'cogvlm-chat',
  name: 'CogVLM (chat)',
  user: { open: ' [INST] ', close: ' [/INST] ' },
  assistant: { open: '', lead: '', close: '', last: '</s>' },
  turns: 'many',
  reserved: [...EOI_MARKS, ...INST],
  notes: COGVLM_NOTES,
  source: COGVLM_SOURCE
}
export const cogvlmBase: ChatTemplate = {
  ...EOI,
  id: 'cogvlm-base',
  name: 'CogVLM (base)',
  user: { open: '', close: '' },
  assistant: { open: '', lead: '', close: '</s>' },
  turns: 'one',
  reserved: EOI_MARKS,
  notes: COGVLM_NOTES,
  source: COGVLM_SOURCE
}
export const cogvlmVqa: ChatTemplate = {
  ...EOI,
  id: 'cogvlm-vqa',
  name: 'CogVLM (vqa)',
  user: { open: 'Question: ', close: ' ' },
  assistant: { open: 'Short answer:', lead: ' ', close: '</s>' },
  turns: 'one',
  reserved: [...EOI_MARKS, 'Question:', 'Short answer:'],
  notes: COGVLM_NOTES,
  source: COGVLM_SOURCE
}
export const cogvlmOld: ChatTemplate = {
  ...EOI,
  id: 'cogvlm-chat-old',
  name: 'CogVLM (chat_old)',
  user: { open: 'Question: ', close: ' ' },
  assistant: { open: 'Answer:', lead: ' ', close: '\n', last: '</s>' },
  turns: 'many',
  reserved: [...EOI_MARKS, 'Question:', 'Answer:'],
  notes: COGVLM_NOTES,
  source: COGVLM_SOURCE
}
