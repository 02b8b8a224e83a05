/**
 * @file Writing dialogues, a record each: what every format of training data shares. Which dialogues leave is said in
 * `selection.ts`; a format says how one becomes a record.
 */
import type { DialectContext } from '../../../dialects/dialect'
import type { ImageDocument, TurnRecord } from '../../../document/records'
import { groundedText } from '../../../grounded/build'
import { regionIdsOf } from '../../../grounded/visit'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../../format'
import { withoutPlaceholders } from '../../placeholders'
import { selectDialogues, selectRegions } from '../../selection'
import type { SelectedDialogue, Selection } from '../../selection'
import { Tally } from '../../tally'

/** All that a record is made of. */
export interface WrittenDialogue extends SelectedDialogue {
  readonly document: ImageDocument
  readonly selection: Selection
  readonly options: ExportOptions
  readonly tally: Tally
}

export interface DialogueFile {
  readonly fileName: string
  /** `list`: one JSON list. `lines`: a record on each line. */
  readonly layout: 'list' | 'lines'
  readonly record: (dialogue: WrittenDialogue) => object
  /** Whole small files that go with it. */
  readonly beside?: (options: ExportOptions) => readonly ExportChunk[]
}

/** The text of a turn in the chosen dialect; placeholders that a person typed are made harmless. */
export function textOfTurn(
  turn: TurnRecord,
  { document, selection, options, tally }: WrittenDialogue,
  placeholders: readonly string[]
): string {
  const context: DialectContext = {
    image: selection.size,
    ...(options.space === undefined ? {} : { space: options.space })
  }
  const { text, losses } = options.dialect.print(groundedText(turn.children, selection.regions), context)
  for (const loss of losses) tally.lose(loss, document.image)
  return withoutPlaceholders(text, placeholders, document.image, tally)
}

export const turnsOf = ({ exchanges }: SelectedDialogue): readonly TurnRecord[] =>
  exchanges.flatMap(({ question, answer }) => [question, answer])

async function* encode(
  { fileName, layout, record, beside }: DialogueFile,
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<ExportChunk> {
  const isList = layout === 'list'
  let isFirst = true
  if (isList) yield { fileName, text: '[' }
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const dialogues = selectDialogues(document, selection, tally)
    if (dialogues.length === 0) tally.skip('image-without-dialogue')
    else tally.count('images')
    const written = new Set<string>()
    for (const selected of dialogues) {
      const turns = turnsOf(selected)
      for (const { children } of turns) for (const id of regionIdsOf(children)) written.add(id)
      const json = JSON.stringify(record({ ...selected, document, selection, options, tally }))
      tally.count('dialogues')
      tally.count('records')
      tally.count('turns', turns.length)
      yield { fileName, text: isList ? `${isFirst ? '\n' : ',\n'}${json}` : `${json}\n` }
      isFirst = false
    }
    tally.count('regions', written.size)
    tally.skip('region-without-words', selection.regions.length - written.size)
  }
  if (isList) yield { fileName, text: '\n]\n' }
  for (const chunk of beside?.(options) ?? []) yield chunk
}

export function writeDialogues(file: DialogueFile, source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(file, source, options, tally), summary: () => tally.summary() }
}
