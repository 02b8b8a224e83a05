/**
 * @file Lines of `{ image, prefix, suffix }`, as fine-tuning of PaliGemma and Florence-2 takes them: what is asked, and
 * what is answered, with regions in the model's own tokens. `origin` and `state` are ours.
 */
import { paligemma } from '../../dialects/paligemma'
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { textOfTurn, writeExchanges } from '../kit/conversation/dialogue-writer'
import { messagesOf } from '../kit/conversation/messages'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { own } from '../kit/json-fields'
import { marksOf } from '../selection'

const FILE = 'prefix-suffix.jsonl'
const IMAGE = '<image>'

export const prefixSuffix: Format = {
  info: {
    id: 'prefix-suffix',
    name: 'PaliGemma and Florence-2 prefix and suffix',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS,
      'Each exchange is a line, and comes back as a dialogue of its own.',
      'Read: text is PaliGemma’s unless a dialect is named.'
    ],
    takesDialect: true,
    keeps: { ...TEXT_KEEPS, exchanges: 'apart' }
  },
  reader: chatReader({
    dialect: paligemma,
    imageToken: IMAGE,
    isTokenOptional: true,
    images: ['image', 'image_path'],
    turns: (record) =>
      messagesOf([
        { role: 'user', content: own(record, 'prefix') },
        {
          role: 'assistant',
          content: own(record, 'suffix'),
          origin: own(record, 'origin'),
          state: own(record, 'state')
        }
      ]),
    knownFields: ['id', 'image', 'image_path', 'prefix', 'suffix', 'origin', 'state', 'width', 'height'],
    test: (record) =>
      own(record, 'prefix') !== undefined && own(record, 'suffix') !== undefined
        ? { score: 0.95, because: 'lines with prefix and suffix' }
        : null
  }),
  encode: (source, options) =>
    writeExchanges(
      {
        fileName: FILE,
        layout: 'lines',
        record: (dialogue, { question, answer }) => ({
          image: dialogue.document.image.relativePath,
          prefix: textOfTurn(question, dialogue, [IMAGE]),
          suffix: textOfTurn(answer, dialogue, [IMAGE]),
          ...marksOf(answer, dialogue.selection)
        })
      },
      source,
      options
    )
}
