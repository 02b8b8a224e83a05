/**
 * @file All-Seeing v2 conversations (OpenGVLab/all-seeing all-seeing-v2/README.md, llava/train/train.py): LLaVA's JSON whose
 * text is in AS-V2's dialect, `<ref>words</ref><box>[[…]]</box>` and `<pred>predicate</pred><box>[[subject]]</box>
 * <box>[[object]]</box>`, in thousandths of the padded square. A predicate is a relation of the project besides.
 */
import { asmV2 } from '../../dialects/asmv2'
import type { Format } from '../format'
import { chatReader } from '../kit/conversation/chat-reader'
import { TEXT_KEEPS } from '../kit/conversation/text-keeps'
import { isObject, own } from '../kit/json-fields'
import { writeLlava } from '../llava-json/write'
import { withRelations } from './relations'

const FILE = 'all-seeing.json'
const MARK = /<(ref|pred)>[^<]*<\/\1>\s*<box>\s*\[\[/

const reader = chatReader({
  dialect: asmV2,
  rival:
    'InternVL has the same marks and counts thousandths of the image itself: name its dialect if the data is for it.',
  imageToken: '<image>',
  images: ['image'],
  turns: 'conversations',
  title: () => null,
  knownFields: ['id', 'image', 'conversations', 'width', 'height', 'model', 'dataset'],
  test: (record) => {
    const turns = own(record, 'conversations')
    if (!Array.isArray(turns) || own(record, 'images') !== undefined) return null
    const values = turns.map((turn: unknown) => (isObject(turn) ? own(turn, 'value') : null))
    const isMarked = values.some((value) => typeof value === 'string' && MARK.test(value))
    if (isMarked)
      return { score: 0.9, because: 'conversations whose text has <ref> or <pred> before <box>[[, as AS-V2 has it' }
    const [first] = turns as readonly unknown[]
    const isLlava = isObject(first) && own(first, 'from') !== undefined && typeof own(record, 'image') === 'string'
    return isLlava ? { score: 0.3, because: 'records of conversations, which AS-V2 shares with LLaVA' } : null
  }
})

export const allSeeing: Format = {
  info: {
    id: 'all-seeing',
    name: 'All-Seeing v2 conversations',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'Dialogues only: regions that no turn names are left out and counted. Choose AS-V2’s dialect, which is also the one that is read unless another is named.',
      'Coordinates are thousandths of the padded square, and are cut at its borders; boxes only. InternVL has the same marks and counts on the image itself: unless the dialect or the space is named, that is doubted.',
      'Questions and answers leave in pairs; partial, failed and unreviewed answers are left out and counted.',
      'A relation leaves only where a turn states it. Read: each predicate with its boxes becomes a relation too.'
    ],
    takesDialect: true,
    keeps: { ...TEXT_KEEPS, shapes: ['box'] }
  },
  reader: {
    recognise: (source) => reader.recognise(source),
    read: (source, options) => withRelations(reader.read(source, options))
  },
  encode: (source, options) => writeLlava(FILE, source, options)
}
