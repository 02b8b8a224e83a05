/** @file Endpoints that make their own chat text, and conversation models without regions. */
import { adapted } from './prompt-system'
import type { PromptSystem } from './prompt-system'

export const geminiSystem: PromptSystem = {
  id: 'gemini',
  name: 'Gemini',
  dialect: 'gemini',
  chats: [],
  speech: 'regions',
  trained: ['rec', 'find-all', 'detect-classes', 'detect-all', 'caption', 'vqa', 'ocr'],
  tasks: [
    adapted('rec', 'Find {expression}. Answer with a JSON list with its box_2d and label.'),
    adapted(
      'find-all',
      'Find every instance of {expression}. Answer with a JSON list of box_2d and label; an empty list if there is none.'
    ),
    adapted(
      'detect-classes',
      'Detect all objects of these classes: {classes}. Answer with a JSON list of box_2d and label.'
    ),
    adapted('detect-all', 'Detect all objects. Answer with a JSON list of box_2d and label.')
  ]
}
export const moondreamSystem: PromptSystem = {
  id: 'moondream',
  name: 'Moondream',
  dialect: 'moondream',
  chats: [],
  speech: 'regions',
  trained: ['rec', 'find-all', 'caption', 'vqa'],
  tasks: [],
  notes: [
    'Its interface has calls of their own for detection, pointing, captions and questions; the words are what they take.'
  ]
}
export const jsonSystem: PromptSystem = {
  id: 'json',
  name: 'Plain JSON (endpoints)',
  dialect: 'json',
  chats: [],
  speech: 'regions',
  trained: [],
  tasks: []
}

const wordsOnly = (id: string, name: string, chat = id): PromptSystem => ({
  id,
  name,
  dialect: null,
  chats: [chat],
  speech: 'words',
  trained: ['caption', 'vqa'],
  tasks: []
})
export const REGION_FREE: readonly PromptSystem[] = [
  wordsOnly('llava-1.0', 'LLaVA-1.0'),
  wordsOnly('minigpt-4', 'MiniGPT-4'),
  wordsOnly('mmgpt', 'Multimodal-GPT'),
  wordsOnly('mplug-owl', 'mPLUG-Owl'),
  wordsOnly('mplug-owl2', 'mPLUG-Owl2'),
  wordsOnly('instructblip', 'InstructBLIP'),
  wordsOnly('lavin', 'LaVIN'),
  wordsOnly('lens', 'LENS'),
  wordsOnly('deepspeed-visualchat', 'DeepSpeed-VisualChat'),
  wordsOnly('emu', 'Emu'),
  wordsOnly('seed', 'SEED-LLaMA'),
  wordsOnly('minigpt-5', 'MiniGPT-5'),
  wordsOnly('internlm-xcomposer', 'InternLM-XComposer'),
  wordsOnly('internlm-xcomposer2', 'InternLM-XComposer2'),
  wordsOnly('anomalygpt', 'AnomalyGPT')
]
