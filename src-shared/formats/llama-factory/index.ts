/**
 * @file LLaMA-Factory's ShareGPT and OpenAI layouts (hiyouga/LLaMA-Factory data/README.md, src/llamafactory/data/converter.py):
 * `{ messages | conversations, images: [path] }`, and an entry of `dataset_info.json` that names the columns. Roles must
 * alternate, a person's first, and their number be even, or its loader drops the record. The loader keeps no other
 * column, so `id`, `origin` and `state` of ours cost nothing.
 */
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { textOfTurn, turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import { messagesOf } from '../kit/conversation/messages'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { own } from '../kit/json-fields'
import { INFO_FILE, MEDIA_TOKENS, ROLE_TAGS } from './layout'
import { marksOf } from '../selection'

const FILE = 'llama-factory.json'
/** The entry that makes its loader read the file. */
const info = {
  eyrie: {
    file_name: FILE,
    formatting: 'sharegpt',
    columns: { messages: 'messages', images: 'images' },
    tags: ROLE_TAGS
  }
}

export const llamaFactory: Format = {
  info: {
    id: 'llama-factory',
    name: 'LLaMA-Factory ShareGPT',
    fileName: FILE,
    fileNames: [FILE, INFO_FILE],
    limits: [
      ...TEXT_LIMITS,
      'dataset_info.json holds one entry, “eyrie”, to be copied into the one of the data folder.',
      'Read: words are words unless a dialect is named; numbers that look like places are doubted. Records of several images, of video or sound, and turns of tools are skipped and said; system prompts and the refused answers of preference pairs are not kept; records marked as refused (KTO) are skipped and said.'
    ],
    takesDialect: true,
    keeps: TEXT_KEEPS
  },
  reader: chatReader({
    dialect: null,
    imageToken: '<image>',
    images: ['images', 'image'],
    turns: (record) => {
      const turns = own(record, 'messages') ?? own(record, 'conversations')
      const chosen = own(record, 'chosen')
      // A preference pair: the answer a person chose ends the dialogue.
      return messagesOf(
        Array.isArray(turns) && chosen !== undefined ? [...(turns as readonly unknown[]), chosen] : turns
      )
    },
    refused: ['rejected'],
    hasRefusedExamples: true,
    knownFields: ['id', 'messages', 'conversations', 'images', 'image', 'chosen', 'eyrie'],
    ignoredFiles: [INFO_FILE],
    test: (record, file) => {
      if (file.endsWith(INFO_FILE)) return null
      const turns = own(record, 'messages') ?? own(record, 'conversations')
      if (!Array.isArray(turns)) return null
      const isPair = own(record, 'chosen') !== undefined && own(record, 'rejected') !== undefined
      const hasImages = Array.isArray(own(record, 'images'))
      if (own(record, 'objects') !== undefined || (!hasImages && !isPair)) return null
      if (isPair) return { score: 0.9, because: 'turns with chosen and rejected, as LLaMA-Factory has them' }
      const isOlder = own(record, 'conversations') !== undefined
      return { score: isOlder ? 0.9 : 0.8, because: 'turns with a list of images, as LLaMA-Factory has them' }
    }
  }),
  encode: (source, options) =>
    writeDialogues(
      {
        fileName: FILE,
        layout: 'list',
        record: (dialogue) => ({
          id: dialogue.dialogue.id,
          messages: turnsOf(dialogue).map((turn, i) => {
            const text = textOfTurn(turn, dialogue, MEDIA_TOKENS)
            return {
              role: turn.role,
              content: i === 0 ? `<image>\n${text}` : text,
              ...marksOf(turn, dialogue.selection)
            }
          }),
          images: [dialogue.document.image.relativePath]
        }),
        beside: () => [{ fileName: INFO_FILE, text: `${JSON.stringify(info, null, 2)}\n` }]
      },
      source,
      options
    )
}
