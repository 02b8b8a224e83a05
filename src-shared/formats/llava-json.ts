/**
 * @file LLaVA conversations JSON (haotian-liu/LLaVA docs/Finetune_Custom_Data.md): an array of
 * `{ id, image, conversations: [{ from: "human" | "gpt", value }] }`, regions as text in the chosen
 * dialect, `<image>` once, in the first human value. `origin` and `state` are ours; loaders ignore them.
 */
import { groundedText } from '../grounded/build'
import { regionIdsOf } from '../grounded/visit'
import type { DialectContext } from '../dialects/dialect'
import type { ImageDocument, TurnRecord } from '../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource, Format } from './format'
import { marksOf, selectDialogues, selectRegions } from './selection'
import type { Exchange, Selection } from './selection'
import { Tally } from './tally'
import { withoutPlaceholders } from './placeholders'

const FILE = 'llava.json'
const IMAGE = '<image>'

interface Conversation {
  readonly from: 'human' | 'gpt'
  readonly value: string
  readonly origin?: 'model'
  readonly state?: 'proposed'
}

function valueOf(
  turn: TurnRecord,
  document: ImageDocument,
  selection: Selection,
  options: ExportOptions,
  tally: Tally
): string {
  const context: DialectContext = {
    image: selection.size,
    ...(options.space === undefined ? {} : { space: options.space })
  }
  const { text, losses } = options.dialect.print(groundedText(turn.children, selection.regions), context)
  for (const loss of losses) tally.lose(loss, document.image)
  return withoutPlaceholders(text, [IMAGE], document.image, tally)
}

function conversationOf(
  { question, answer }: Exchange,
  isFirst: boolean,
  document: ImageDocument,
  selection: Selection,
  options: ExportOptions,
  tally: Tally
): readonly Conversation[] {
  const asked = valueOf(question, document, selection, options, tally)
  return [
    { from: 'human', value: isFirst ? `${IMAGE}\n${asked}` : asked, ...marksOf(question, selection) },
    { from: 'gpt', value: valueOf(answer, document, selection, options, tally), ...marksOf(answer, selection) }
  ]
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  let isFirstRecord = true
  yield { fileName: FILE, text: '[' }
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const dialogues = selectDialogues(document, selection, tally)
    if (dialogues.length === 0) {
      tally.skip('image-without-dialogue')
      continue
    }
    tally.count('images')
    const written = new Set<string>()
    for (const { dialogue, exchanges } of dialogues) {
      const conversations = exchanges.flatMap((exchange, i) =>
        conversationOf(exchange, i === 0, document, selection, options, tally)
      )
      const record = { id: dialogue.id, image: document.image.relativePath, conversations }
      tally.count('dialogues')
      tally.count('records')
      tally.count('turns', conversations.length)
      for (const { question, answer } of exchanges) {
        for (const id of [...regionIdsOf(question.children), ...regionIdsOf(answer.children)]) written.add(id)
      }
      yield { fileName: FILE, text: (isFirstRecord ? '\n' : ',\n') + JSON.stringify(record) }
      isFirstRecord = false
    }
    tally.count('regions', written.size)
    tally.skip('region-without-words', selection.regions.length - written.size)
  }
  yield { fileName: FILE, text: '\n]\n' }
}

export const llavaJson: Format = {
  info: {
    id: 'llava-json',
    name: 'LLaVA conversations',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'Dialogues only: regions that no turn names are left out and counted.',
      'Coordinates have the precision of the chosen dialect, and are cut at its borders.',
      'Questions and answers leave in pairs; partial, failed and unreviewed answers are left out and counted.'
    ],
    takesDialect: true
  },
  encode(source, options): ExportRun {
    const tally = new Tally()
    return { chunks: encode(source, options, tally), summary: () => tally.summary() }
  }
}
