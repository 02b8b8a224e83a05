/**
 * @file Writing what people made of a model's answers, as two files: dialogues as they should have been (SFT), and pairs
 * of the model's answer and the corrected one (DPO). `eyrie` in a pair says how far each region was moved and how long
 * the person took; trainers drop the column.
 */
import type { ImageDocument, TurnRecord } from '../../document/records'
import { regionIdsOf } from '../../grounded/visit'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import type { WrittenDialogue } from '../kit/conversation/dialogue-writer'
import { Tally } from '../tally'
import type { Correction } from './correction'
import { answersOf, finalRegions, selectionOf, wantedCorrections } from './select'
import type { Answered } from './select'

export interface CorrectionPair extends Answered {
  readonly correction: Correction
  /** With the regions as they are now, and as the model gave them. */
  readonly chosen: WrittenDialogue
  readonly rejected: WrittenDialogue
  /** The model's answer. */
  readonly given: TurnRecord
  readonly about: object
}

export interface CorrectionFiles {
  readonly sft: string
  readonly dpo: string
  readonly layout: 'list' | 'lines'
  readonly dialogue: (turns: readonly TurnRecord[], dialogue: WrittenDialogue) => object
  /** null: the two answers are the same once they are written. */
  readonly pair: (pair: CorrectionPair) => object | null
  readonly beside?: () => readonly ExportChunk[]
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6

const aboutOf = ({ changes, leastIou }: Correction, editMs: number | null): object => ({
  least_iou: rounded(leastIou),
  regions: changes.map(({ change, iou, before, after }) => ({ change, iou: rounded(iou), before, after })),
  ...(editMs === null ? {} : { edit_ms: editMs })
})

class RecordFile {
  readonly #fileName: string
  readonly #isList: boolean
  #isFirst = true

  constructor(fileName: string, isList: boolean) {
    this.#fileName = fileName
    this.#isList = isList
  }
  chunk(record: object): ExportChunk {
    const json = JSON.stringify(record)
    const text = this.#isList ? `${this.#isFirst ? '[\n' : ',\n'}${json}` : `${json}\n`
    this.#isFirst = false
    return { fileName: this.#fileName, text }
  }
  *end(): Generator<ExportChunk> {
    if (this.#isList) yield { fileName: this.#fileName, text: this.#isFirst ? '[\n]\n' : '\n]\n' }
  }
}

function* ofDocument(
  document: ImageDocument,
  files: CorrectionFiles,
  [sft, dpo]: readonly [RecordFile, RecordFile],
  options: ExportOptions,
  tally: Tally
): Generator<ExportChunk> {
  const { size } = document.image
  if (size === null) {
    tally.skip('image-without-size')
    return
  }
  let records = 0
  const written = new Set<string>()
  for (const dialogue of document.dialogues) {
    const answers = answersOf(document, dialogue, size, tally)
    if (answers.length === 0) continue
    const base = { dialogue, exchanges: [], document, options, tally }
    const chosen = { ...base, selection: selectionOf(size, finalRegions(document)) }
    const turns = answers.flatMap(({ before, final }) => [...before.slice(-1), final])
    yield sft.chunk(files.dialogue(turns, chosen))
    tally.count('dialogues')
    tally.count('turns', turns.length)
    for (const { children } of turns) for (const id of regionIdsOf(children)) written.add(id)
    records++
    for (const answer of wantedCorrections(answers, options.corrections ?? {}, tally)) {
      const { correction, final } = answer
      const editMs = options.corrections?.editMs?.(final) ?? null
      const record = files.pair({
        ...answer,
        chosen,
        rejected: { ...base, selection: selectionOf(size, correction.regionsBefore) },
        given: { ...final, children: correction.before },
        about: aboutOf(correction, editMs)
      })
      if (record === null) {
        tally.skip('correction-below-resolution')
        continue
      }
      yield dpo.chunk(record)
      records++
    }
  }
  tally.count('records', records)
  tally.count('regions', written.size)
  if (records > 0) tally.count('images')
  else tally.skip('image-without-dialogue')
}

async function* encode(
  files: CorrectionFiles,
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<ExportChunk> {
  const isList = files.layout === 'list'
  const both = [new RecordFile(files.sft, isList), new RecordFile(files.dpo, isList)] as const
  for await (const document of source.documents()) yield* ofDocument(document, files, both, options, tally)
  for (const file of both) yield* file.end()
  for (const chunk of files.beside?.() ?? []) yield chunk
}

export function writeCorrections(files: CorrectionFiles, source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(files, source, options, tally), summary: () => tally.summary() }
}
