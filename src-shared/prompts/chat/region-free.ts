/** @file Conversation models that write no regions, as far as their verbatim pieces are known. */
import type { ChatTemplate, ImageMarkup } from './chat-template'

const token = (name: string, more: Partial<ImageMarkup> = {}): ImageMarkup => ({
  open: '',
  body: { is: 'token', token: name, copies: 1 },
  close: '',
  after: '',
  place: 'turn',
  most: null,
  ...more
})
const LLAMA_BEGIN = { token: '<s>', by: 'tokenizer' } as const
const LLAMA_MARKS = ['<s>', '</s>']
const END_OF_ANSWER = 'What stands after a finished answer that another question follows.'

export const mmgptChat: ChatTemplate = {
  id: 'mmgpt',
  name: 'Multimodal-GPT',
  begin: LLAMA_BEGIN,
  system: {
    open: '',
    close: '\n\n',
    text: 'Below is an instruction that describes a task. Write a response that appropriately completes the request.'
  },
  user: { open: '### Instruction:\n', close: '\n\n' },
  assistant: { open: '### Response:\n', lead: '', close: '\n\n' },
  turns: 'many',
  image: token('<image>', {
    label: { text: '### Image:\n', when: 'always' },
    after: '\n\n',
    place: 'before-turn'
  }),
  stop: ['###'],
  reserved: ['###', '<image>', ...LLAMA_MARKS],
  unverified: [END_OF_ANSWER, 'Where generation stops: `###` cannot be part of an answer that is one.'],
  source: 'open-mmlab/Multimodal-GPT:mmgpt/, app.py'
}

export const mplugOwlChat: ChatTemplate = {
  id: 'mplug-owl',
  name: 'mPLUG-Owl',
  begin: LLAMA_BEGIN,
  system: {
    open: '',
    close: '\n',
    text: "The following is a conversation between a curious human and AI assistant. The assistant gives helpful, detailed, and polite answers to the user's questions."
  },
  user: { open: 'Human: ', close: '\n' },
  assistant: { open: 'AI: ', lead: '', close: '\n' },
  turns: 'many',
  image: token('<image>', { label: { text: 'Human: ', when: 'always' }, after: '\n', place: 'before-turn' }),
  stop: ['</s>'],
  reserved: ['Human:', 'AI:', '<image>', ...LLAMA_MARKS],
  unverified: [END_OF_ANSWER],
  source: 'X-PLUG/mPLUG-Owl:mPLUG-Owl/README.md'
}

export const lavinChat: ChatTemplate = {
  id: 'lavin',
  name: 'LaVIN',
  begin: LLAMA_BEGIN,
  system: null,
  user: { open: 'Instruction: ', close: '\n' },
  assistant: { open: 'Response: ', lead: '', close: '</s>' },
  turns: 'one',
  image: null,
  stop: ['</s>'],
  reserved: ['Instruction:', 'Response:', ...LLAMA_MARKS],
  notes: ['ScienceQA is asked with `Question:`, `Context:` and `Options:` lines instead of the instruction.'],
  source: 'luogen1996/LaVIN'
}

export const lensChat: ChatTemplate = {
  id: 'lens',
  name: 'LENS',
  begin: null,
  system: { open: '', close: '\n', text: null },
  user: { open: 'Question:', close: '\n' },
  assistant: { open: 'Short Answer:', lead: '', close: '\n' },
  turns: 'one',
  image: null,
  stop: ['\n'],
  reserved: ['Question:', 'Short Answer:'],
  notes: [
    'The picture reaches the model as words: give `Tags:`, `Attributes:` and `Captions:`, each a list of lines that begin with `-`, as the system text.'
  ],
  unverified: ['Where generation stops.'],
  source: 'ContextualAI/lens'
}

export const deepspeedVisualChat: ChatTemplate = {
  id: 'deepspeed-visualchat',
  name: 'DeepSpeed-VisualChat',
  begin: LLAMA_BEGIN,
  system: null,
  user: { open: '### Question: ', close: '\n' },
  assistant: { open: '### Answer:', lead: ' ', close: '\n' },
  turns: 'many',
  image: token('<image>', {
    label: { text: '### Image {n}: ', when: 'always' },
    after: '\n',
    place: 'before-turn'
  }),
  stop: ['###', '</s>'],
  reserved: ['###', '<image>', ...LLAMA_MARKS],
  unverified: [END_OF_ANSWER],
  source: 'microsoft/DeepSpeedExamples:applications/DeepSpeed-VisualChat/'
}

export const emuChat: ChatTemplate = {
  id: 'emu',
  name: 'Emu',
  begin: LLAMA_BEGIN,
  system: { open: '', close: ' ', text: null },
  user: { open: '[USER]: ', close: ' ' },
  assistant: { open: '[ASSISTANT]:', lead: ' ', close: '</s>' },
  turns: 'many',
  image: token('', { open: '[IMG]', body: { is: 'token', token: '<image>', copies: 32 }, close: '[/IMG]' }),
  stop: ['</s>'],
  reserved: ['[USER]:', '[ASSISTANT]:', '[IMG]', '[/IMG]', '<image>', ...LLAMA_MARKS],
  unverified: [END_OF_ANSWER],
  source: 'baaivision/Emu'
}

export const seedChat: ChatTemplate = {
  id: 'seed',
  name: 'SEED-LLaMA',
  begin: LLAMA_BEGIN,
  system: null,
  user: { open: 'USER: ', close: ' ' },
  assistant: { open: 'ASSISTANT:', lead: ' ', close: '</s>' },
  turns: 'many',
  image: { open: '<img>', body: { is: 'given' }, close: '</img>', after: '', place: 'turn', most: null },
  stop: ['</s>'],
  reserved: ['USER:', 'ASSISTANT:', '<img>', '</img>', '<img_', ...LLAMA_MARKS],
  notes: ['A picture is a row of codes of its own tokenizer: `<img_00000>` and on.'],
  unverified: [END_OF_ANSWER, 'What stands between the question and the role of the answer.'],
  source: 'AILab-CVC/SEED'
}

export const minigpt5Chat: ChatTemplate = {
  id: 'minigpt-5',
  name: 'MiniGPT-5',
  begin: LLAMA_BEGIN,
  system: null,
  user: { open: '###Human: ', close: ' ' },
  assistant: { open: '###Assistant:', lead: ' ', close: '</s>' },
  turns: 'many',
  image: token('', {
    open: '<Img>',
    body: { is: 'token', token: '<ImageHere>', copies: 1 },
    close: '</Img>',
    after: ' '
  }),
  stop: ['###', '</s>'],
  reserved: ['###', '<Img>', '</Img>', '<ImageHere>', '[IMG', ...LLAMA_MARKS],
  notes: ['`[IMG0]` to `[IMG7]` in an answer stand for a picture that another model draws.'],
  unverified: [END_OF_ANSWER, 'The spaces around the roles.'],
  source: 'eric-ai-lab/MiniGPT-5'
}

export const anomalyGptChat: ChatTemplate = {
  id: 'anomalygpt',
  name: 'AnomalyGPT',
  begin: LLAMA_BEGIN,
  system: null,
  user: { open: '### Human: ', close: '\n' },
  assistant: { open: '### Assistant:', lead: ' ', close: '\n' },
  turns: 'many',
  image: token('', {
    open: '<Img>',
    body: { is: 'token', token: '', copies: 0 },
    close: '</Img>',
    after: ' ',
    most: 1
  }),
  stop: ['###'],
  reserved: ['###', '<Img>', '</Img>', ...LLAMA_MARKS],
  notes: ['The features of the picture stand between `<Img>` and `</Img>`.'],
  unverified: [END_OF_ANSWER],
  source: 'CASIA-IVA-Lab/AnomalyGPT:code/model/openllama.py'
}
