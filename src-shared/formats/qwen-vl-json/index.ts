/**
 * @file Qwen-VL finetune JSON (QwenLM/Qwen-VL README.md, finetune.py): a list of `{ id, conversations: [{ from: "user" |
 * "assistant", value }] }`; the picture is in the text, `Picture 1: <img>PATH</img>`, and regions are
 * `<ref>words</ref><box>(x0,y0),(x1,y1)</box>`. `origin` and `state` are ours; their loader asks for keys by name.
 */
import { qwenVl } from '../../dialects/qwen-vl'
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { textOfTurn, turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import type { BadMessages, Message } from '../kit/conversation/messages'
import { isBad, messagesOf } from '../kit/conversation/messages'
import { imageChoice } from '../kit/conversation/record-image'
import type { ImageChoice } from '../kit/conversation/record-image'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { isObject, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { marksOf } from '../selection'

const FILE = 'qwen-vl.json'
const PICTURE = /(?:Picture \d+:\s*)?<img>([^<]*)<\/img>\n?/g
/** What their tokenizer takes for a picture, wherever it stands. */
const MARKS = ['<img>', '</img>']
/** Of UTF-8, in their tokenizer; longer paths are cut there. */
const MOST_PATH_BYTES = 256

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

/** A picture named again in a later turn is the same one. */
function imageIn(messages: readonly Message[] | BadMessages): ImageChoice {
  if (isBad(messages)) return messages
  const texts = messages.map(({ content }) => (typeof content === 'string' ? content : ''))
  const names = new Set(texts.flatMap((text) => [...text.matchAll(PICTURE)].map(([, name]) => name ?? '')))
  return imageChoice([...names])
}

const withoutPictures = (message: Message): Message =>
  typeof message.content === 'string' ? { ...message, content: message.content.replace(PICTURE, '') } : message

function messagesIn(record: JsonObject): readonly Message[] | BadMessages {
  return messagesOf(own(record, 'conversations'))
}

export const qwenVlJson: Format = {
  info: {
    id: 'qwen-vl-json',
    name: 'Qwen-VL finetune JSON',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS,
      `Qwen-VL takes paths of up to ${MOST_PATH_BYTES} bytes without angle brackets; longer ones are written and said.`,
      'Read: text is Qwen-VL’s unless a dialect is named. Records of several pictures or of none are skipped and said; system prompts are not kept.'
    ],
    takesDialect: true,
    keeps: TEXT_KEEPS
  },
  reader: chatReader({
    dialect: qwenVl,
    imageToken: null,
    images: (_record, messages) => imageIn(messages),
    turns: messagesIn,
    forWords: (messages) => messages.map(withoutPictures),
    knownFields: ['id', 'conversations'],
    test: (record) => {
      const turns = own(record, 'conversations')
      const list: readonly unknown[] = Array.isArray(turns) ? turns : []
      const isTheirs = list.some((turn) => {
        const value = isObject(turn) ? own(turn, 'value') : undefined
        return typeof value === 'string' && /<img>[^<]*<\/img>/.test(value)
      })
      return isTheirs ? { score: 0.98, because: 'turns with <img>…</img>, as Qwen-VL has them' } : null
    }
  }),
  encode: (source, options) =>
    writeDialogues(
      {
        fileName: FILE,
        layout: 'list',
        record: (dialogue) => {
          const { document, tally, selection } = dialogue
          const path = document.image.relativePath
          if (new TextEncoder().encode(path).length > MOST_PATH_BYTES || /[<>]/.test(path)) {
            const message = 'Qwen-VL cannot read the path of the image: it is too long or has angle brackets.'
            tally.lose({ code: 'format/path', message, path: [] }, document.image)
          }
          const conversations = turnsOf(dialogue).map((turn, i) => {
            const text = textOfTurn(turn, dialogue, MARKS)
            return {
              from: turn.role,
              value: i === 0 ? `Picture 1: <img>${path}</img>\n${text}` : text,
              ...marksOf(turn, selection)
            }
          })
          return { id: dialogue.dialogue.id, conversations }
        }
      },
      source,
      options
    )
}
