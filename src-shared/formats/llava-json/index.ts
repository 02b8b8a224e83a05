/**
 * @file LLaVA conversations JSON (haotian-liu/LLaVA docs/Finetune_Custom_Data.md): an array of
 * `{ id, image, conversations: [{ from: "human" | "gpt", value }] }`, regions as text in the chosen
 * dialect, `<image>` once, in the first human value. `origin` and `state` are ours; loaders ignore them.
 */
import { llava15 } from '../../dialects/llava-1.5'
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { isObject, own } from '../kit/json-fields'
import { writeLlava } from './write'

const FILE = 'llava.json'

export const llavaJson: Format = {
  info: {
    id: 'llava-json',
    name: 'LLaVA conversations',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS,
      'Read: text is LLaVA-1.5’s unless a dialect is named; its fractions are those of the padded square unless the space “original” is named, which is doubted where it makes a difference. Records without an image, of several images or of video are skipped and said; system prompts are not kept.'
    ],
    takesDialect: true,
    keeps: TEXT_KEEPS
  },
  reader: chatReader({
    dialect: llava15,
    imageToken: '<image>',
    images: ['image'],
    turns: 'conversations',
    title: () => null,
    knownFields: ['id', 'image', 'conversations', 'width', 'height', 'model', 'dataset'],
    test: (record) => {
      const turns = own(record, 'conversations')
      const [first] = Array.isArray(turns) ? (turns as readonly unknown[]) : []
      if (!isObject(first) || own(record, 'images') !== undefined) return null
      const hasImage = typeof own(record, 'image') === 'string'
      if (own(first, 'from') === undefined)
        return hasImage && own(first, 'role') !== undefined && own(first, 'content') !== undefined
          ? { score: 0.7, because: 'records of conversations with role and content, as MiniCPM-V has them' }
          : null
      return { score: hasImage ? 0.8 : 0.5, because: 'records of conversations with from and value, as LLaVA has them' }
    }
  }),
  encode: (source, options) => writeLlava(FILE, source, options)
}
