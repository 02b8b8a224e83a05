/** @file `eyrie evaluate questions`: asks a model every question of an evaluation set and scores the answers. */
import { counted } from '../../../src-shared/counted'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { GroundedText } from '../../../src-shared/grounded/nodes'
import { scoreEvaluation } from '../../../src-shared/metrics/evaluation'
import type { EvaluationAnswer, EvaluationQuestion, GroupScore } from '../../../src-shared/metrics/evaluation'
import { words } from '../../../src-shared/metrics/report/report'
import { reportQuestions } from '../../../src-shared/metrics/report/tasks/questions'
import { answerQuestion, dialectContext } from '../../core/answer'
import { chooseModel } from '../../core/models'
import { writeHtmlReport } from './html-report'
import type { EvaluateFilesOptions } from './files'
import { readLines } from '../json-lines'
import { note, printJson, printTable, progressLine } from '../output'
import type { Streams } from '../output'
import type { CliRooms } from '../rooms'

export interface EvaluateOptions {
  readonly set: string
  readonly model: string | null
  /** Answers of an earlier run: no model is asked. */
  readonly answers: string | null
  readonly writeAnswers: string | null
  readonly limit: number | null
  /** null: no report. The pictures are those of the set. */
  readonly html: EvaluateFilesOptions['html']
  readonly json: boolean
}

const box = z.tuple([z.number(), z.number(), z.number(), z.number()])
const questionSchema = z.object({
  id: z.string(),
  split: z.string(),
  language: z.string(),
  task: z.string(),
  image: z.string(),
  width: z.number().positive(),
  height: z.number().positive(),
  history: z.array(z.object({ question: z.string(), answer: z.string() })),
  question: z.string(),
  answer: z.string(),
  box: box.nullable(),
  name: z.string().nullable(),
  attributes: z.array(z.string()),
  count: z.number().int().nullable(),
  objects: z.array(z.object({ name: z.string(), box }))
})
const answerSchema = z.object({
  id: z.string(),
  text: z.string(),
  confidences: z.array(z.number().nullable())
})

const ADVICE = {
  missing: 'Name a folder made by models/train/make_evaluation.py.',
  broken: 'Make the evaluation set again.'
}

const MOST_TOGETHER = 8

async function askAll(
  questions: readonly EvaluationQuestion[],
  options: EvaluateOptions,
  cli: CliRooms,
  streams: Streams
): Promise<EvaluationAnswer[]> {
  const { inference } = cli.rooms()
  const { model, dialect } = await chooseModel(inference, options.model)
  const progress = progressLine(streams)
  const answers: EvaluationAnswer[] = []
  async function ask(question: EvaluationQuestion): Promise<EvaluationAnswer> {
    const { id, width, height } = question
    const tree = (text: string): GroundedText => dialect.parse(text, dialectContext(model, { width, height })).tree
    const answer = await answerQuestion(
      {
        requestId: randomUUID(),
        model,
        dialect,
        imagePath: resolve(options.set, question.image),
        image: { width, height },
        history: question.history.map((turn) => ({ question: tree(turn.question), answer: tree(turn.answer) })),
        question: tree(question.question),
        regionId: (place) => `answer-${place + 1}`
      },
      inference,
      { progress: () => undefined, isCancelled: () => false }
    )
    if (answer.error !== null) throw answer.error
    const confidences = answer.tree.regions
      .filter(({ shape }) => shape.type === 'box')
      .map((region) => answer.confidences.get(region.id) ?? null)
    return { id, text: answer.text.trim(), confidences }
  }
  try {
    for (let at = 0; at < questions.length;) {
      progress.show(`${answers.length} of ${questions.length}`)
      // Questions that follow each other on one picture are answered together.
      const { image } = questions[at] ?? { image: '' }
      let end = at + 1
      while (end < questions.length && end - at < MOST_TOGETHER && questions[end]?.image === image) end++
      answers.push(...(await Promise.all(questions.slice(at, end).map(ask))))
      at = end
    }
  } finally {
    progress.end()
  }
  return answers
}

/** A line a measure, a column a group. */
function printScores(streams: Streams, groups: Readonly<Record<string, GroupScore>>): void {
  const names = Object.keys(groups)
  const rows = new Map<string, Map<string, string>>()
  for (const [group, tasks] of Object.entries(groups)) {
    for (const [task, measures] of Object.entries(tasks)) {
      for (const [measure, value] of Object.entries(measures)) {
        if (measure === 'n') continue
        const row = rows.get(`${task} ${measure}`) ?? new Map<string, string>()
        rows.set(`${task} ${measure}`, row.set(group, `${value.toFixed(3)} (n=${measures['n'] ?? 0})`))
      }
    }
  }
  printTable(streams, [
    ['measure', ...names],
    ...[...rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([row, cells]) => [row, ...names.map((n) => cells.get(n) ?? '-')])
  ])
}

/** Measures of all tasks of a group, as `rec accuracyAt50`. */
const flat = (
  groups: Readonly<Record<string, GroupScore>>
): Readonly<Record<string, Readonly<Record<string, number>>>> =>
  Object.fromEntries(
    Object.entries(groups).map(([group, tasks]) => [
      group,
      Object.fromEntries(
        Object.entries(tasks).flatMap(([task, measures]) =>
          Object.entries(measures).map(([measure, value]) => [`${task} ${measure}`, value])
        )
      )
    ])
  )

/** Rejects with `file/missing`, `data/invalid`, `model/...`, `image/...`. */
export async function evaluate(options: EvaluateOptions, cli: CliRooms, streams: Streams): Promise<void> {
  const all = await readLines(join(resolve(options.set), 'questions.jsonl'), questionSchema, ADVICE)
  const questions = options.limit === null ? all : all.slice(0, options.limit)
  const answers =
    options.answers === null
      ? await askAll(questions, options, cli, streams)
      : await readLines(resolve(options.answers), answerSchema, ADVICE)
  if (options.writeAnswers !== null) {
    await writeFile(resolve(options.writeAnswers), answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
    note(streams, `eyrie: wrote ${options.writeAnswers}`)
  }
  const answered = new Set(answers.map(({ id }) => id))
  const missing = questions.filter(({ id }) => !answered.has(id)).length
  if (missing > 0) note(streams, `eyrie: ${counted(missing, 'question')} without an answer; counted as wrong.`)
  const groups = scoreEvaluation(questions, answers)
  if (options.html !== null) {
    const path = await writeHtmlReport(
      {
        task: 'questions',
        about: words('answers of a model to a set of questions', '模型对一组问题的回答'),
        protocol: 'eyrie',
        samples: questions.length,
        groups: flat(groups),
        notMeasured: [],
        version: cli.places.version,
        files: [
          { role: words('questions', '问题'), path: join(resolve(options.set), 'questions.jsonl') },
          ...(options.answers === null ? [] : [{ role: words('answers', '回答'), path: resolve(options.answers) }])
        ]
      },
      reportQuestions(questions, answers, groups),
      { ...options.html, images: resolve(options.set) },
      cli.rooms().media
    )
    note(streams, `eyrie: wrote ${path}`)
  }
  if (options.json) printJson(streams, { questions: questions.length, groups })
  else printScores(streams, groups)
}
