/**
 * @file Qwen2-VL, Qwen2.5-VL and Qwen3-VL finetune data (QwenLM/Qwen3-VL qwen-vl-finetune/README.md): a list or lines of
 * `{ image, conversations: [{ from: "human" | "gpt", value }] }`, a list of lists where it is packed, `<image>` in the
 * text once for each image. `origin` and `state` are ours.
 *
 * [Note: Which pixels Qwen2.5-VL means] Qwen2.5-VL counts pixels of the picture as its processor resizes it, and data for
 * it should be written so. Much data counts pixels of the file instead. Nothing in a record tells the two apart; the
 * space of the reading options does: `resized` (default, doubted where it makes a difference) or `original`.
 */
import { qwen25Vl } from '../../dialects/qwen2.5-vl'
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { textOfTurn, turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { isObject, own } from '../kit/json-fields'
import { marksOf } from '../selection'

const FILE = 'qwen2-vl.jsonl'
const IMAGE = '<image>'

export const qwen2VlJson: Format = {
  info: {
    id: 'qwen2-vl-json',
    name: 'Qwen2/2.5/3-VL finetune JSON',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS,
      'Read: text is Qwen2.5-VL’s unless a dialect is named; its pixels are those of the resized picture unless the space “original” is named, which is doubted where it makes a difference, as are thousandths of Qwen3-VL. Records of several images or of video are skipped and said; system prompts are not kept.'
    ],
    takesDialect: true,
    keeps: TEXT_KEEPS
  },
  reader: chatReader({
    dialect: qwen25Vl,
    rival: 'Qwen3-VL has the same JSON and counts thousandths: name its dialect if the data is for it.',
    imageToken: IMAGE,
    images: ['image', 'images'],
    turns: 'conversations',
    knownFields: ['id', 'image', 'images', 'conversations', 'width', 'height', 'data_path'],
    test: (record, file) => {
      const turns = own(record, 'conversations')
      const list: readonly unknown[] = Array.isArray(turns) ? turns : []
      const values = list.map((turn) => (isObject(turn) ? own(turn, 'value') : undefined))
      if (!values.some((value) => typeof value === 'string') || own(record, 'images') !== undefined) return null
      if (values.some((value) => typeof value === 'string' && /"(bbox|point)_2d"\s*:/.test(value)))
        return { score: 0.95, because: 'conversations with bbox_2d, as Qwen2.5-VL and Qwen3-VL write it' }
      const isLikely = Array.isArray(own(record, 'image')) || own(record, 'video') !== undefined
      const isLines = file.toLowerCase().endsWith('.jsonl')
      return { score: isLikely ? 0.75 : isLines ? 0.7 : 0.4, because: 'conversations with from and value' }
    }
  }),
  encode: (source, options) =>
    writeDialogues(
      {
        fileName: FILE,
        layout: 'lines',
        record: (dialogue) => ({
          id: dialogue.dialogue.id,
          image: dialogue.document.image.relativePath,
          conversations: turnsOf(dialogue).map((turn, i) => {
            const text = textOfTurn(turn, dialogue, [IMAGE, '<video>'])
            return {
              from: turn.role === 'user' ? 'human' : 'gpt',
              value: i === 0 ? `${IMAGE}\n${text}` : text,
              ...marksOf(turn, dialogue.selection)
            }
          })
        })
      },
      source,
      options
    )
}
