/**
 * @file OpenAI chat JSONL (the vision fine-tuning guide of its documentation): lines of `{ messages: [{ role, content }] }`,
 * content a text or a list of `{ type: "text", text }` and `{ type: "image_url", image_url: { url } }`. No address is
 * ever fetched, and no picture inside a data URL is unpacked: the last name of an address may be that of an image at hand.
 */
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { textOfTurn, turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import { isBad, messagesOf } from '../kit/conversation/messages'
import type { BadMessages, Message } from '../kit/conversation/messages'
import { imageChoice } from '../kit/conversation/record-image'
import type { ImageChoice } from '../kit/conversation/record-image'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { isObject, own } from '../kit/json-fields'
import { marksOf } from '../selection'

const FILE = 'openai-chat.jsonl'

const partsOf = ({ content }: Message): readonly unknown[] => (Array.isArray(content) ? content : [])
/** `image_url` of OpenAI; `image` as Qwen’s processors and chat templates of Transformers have it. */
const PICTURES = new Set<unknown>(['image_url', 'input_image', 'image'])
const isPicture = (part: unknown): boolean => isObject(part) && PICTURES.has(own(part, 'type'))

function addressOf(part: unknown): unknown {
  if (!isObject(part)) return undefined
  const url = own(part, 'image_url') ?? own(part, 'image') ?? own(part, 'url') ?? own(part, 'path')
  return isObject(url) ? own(url, 'url') : url
}

/** OpenAI's guide has the question and the picture as two turns of one person: together they are one question. */
function withoutPictureTurns(messages: readonly Message[]): readonly Message[] {
  const isUser = (message: Message | undefined): boolean => message?.role === 'user'
  return messages.filter((message, i) => {
    const parts = partsOf(message)
    const isPictureAlone = isUser(message) && parts.length > 0 && parts.every(isPicture)
    return !isPictureAlone || (!isUser(messages[i - 1]) && !isUser(messages[i + 1]))
  })
}

function imageIn(messages: readonly Message[] | BadMessages): ImageChoice {
  if (isBad(messages)) return messages
  const addresses = messages.flatMap((message) => partsOf(message).filter(isPicture).map(addressOf))
  return imageChoice(addresses.length > 1 ? [...new Set(addresses)] : addresses)
}

export const openaiJsonl: Format = {
  info: {
    id: 'openai-jsonl',
    name: 'OpenAI chat JSONL',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS,
      'The address of an image is its path in the project: put the web address of your images before it, or the picture as a data URL in its place, before it is sent anywhere.',
      'A turn with a proposal nobody has looked at is marked, and OpenAI refuses lines with such a mark.',
      'Read: words are words unless a dialect is named. No address is fetched; pictures in data URLs, several images and calls of tools are skipped and said; system prompts are not kept.'
    ],
    takesDialect: true,
    keeps: TEXT_KEEPS
  },
  reader: chatReader({
    dialect: null,
    imageToken: null,
    images: (_record, messages) => imageIn(messages),
    turns: (record) => messagesOf(own(record, 'messages')),
    forWords: (messages) =>
      withoutPictureTurns(messages).map((message) =>
        Array.isArray(message.content)
          ? { ...message, content: partsOf(message).filter((part) => !isPicture(part)) }
          : message
      ),
    knownFields: ['id', 'messages', 'metadata'],
    test: (record) => {
      const messages = own(record, 'messages')
      if (!Array.isArray(messages) || own(record, 'images') !== undefined || own(record, 'objects') !== undefined)
        return null
      const hasPicture = messages.some(
        (message) =>
          isObject(message) &&
          Array.isArray(own(message, 'content')) &&
          (own(message, 'content') as readonly unknown[]).some(isPicture)
      )
      return hasPicture
        ? { score: 0.98, because: 'messages with image_url, as OpenAI has them' }
        : { score: 0.4, because: 'messages with role and content, as OpenAI has them' }
    }
  }),
  encode: (source, options) =>
    writeDialogues(
      {
        fileName: FILE,
        layout: 'lines',
        record: (dialogue) => ({
          messages: turnsOf(dialogue).map((turn, i) => {
            const text = textOfTurn(turn, dialogue, [])
            const picture = { type: 'image_url', image_url: { url: dialogue.document.image.relativePath } }
            return {
              role: turn.role,
              content: i === 0 ? [picture, { type: 'text', text }] : text,
              // OpenAI refuses keys it does not know: a mark that says nobody has looked at it is worth that, no other is.
              ...(marksOf(turn, dialogue.selection).state === 'proposed' ? { state: 'proposed' } : {})
            }
          })
        })
      },
      source,
      options
    )
}
