/**
 * @file Writing dialogues, a record each: what every format of training data shares. Which dialogues leave is said in
 * `selection.ts`; a format says how one becomes a record.
 */
import type { DialectContext } from '../../../dialects/dialect'
import type { ImageDocument, TurnRecord } from '../../../document/records'
import { clampToImage, isDegenerate } from '../../../geometry/box'
import { pixelFromNormalized } from '../../../geometry/convert'
import { boundsOfShape, coordinatesOf, spelledShapeOf } from '../../../geometry/shape'
import { groundedText } from '../../../grounded/build'
import { regionIdsOf } from '../../../grounded/visit'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../../format'
import { resolutionPx } from '../../keeps'
import { withoutPlaceholders } from '../../placeholders'
import { selectDialogues, selectRegions } from '../../selection'
import type { Exchange, SelectedDialogue, Selection } from '../../selection'
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
  /** A list: several records. */
  readonly record: (dialogue: WrittenDialogue) => object | readonly object[]
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
  loseUnwritten(turn, options, selection, document, tally)
  losePadding(turn, options, selection, document, tally)
  loseCollapsed(turn, text, context, options, selection, document, tally)
  return withoutPlaceholders(text, placeholders, document.image, tally)
}

/**
 * A region of a kind that the dialect has no spelling for is said by the dialect, once for the region; that the words of
 * this turn have lost it is another thing that will not come back.
 */
function loseUnwritten(
  { children }: TurnRecord,
  { dialect }: ExportOptions,
  { byId }: Selection,
  document: ImageDocument,
  tally: Tally
): void {
  const { kinds } = dialect.profile
  const isUnwritten = regionIdsOf(children).some((id) => {
    const shape = byId.get(id)?.shape
    return shape !== undefined && !kinds.includes(spelledShapeOf(shape, kinds).type)
  })
  if (!isUnwritten) return
  const message = 'Words are tied to a region of a kind that the dialect cannot write.'
  tally.lose({ code: 'format/lost-place', message, path: [] }, document.image)
}

/**
 * In the padded square an image has room beside it, where a region that reaches outside the image is not cut at its
 * border: it comes back as it was, or cut at the border of the square.
 */
function losePadding(
  { children }: TurnRecord,
  { dialect, space = dialect.profile.space }: ExportOptions,
  { byId }: Selection,
  document: ImageDocument,
  tally: Tally
): void {
  if (space !== 'padded-square') return
  const outside = regionIdsOf(children).filter((id) => {
    const region = byId.get(id)
    return region !== undefined && !coordinatesOf(region.shape).every((value) => value >= 0 && value <= 1)
  })
  if (outside.length === 0) return
  const lose = (what: string, message: string): void =>
    tally.lose({ code: `format/${what}`, message, path: [] }, document.image)
  for (let i = 0; i < outside.length; i++)
    lose('outside-image', 'A region reaches outside the image; it is written as far as the padded square reaches.')
  lose('lost-place', 'Words are tied to a region that reaches outside the image, where it is not cut.')
}

const SMALL_STEPS = 2

/**
 * Boxes that are only as large as the dialect's steps, or lie at the border, may come back without an area: then they
 * are no regions any more, and the words have lost their place.
 */
function loseCollapsed(
  { children }: TurnRecord,
  text: string,
  context: DialectContext,
  { dialect }: ExportOptions,
  { byId, size }: Selection,
  document: ImageDocument,
  tally: Tally
): void {
  const step = resolutionPx({ resolution: 'dialect' }, size, { dialect, ...context })
  const mayCollapse = regionIdsOf(children).some((id) => {
    const region = byId.get(id)
    if (region === undefined || region.shape.type === 'point') return false
    const [x0, y0, x1, y1] = pixelFromNormalized(clampToImage(boundsOfShape(region.shape)), size)
    return x1 - x0 <= step.x * SMALL_STEPS || y1 - y0 <= step.y * SMALL_STEPS
  })
  if (!mayCollapse) return
  const lost = dialect
    .parse(text, context)
    .tree.regions.filter(({ shape }) => shape.type === 'box' && isDegenerate(shape.box))
  if (lost.length === 0) return
  const lose = (what: string, message: string): void =>
    tally.lose({ code: `format/${what}`, message, path: [] }, document.image)
  for (let i = 0; i < lost.length; i++)
    lose('degenerate', 'A box is smaller than a step of the dialect, and has no area in the text.')
  lose('lost-place', 'Words are tied to a box that has no area in the text.')
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
      const made = record({ ...selected, document, selection, options, tally })
      const records: readonly object[] = Array.isArray(made) ? (made as readonly object[]) : [made]
      tally.count('dialogues')
      tally.count('records', records.length)
      tally.count('turns', turns.length)
      for (const one of records) {
        const json = JSON.stringify(one)
        yield { fileName, text: isList ? `${isFirst ? '\n' : ',\n'}${json}` : `${json}\n` }
        isFirst = false
      }
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

export interface ExchangeFile extends Omit<DialogueFile, 'record'> {
  readonly record: (dialogue: WrittenDialogue, exchange: Exchange) => object
}

/** For formats whose records are one question and its answer. */
export const writeExchanges = (file: ExchangeFile, source: ExportSource, options: ExportOptions): ExportRun =>
  writeDialogues(
    { ...file, record: (dialogue) => dialogue.exchanges.map((exchange) => file.record(dialogue, exchange)) },
    source,
    options
  )
