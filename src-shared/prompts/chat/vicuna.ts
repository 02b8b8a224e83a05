/** @file Chat templates in the manner of Vicuna: role words, a sentence about the roles, `</s>` or `###` between turns. */
import type { ChatTemplate, ImageMarkup, SystemMarkup } from './chat-template'

/** FastChat's vicuna_v1.1 speaks of a user, LLaVA's v1 of a human. */
const systemOf = (person: 'user' | 'human'): string =>
  `A chat between a curious ${person} and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the ${person}'s questions.`

const FERRET_SYSTEM =
  'A chat between a human and an AI that understands visuals. In images, [x, y] denotes points: top-left [0, 0], bottom-right [width-1, height-1]. Increasing x moves right; y moves down. Bounding box: [x1, y1, x2, y2]. Image size: 1000x1000. Follow instructions. '

const beforeTurns = (text: string | null, close = ' '): SystemMarkup => ({ open: '', close, text })

const VICUNA_1 = {
  begin: { token: '<s>', by: 'tokenizer' },
  user: { open: 'USER: ', close: ' ' },
  assistant: { open: 'ASSISTANT:', lead: ' ', close: '</s>' },
  turns: 'many',
  stop: ['</s>']
} as const
const ROLES = ['USER:', 'ASSISTANT:', '<s>', '</s>']

/** `<image>` and a line break before the first words, as in LLaVA. */
const LLAVA_IMAGE: ImageMarkup = {
  open: '',
  body: { is: 'token', token: '<image>', copies: 1 },
  close: '',
  after: '\n',
  place: 'turn',
  most: 1
}
/** 256 patches of 14 pixels, between two tokens of their own. */
const PATCHES = {
  open: '<im_start>',
  body: { is: 'token', token: '<im_patch>', copies: 256 },
  close: '<im_end>'
} as const
const PATCH_MARKS = ['<image>', '<im_start>', '<im_patch>', '<im_end>']

export const shikraChat: ChatTemplate = {
  ...VICUNA_1,
  id: 'shikra',
  name: 'Shikra (vicuna_v1.1)',
  system: beforeTurns(systemOf('user')),
  image: { ...PATCHES, after: ' ', place: 'turn', most: 1 },
  reserved: [...ROLES, ...PATCH_MARKS],
  notes: [
    'The picture may stand anywhere in the words; the interactive program puts it before them, with a space, when they name none.',
    'At most 2048 tokens.'
  ],
  source: 'shikras/shikra:mllm/conversation/base_conversation.py, mllm/dataset/single_image_interactive.py'
}

export const llava15Chat: ChatTemplate = {
  ...VICUNA_1,
  id: 'llava-1.5',
  name: 'LLaVA-1.5 (v1)',
  system: beforeTurns(systemOf('human')),
  image: LLAVA_IMAGE,
  reserved: [...ROLES, '<image>'],
  source: 'haotian-liu/LLaVA:llava/conversation.py'
}

export const allSeeingChat: ChatTemplate = {
  ...llava15Chat,
  id: 'all-seeing-v2',
  name: 'All-Seeing v2 (LLaVA v1)',
  source: 'OpenGVLab/all-seeing:all-seeing-v2/llava/conversation.py'
}

export const ferretChat: ChatTemplate = {
  ...VICUNA_1,
  id: 'ferret',
  name: 'Ferret (v1)',
  system: beforeTurns(FERRET_SYSTEM),
  image: LLAVA_IMAGE,
  reserved: [...ROLES, '<image>'],
  notes: ['The system text ends with a space and another follows before the first role: two spaces, as in the source.'],
  source: 'apple/ml-ferret:ferret/conversation.py'
}

export const gpt4roiChat: ChatTemplate = {
  ...VICUNA_1,
  id: 'gpt4roi',
  name: 'GPT4RoI',
  system: beforeTurns(systemOf('human')),
  image: {
    ...PATCHES,
    label: { text: 'The ', when: 'always' },
    after: ' provides an overview of the picture.\n',
    place: 'turn',
    most: 1
  },
  reserved: [...ROLES, ...PATCH_MARKS],
  unverified: [
    'Which of LLaVA’s templates the released weights use: the demo still cuts answers at `###`, as an older one did.'
  ],
  source: 'jshilong/GPT4RoI:gpt4roi/app.py, gpt4roi/train/train.py'
}

export const llava10Chat: ChatTemplate = {
  id: 'llava-1.0',
  name: 'LLaVA-1.0 (v0)',
  begin: { token: '<s>', by: 'tokenizer' },
  system: beforeTurns(systemOf('human'), '###'),
  user: { open: 'Human: ', close: '###' },
  assistant: { open: 'Assistant:', lead: ' ', close: '###' },
  turns: 'many',
  image: LLAVA_IMAGE,
  stop: ['###'],
  reserved: ['###', 'Human:', 'Assistant:', '<s>', '</s>', ...PATCH_MARKS],
  notes: ['In the first training data the picture stood before or after the question, at random.'],
  source: 'haotian-liu/LLaVA:llava/conversation.py'
}

export const minigpt4Chat: ChatTemplate = {
  id: 'minigpt-4',
  name: 'MiniGPT-4 (Vicuna v0)',
  begin: { token: '<s>', by: 'tokenizer' },
  system: beforeTurns(
    'Give the following image: <Img>ImageContent</Img>. You will be able to see the image once I provide it to you. Please answer my questions.',
    '###'
  ),
  user: { open: 'Human: ', close: '###' },
  assistant: { open: 'Assistant: ', lead: '', close: '###' },
  turns: 'many',
  image: {
    open: '<Img>',
    body: { is: 'token', token: '<ImageHere>', copies: 1 },
    close: '</Img>',
    after: ' ',
    place: 'turn',
    most: null
  },
  stop: ['###'],
  reserved: ['###', 'Human:', 'Assistant:', '<Img>', '</Img>', '<ImageHere>', '<s>', '</s>'],
  notes: ['The Llama 2 checkpoint uses the brackets of MiniGPT-v2 with this system text.'],
  source: 'Vision-CAIR/MiniGPT-4:minigpt4/conversation/conversation.py'
}

export const mplugOwl2Chat: ChatTemplate = {
  ...VICUNA_1,
  id: 'mplug-owl2',
  name: 'mPLUG-Owl2',
  system: null,
  image: {
    open: '',
    body: { is: 'token', token: '<|image|>', copies: 1 },
    close: '',
    after: '',
    place: 'turn',
    most: null
  },
  reserved: [...ROLES, '<|image|>'],
  source: 'X-PLUG/mPLUG-Owl'
}
