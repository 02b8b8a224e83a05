/**
 * @file `eyrie batch`: many questions about many pictures, one line of JSON for each answer. Questions on one picture are
 * asked together, so that it is looked at once. Nothing that is wrong with one question ends the others.
 */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../../src-shared/errors'
import type { AnswerForm } from '../../../src-shared/prompts/answer-form'
import { answerQuestion } from '../../core/answer'
import type { Answer } from '../../core/answer'
import { checkForm, chooseModel } from '../../core/models'
import type { ChosenModel } from '../../core/models'
import type { ImageSize } from '../../../src-shared/geometry/space'
import { regionsOf } from '../ask'
import { note, progressLine } from '../output'
import type { Streams } from '../output'
import { groundPrompt } from '../region-arguments'
import type { CliRooms } from '../rooms'
import { openAnswers } from './answers-file'
import type { AnswersFile } from './answers-file'
import type { BatchQuestion } from './questions'

export interface BatchOptions {
  readonly questions: readonly BatchQuestion[]
  readonly out: string
  readonly model: string | null
  readonly provider: string | null
  readonly form: AnswerForm | null
}

/** Questions on one picture that are under way at once: more are not answered together. */
const AT_ONCE_ON_A_PICTURE = 8
/** While one picture is answered about, the next one waits in line; a server may have several. */
const PICTURES_AT_ONCE = { here: 2, server: 8 } as const

/** What is wrong with these is wrong with every question: the run ends. */
const CONCERNS_ALL =
  /^(?:model|cli)\/|^inference\/(?:runtime-missing|unknown-provider|cannot-constrain|closed)$|^endpoint\/(?:not-allowed|no-key|key-refused|unknown|not-there)$/

interface Outcome {
  readonly answer: Answer | null
  readonly error: AppError | null
}

function lineOf({ id, image, prompt }: BatchQuestion, { answer, error }: Outcome, { model }: ChosenModel): object {
  const common = { id, image, prompt, model: model.id, dialect: model.dialect }
  if (answer === null || error !== null) {
    const { code = '', message = '' } = error ?? {}
    return {
      ...common,
      status: 'failed',
      reason: message,
      error: code,
      text: '',
      regions: [],
      notes: [],
      timings: null
    }
  }
  return {
    ...common,
    status: answer.status,
    reason: answer.statusReason,
    error: null,
    text: answer.text,
    regions: regionsOf(answer),
    provider: answer.provider,
    calibrated: answer.isCalibrated,
    notes: [...answer.losses, ...answer.diagnostics].map(({ message }) => message),
    timings: answer.timings
  }
}

function byPicture(questions: readonly BatchQuestion[]): readonly (readonly BatchQuestion[])[] {
  const groups = new Map<string, BatchQuestion[]>()
  for (const question of questions) {
    const group = groups.get(question.imagePath)
    if (group === undefined) groups.set(question.imagePath, [question])
    else group.push(question)
  }
  return [...groups.values()]
}

/** Resolves to whether every question has an answer. Rejects with `cli/usage`, `model/...`, and what concerns all questions. */
export async function batch(options: BatchOptions, cli: CliRooms, streams: Streams): Promise<boolean> {
  const { questions, form } = options
  const { inference, media } = cli.rooms()
  const chosen = await chooseModel(inference, options.model)
  const { model } = chosen
  checkForm(model, form)
  // Whatever is wrong with a placeholder is said before anything is asked.
  for (const { prompt, regions } of questions) groundPrompt(prompt, regions)
  const answers = await openAnswers(options.out, model.id)
  const waiting = questions.filter(({ id }) => !answers.isAnswered(id))
  const running = new Set<string>()
  const progress = progressLine(streams)
  const told = new Set<string>()
  let isStopped = false
  const counts = { done: 0, failed: 0 }

  const stop = (): void => {
    isStopped = true
    // Whether the host heard it or not, answers end within a second.
    for (const requestId of running) inference.cancel(requestId).catch(() => undefined)
  }

  async function ask(question: BatchQuestion, image: ImageSize): Promise<Outcome> {
    const requestId = randomUUID()
    running.add(requestId)
    try {
      const answer = await answerQuestion(
        {
          requestId,
          model,
          dialect: chosen.dialect,
          imagePath: question.imagePath,
          image,
          history: [],
          question: groundPrompt(question.prompt, question.regions).tree,
          form,
          regionId: (place) => `answer-${place + 1}`,
          ...(options.provider === null ? {} : { providers: [options.provider] })
        },
        inference,
        { progress: () => undefined, isCancelled: () => isStopped }
      )
      return { answer, error: answer.error }
    } finally {
      running.delete(requestId)
    }
  }

  async function write(question: BatchQuestion, outcome: Outcome, file: AnswersFile): Promise<void> {
    if (isStopped) return
    const { answer, error } = outcome
    if (error !== null && CONCERNS_ALL.test(error.code)) throw error
    if (error !== null) counts.failed++
    counts.done++
    for (const { code, message } of answer?.diagnostics ?? []) {
      if (code !== 'inference/provider-note' || told.has(message)) continue
      told.add(message)
      note(streams, `eyrie: ${message}`)
    }
    await file.append(lineOf(question, outcome, chosen))
    progress.show(`${counts.done} of ${waiting.length} questions`)
  }

  async function answerPicture(group: readonly BatchQuestion[]): Promise<void> {
    const [first] = group
    if (first === undefined || isStopped) return
    let image: ImageSize
    try {
      image = (await media.facts(first.imagePath)).size
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      for (const question of group) await write(question, { answer: null, error }, answers)
      return
    }
    for (let at = 0; at < group.length && !isStopped; at += AT_ONCE_ON_A_PICTURE) {
      const part = group.slice(at, at + AT_ONCE_ON_A_PICTURE)
      const outcomes = await Promise.all(part.map((question) => ask(question, image)))
      for (const [place, question] of part.entries()) {
        const outcome = outcomes[place]
        if (outcome !== undefined) await write(question, outcome, answers)
      }
    }
  }

  process.once('SIGINT', stop)
  try {
    const pictures = byPicture(waiting).values()
    const worker = async (): Promise<void> => {
      for (const group of pictures) await answerPicture(group)
    }
    const workers = model.endpoint === undefined ? PICTURES_AT_ONCE.here : PICTURES_AT_ONCE.server
    await Promise.all(Array.from({ length: workers }, worker))
  } catch (error) {
    stop()
    throw error
  } finally {
    process.off('SIGINT', stop)
    progress.end()
    await answers.close()
  }
  const { done, failed } = counts
  const before = answers.answered === 0 ? '' : `, ${answers.answered} had been answered before`
  const left = waiting.length - done
  note(
    streams,
    `eyrie: ${done - failed} answered, ${failed} failed${left === 0 ? '' : `, ${left} not asked`}${before}.`
  )
  if (isStopped) note(streams, 'eyrie: stopped; the same command goes on from here.')
  return failed === 0 && left === 0
}
