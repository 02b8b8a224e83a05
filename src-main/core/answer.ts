/**
 * @file One question to a model, from GroundedText to GroundedText: print in the model's dialect and
 * space, stream, parse, say how sure it was. Used by the dialogue and by the command line; knows no
 * project.
 */
import { AppError } from '../../src-shared/errors'
import type { Diagnostic } from '../../src-shared/errors'
import type { AnswerTimings } from '../../src-shared/document/records'
import { smartResize } from '../../src-shared/dialects/kit/smart-resize'
import type { Dialect, DialectContext, DialectSettings, Loss, ParseResult } from '../../src-shared/dialects/dialect'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { GroundedText, RegionId } from '../../src-shared/grounded/nodes'
import type { Events, ModelSummary } from '../../src-shared/ipc/contract'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import { howSure, otherAnswers } from './how-sure'
import type { RegionUncertainty } from './uncertainty'
import type { AnswerLimit, AskAnswer, AskMessage, AskObserver, InferenceService } from './ports'

export type AnswerPhase = Events['answer.progress']['phase']

export interface Question {
  readonly requestId: string
  readonly model: ModelSummary
  readonly dialect: Dialect
  readonly imagePath: string
  /** Upright. */
  readonly image: ImageSize
  /** Earlier questions with their answers, oldest first. */
  readonly history: readonly { readonly question: GroundedText; readonly answer: GroundedText }[]
  readonly question: GroundedText
  /** What the answer is held to; null: nothing. `checkForm` must have let it pass. */
  readonly form?: AnswerForm | null
  /** Answers that are wanted, other places for its boxes among them; 1 when not given. */
  readonly nBest?: number
  /** Ids of the answer's regions, in order; the same id for the same place however often it is parsed. */
  readonly regionId: (place: number) => RegionId
  readonly providers?: readonly string[]
}

/** How sure the model was of each region. */
export interface Sureness {
  /** Of boxes, where the model is calibrated: the chance that it overlaps the truth by half; else the model's own opinion (core/confidence.ts). */
  readonly confidences: ReadonlyMap<RegionId, number>
  readonly uncertainties: ReadonlyMap<RegionId, RegionUncertainty>
  readonly isCalibrated: boolean
}

export interface AlternativeAnswer extends Sureness {
  readonly text: string
  readonly tree: GroundedText
  /** Of all its tokens, 0 to 1. */
  readonly probability: number
}

export interface Answer extends Sureness {
  readonly text: string
  readonly tree: GroundedText
  readonly diagnostics: readonly Diagnostic[]
  /** What the dialect could not say of the question. */
  readonly losses: readonly Loss[]
  /** Answers with other places, likeliest turn first; empty unless they were asked for. */
  readonly alternatives: readonly AlternativeAnswer[]
  readonly status: 'complete' | 'partial' | 'failed'
  readonly statusReason: string | null
  /** Why it failed; null unless it did. */
  readonly error: AppError | null
  readonly provider: string | null
  readonly timings: AnswerTimings | null
}

export interface AnswerObserver {
  readonly progress: (phase: AnswerPhase, text: string, tree: GroundedText) => void
  /** Whether the person asked to stop; tells a stopped host from a crashed one. */
  readonly isCancelled: () => boolean
}

/** What both print and parse need to know of the image. */
export const dialectContext = (model: ModelSummary, image: ImageSize): DialectContext => ({
  image,
  space: model.space,
  ...(model.resizing === undefined ? {} : { resized: smartResize(image, model.resizing) }),
  ...(model.dialectSettings === undefined ? {} : { settings: model.dialectSettings }),
  mode: 'lenient'
})

const EMPTY: ParseResult = { tree: { children: [], regions: [] }, diagnostics: [] }

/** Parses the answer while it grows. A text that does not continue the last one starts over. */
function createReader(dialect: Dialect, context: () => DialectContext) {
  let text = ''
  let stream = dialect.stream(context())
  return {
    read(whole: string): ParseResult {
      if (!whole.startsWith(text)) {
        stream = dialect.stream(context())
        text = ''
      }
      stream.push(whole.slice(text.length))
      text = whole
      return stream.snapshot()
    },
    text: () => text
  }
}

const STOPPED = 'Stopped by the person.'

const LIMIT_REASONS: Readonly<Record<AnswerLimit, string>> = {
  tokens: 'The answer reached its longest length and was cut off there.',
  context: 'The model has no room for a longer answer to this question.',
  characters: 'The answer reached its longest length and was cut off there.',
  time: 'The answer took longer than it may and was cut off there.',
  repetition: 'The model repeated itself and was stopped.',
  connection: 'The server ended the connection before the answer was whole.'
}

const STALE_CALIBRATION: Diagnostic = {
  code: 'model/stale-calibration',
  severity: 'info',
  message: 'The calibration of this model was measured with other weights; confidences are its own opinion.'
}

/** Why the answer is not complete; null when it is. */
function stopReason({ stop, limit }: AskAnswer): string | null {
  if (stop === 'end') return null
  return stop === 'cancelled' ? STOPPED : LIMIT_REASONS[limit ?? 'tokens']
}

function messagesFor(question: Question, pairs: number, context: DialectContext): AskMessage[] {
  const { dialect, history } = question
  const earlier = pairs === 0 ? [] : history.slice(-pairs)
  const print = (tree: GroundedText): string => dialect.print(tree, context).text
  return [
    ...earlier.flatMap((pair): AskMessage[] => [
      { role: 'user', text: print(pair.question) },
      { role: 'assistant', text: print(pair.answer) }
    ]),
    { role: 'user', text: print(question.question) }
  ]
}

/** A dialect may name settings by the task that a question begins with: `<OCR_WITH_REGION>` is answered in quads. */
function settingsOfTask({ profile }: Dialect, asked: string): DialectSettings | null {
  const task = Object.keys(profile.variants ?? {}).find((name) => name.startsWith('<') && asked.startsWith(name))
  return task === undefined ? null : (profile.variants?.[task] ?? null)
}

/** Never rejects for what goes wrong with the model: that is a `failed` answer with what came of it. */
export async function answerQuestion(
  question: Question,
  inference: InferenceService,
  observer: AnswerObserver
): Promise<Answer> {
  const { dialect, model, requestId, imagePath } = question
  const base = dialectContext(model, question.image)
  const { text: asked, losses } = dialect.print(question.question, base)
  const settings = settingsOfTask(dialect, asked)
  /** Each parse counts from the first region, so that equal places have equal ids. */
  const counting = (): DialectContext => {
    let place = 0
    return { ...base, ...(settings === null ? {} : { settings }), nextRegionId: () => question.regionId(place++) }
  }
  const notes: Diagnostic[] = []
  let reader = createReader(dialect, counting)
  let phase: AnswerPhase = 'queued'
  let shown = EMPTY

  const watch: AskObserver = {
    phase(now) {
      phase = now
      observer.progress(phase, reader.text(), shown.tree)
    },
    text(whole) {
      phase = 'decoding'
      shown = reader.read(whole)
      observer.progress(phase, whole, shown.tree)
    }
  }

  async function ask(pairs: number): Promise<AskAnswer> {
    const messages = messagesFor(question, pairs, base)
    const { providers, form = null } = question
    if (observer.isCancelled()) throw new AppError('inference/cancelled', 'Stopped before the model was asked.')
    try {
      const result = await inference.ask(
        {
          requestId,
          modelId: model.id,
          imagePath,
          messages,
          ...(question.nBest === undefined ? {} : { nBest: question.nBest }),
          ...(form === null ? {} : { form, ...(settings === null ? {} : { settings }) }),
          ...(providers === undefined ? {} : { providers })
        },
        watch
      )
      if (pairs < question.history.length) noteShortened(pairs)
      return result
    } catch (error) {
      const isTooLong = error instanceof AppError && error.code === 'inference/prompt-too-long'
      if (!isTooLong || pairs === 0 || observer.isCancelled()) throw error
      reader = createReader(dialect, counting)
      return ask(Math.floor(pairs / 2))
    }
  }

  /** The model's window is smaller than some dialogues: the oldest turns go first, and that is said. */
  function noteShortened(read: number): void {
    const all = question.history.length
    notes.push({
      code: 'dialogue/history-shortened',
      severity: 'warning',
      message:
        read === 0
          ? `The model has no room for earlier questions of this dialogue; it read the last one only.`
          : `The model has room for the last ${read} of ${all} earlier questions only; it did not read the others.`
    })
  }

  const finish = (text: string, parsed: ParseResult): Pick<Answer, 'text' | 'tree' | 'diagnostics' | 'losses'> => ({
    text,
    tree: parsed.tree,
    diagnostics: [...notes, ...parsed.diagnostics],
    losses
  })

  try {
    const result = await ask(question.history.length)
    const read = (text: string): ParseResult => dialect.parse(text, counting())
    const parsed = read(result.text)
    if (model.calibration === 'stale') notes.push(STALE_CALIBRATION)
    for (const message of result.providerNotes)
      notes.push({ code: 'inference/provider-note', severity: 'info', message })
    return {
      ...finish(result.text, parsed),
      ...howSure(result, parsed.tree, model.calibration, read),
      alternatives: otherAnswers(result, parsed.tree, model.calibration, read).slice(0, (question.nBest ?? 1) - 1),
      status: result.stop === 'end' ? 'complete' : 'partial',
      statusReason: stopReason(result),
      error: null,
      provider: result.provider,
      timings: result.timings
    }
  } catch (thrown) {
    const error =
      thrown instanceof AppError
        ? thrown
        : new AppError('inference/failed', `${model.name} could not answer.`, {
            nextStep: 'Ask again; if it fails again, choose another model.',
            cause: thrown
          })
    const stopped = observer.isCancelled()
    return {
      ...finish(reader.text(), dialect.parse(reader.text(), counting())),
      confidences: new Map(),
      uncertainties: new Map(),
      isCalibrated: false,
      alternatives: [],
      status: stopped ? 'partial' : 'failed',
      statusReason: stopped ? STOPPED : error.message,
      error: stopped ? null : error,
      provider: null,
      timings: null
    }
  }
}
