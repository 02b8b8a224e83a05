/** @file Correction data: what people made of a model's answers, for ms-swift and for LLaMA-Factory. */
import type { Format } from '../format'
import { textOfTurn } from '../kit/conversation/dialogue-writer'
import type { WrittenDialogue } from '../kit/conversation/dialogue-writer'
import type { TurnRecord } from '../../document/records'
import { INFO_FILE, MEDIA_TOKENS, ROLE_TAGS } from '../llama-factory/layout'
import { SwiftTexts, swiftMessages } from '../ms-swift/write'
import { writeCorrections } from './write'

const LIMITS: readonly string[] = [
  'Two files: dialogues as they should have been (SFT), and pairs of a model’s answer and the corrected one (DPO).',
  'A pair needs an answer of a model in which a person moved, refused or added a region; answers with regions nobody has looked at are left out and counted, whatever is asked for.',
  'Where a refused region leaves nothing to say, there is no corrected answer and no pair.',
  'The model’s answer is put together from its regions’ first shapes and the words of the turn as they are now.'
]

const swiftObjects = (texts: SwiftTexts, prefix = ''): object => {
  const { objects } = texts
  return objects === null ? {} : { [`${prefix}objects`]: objects }
}

export const correctionsMsSwift: Format = {
  info: {
    id: 'corrections-ms-swift',
    name: 'Corrections for ms-swift',
    fileName: 'ms-swift-dpo.jsonl',
    fileNames: ['ms-swift-dpo.jsonl', 'ms-swift-sft.jsonl'],
    limits: LIMITS,
    takesDialect: false,
    takesCorrections: true
  },
  encode: (source, options) =>
    writeCorrections(
      {
        sft: 'ms-swift-sft.jsonl',
        dpo: 'ms-swift-dpo.jsonl',
        layout: 'lines',
        dialogue: (turns, dialogue) => {
          const texts = new SwiftTexts(dialogue)
          const messages = swiftMessages(turns, texts, dialogue)
          return { id: dialogue.dialogue.id, messages, images: [pathOf(dialogue)], ...swiftObjects(texts) }
        },
        pair: ({ before, final, given, chosen, rejected, about }) => {
          const [good, bad] = [new SwiftTexts(chosen), new SwiftTexts(chosen, rejected)]
          const images = [pathOf(chosen)]
          return {
            id: final.id,
            messages: swiftMessages([...before, final], good, chosen),
            images,
            ...swiftObjects(good),
            // With messages of its own, ms-swift asks for its pictures and objects too.
            rejected_messages: swiftMessages([...before, given], bad, chosen),
            rejected_images: images,
            ...swiftObjects(bad, 'rejected_'),
            eyrie: about
          }
        }
      },
      source,
      options
    )
}

const pathOf = ({ document }: WrittenDialogue): string => document.image.relativePath

const messageOf = (turn: TurnRecord, i: number, dialogue: WrittenDialogue): { role: string; content: string } => {
  const text = textOfTurn(turn, dialogue, MEDIA_TOKENS)
  return { role: turn.role, content: i === 0 ? `<image>\n${text}` : text }
}

const columns = { messages: 'messages', images: 'images' }
const info = {
  eyrie_sft: { file_name: 'llama-factory-sft.json', formatting: 'sharegpt', columns, tags: ROLE_TAGS },
  eyrie_dpo: {
    file_name: 'llama-factory-dpo.json',
    formatting: 'sharegpt',
    ranking: true,
    columns: { ...columns, chosen: 'chosen', rejected: 'rejected' },
    tags: ROLE_TAGS
  }
}

export const correctionsLlamaFactory: Format = {
  info: {
    id: 'corrections-llama-factory',
    name: 'Corrections for LLaMA-Factory',
    fileName: 'llama-factory-dpo.json',
    fileNames: ['llama-factory-dpo.json', 'llama-factory-sft.json', INFO_FILE],
    limits: [
      ...LIMITS,
      'Coordinates have the precision of the chosen dialect; a correction that is smaller than that is left out and counted.',
      'dataset_info.json holds the entries “eyrie_sft” and “eyrie_dpo”, to be copied into the one of the data folder.'
    ],
    takesDialect: true,
    takesCorrections: true
  },
  encode: (source, options) =>
    writeCorrections(
      {
        sft: 'llama-factory-sft.json',
        dpo: 'llama-factory-dpo.json',
        layout: 'list',
        dialogue: (turns, dialogue) => ({
          id: dialogue.dialogue.id,
          messages: turns.map((turn, i) => messageOf(turn, i, dialogue)),
          images: [pathOf(dialogue)]
        }),
        pair: ({ before, final, given, chosen, rejected, about }) => {
          const [good, bad] = [messageOf(final, before.length, chosen), messageOf(given, before.length, rejected)]
          if (good.content === bad.content) return null
          return {
            id: final.id,
            messages: before.map((turn, i) => messageOf(turn, i, chosen)),
            chosen: good,
            rejected: bad,
            images: [pathOf(chosen)],
            eyrie: about
          }
        },
        beside: () => [{ fileName: INFO_FILE, text: `${JSON.stringify(info, null, 2)}\n` }]
      },
      source,
      options
    )
}
