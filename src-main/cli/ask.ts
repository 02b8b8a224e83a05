/** @file `eyrie ask`: one question about one image, without a project. */
import { randomUUID } from 'node:crypto'
import { access, constants, realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import type { GroundedShape, RegionShape } from '../../src-shared/geometry/region-shape'
import { coordinatesOf } from '../../src-shared/geometry/shape'
import type { Answer, AnswerPhase } from '../core/answer'
import { answerQuestion } from '../core/answer'
import { checkForm, chooseModel } from '../core/models'
import { phrasesOf } from '../core/proposals'
import { answerMarks, givenMarks } from './overlay-marks'
import { note, printJson, printLine, printTable, progressLine, usageError } from './output'
import type { Streams } from './output'
import { groundPrompt } from './region-arguments'
import type { CliRooms } from './rooms'

export interface AskOptions {
  readonly image: string
  readonly prompt: string
  /** In the order typed. */
  readonly regions: readonly RegionShape[]
  readonly model: string | null
  readonly provider: string | null
  /** null: freely. */
  readonly form: AnswerForm | null
  /** Answers that are wanted, from 1. */
  readonly nBest: number
  readonly overlay: string | null
  readonly json: boolean
}

/** One region of the answer, as scripts read it. */
export interface AskedRegion {
  readonly kind: GroundedShape['type']
  /** Fractions of the upright image: `x0,y0,x1,y1`, or `x,y` of each point. */
  readonly coords: readonly number[]
  readonly phrase: string | null
  /**
   * Of a box of a calibrated model, the chance that it overlaps the truth by half or more; else the geometric mean
   * probability of the tokens of its coordinates; null when the model reported none.
   */
  readonly confidence: number | null
  /** Standard deviation of each coordinate, in the order and units of `coords`; null when the model told nothing of it. */
  readonly uncertainty: readonly number[] | null
  /** Mean of each coordinate over all that its digits might have been; null as `uncertainty`. */
  readonly expected: readonly number[] | null
}

export function regionsOf(answer: Pick<Answer, 'tree' | 'confidences' | 'uncertainties'>): AskedRegion[] {
  const phrases = phrasesOf(answer.tree)
  return answer.tree.regions.map(({ id, shape }) => ({
    kind: shape.type,
    coords: [...coordinatesOf(shape)],
    phrase: phrases.get(id) ?? null,
    confidence: answer.confidences.get(id) ?? null,
    uncertainty: answer.uncertainties.get(id)?.deviations ?? null,
    expected: answer.uncertainties.get(id)?.expected ?? null
  }))
}

const PHASES: Readonly<Record<AnswerPhase, string>> = {
  queued: 'waiting',
  'loading-model': 'loading the model',
  'reading-image': 'reading the image',
  prefill: 'reading the question',
  decoding: 'answering'
}

function printAnswer(streams: Streams, answer: Answer): void {
  const printRegions = (one: Parameters<typeof regionsOf>[0]): void =>
    printTable(
      streams,
      regionsOf(one).map(({ kind, coords, phrase, confidence }) => [
        kind,
        coords.map((value) => value.toFixed(4)).join(','),
        confidence === null ? '' : `${Math.round(confidence * 100)}%`,
        phrase ?? ''
      ])
    )
  printLine(streams, answer.text)
  printRegions(answer)
  for (const other of answer.alternatives) {
    printLine(streams, `or: ${other.text}`)
    printRegions(other)
  }
}

/** Looked at before the model is asked. Rejects with `cli/usage` for the image itself or a folder that is not there. */
export async function overlayPath(out: string, image: string): Promise<string> {
  const path = resolve(out)
  try {
    await access(dirname(path), constants.W_OK)
  } catch {
    // Gone, locked or no folder: the person has to name another one in each case.
    throw usageError(`--overlay ${out}: the folder cannot be written to.`, 'Name a file in a folder that exists.')
  }
  const [target, source] = await Promise.all([realpath(path).catch(() => path), realpath(image).catch(() => null)])
  if (target === source)
    throw usageError(`--overlay ${out} is the image itself.`, 'Name another file: the image is never changed.')
  return path
}

/** Resolves to whether the answer came to its end. Rejects with `image/...`, `model/...`, `inference/...`, `cli/usage`. */
export async function ask(options: AskOptions, cli: CliRooms, streams: Streams): Promise<boolean> {
  const overlay = options.overlay === null ? null : await overlayPath(options.overlay, options.image)
  const { tree, unused } = groundPrompt(options.prompt, options.regions)
  for (const place of unused) note(streams, `eyrie: the region @${place} was given but is not in the prompt.`)
  const { inference, media } = cli.rooms()
  const path = resolve(options.image)
  const facts = await media.facts(path)
  const { model, dialect } = await chooseModel(inference, options.model)
  checkForm(model, options.form, options.nBest)

  const requestId = randomUUID()
  const progress = progressLine(streams)
  let isCancelled = false
  const stop = (): void => {
    isCancelled = true
    // Whether the host heard it or not, the answer ends within a second.
    inference.cancel(requestId).catch(() => undefined)
  }
  process.once('SIGINT', stop)
  let answer: Answer
  try {
    answer = await answerQuestion(
      {
        requestId,
        model,
        dialect,
        imagePath: path,
        image: facts.size,
        history: [],
        question: tree,
        form: options.form,
        nBest: options.nBest,
        regionId: (place) => `answer-${place + 1}`,
        ...(options.provider === null ? {} : { providers: [options.provider] })
      },
      inference,
      {
        progress: (phase, text) => progress.show(text === '' ? `${PHASES[phase]} …` : text),
        isCancelled: () => isCancelled
      }
    )
  } finally {
    process.off('SIGINT', stop)
    progress.end()
  }
  if (answer.error !== null) throw answer.error
  for (const { message } of [...answer.losses, ...answer.diagnostics]) note(streams, `eyrie: ${message}`)
  if (answer.status === 'partial') note(streams, `eyrie: ${answer.statusReason ?? 'the answer is not complete'}`)

  if (overlay !== null) {
    await media.drawOverlay(path, [...givenMarks(options.regions), ...answerMarks(answer)], overlay)
    note(streams, `eyrie: drew ${overlay}`)
  }
  if (!options.json) printAnswer(streams, answer)
  else {
    printJson(streams, {
      text: answer.text,
      regions: regionsOf(answer),
      issues: answer.diagnostics.map(({ code, severity, message, position }) => ({
        code,
        severity,
        message,
        start: position?.start ?? null,
        end: position?.end ?? null
      })),
      model: model.id,
      dialect: model.dialect,
      provider: answer.provider,
      calibrated: answer.isCalibrated,
      ...(options.nBest === 1
        ? {}
        : {
            alternatives: answer.alternatives.map((other) => ({
              text: other.text,
              probability: other.probability,
              regions: regionsOf(other)
            }))
          }),
      timings: answer.timings
    })
  }
  return answer.status === 'complete'
}
