/** @file The options of `eyrie evaluate`: one command a task, and `questions` which asks a model. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { evaluate } from './evaluate'
import { evaluateFiles, FILE_TASKS } from './evaluate-files'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

const jsonOption = (): Option => new Option('--json', 'print the result as JSON')

function parseCount(value: string): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('A whole number from 1 is needed.')
  return count
}

interface QuestionOptions {
  readonly model?: string
  readonly answers?: string
  readonly writeAnswers?: string
  readonly limit?: number
  readonly json?: boolean
}

export function addEvaluateCommands(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const evaluateCommand = program
    .command('evaluate')
    .description('score predictions against the truth, or ask a model a set of questions and score its answers')
  for (const task of FILE_TASKS) {
    const isDocument = task.format === 'json'
    const layout = isDocument ? 'a COCO JSON file' : 'one JSON object a line'
    evaluateCommand
      .command(task.name)
      .description(task.about)
      .requiredOption('--pred <file>', `predictions, ${layout}`)
      .requiredOption('--truth <file>', `truth, ${layout}`)
      .addOption(
        new Option('--protocol <name>', 'whose rules').choices(task.protocols).default(task.protocols[0] ?? '')
      )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        isDocument
          ? `
The truth:       ${task.truthFields}
The predictions: ${task.predictionFields}
An image or category that the truth does not list is an error; an image without detections is not.`
          : `
A line of the truth:   ${task.truthFields}
A line of predictions: ${task.predictionFields}
Lines belong together by id, in any order; a missing, surplus or repeated id is an error.`
      )
      .action((options: { pred: string; truth: string; protocol: string; json?: boolean }) =>
        finish(evaluateFiles(task, { ...options, json: options.json ?? false }, streams))
      )
  }
  evaluateCommand
    .command('questions')
    .description('ask a model the questions of an evaluation set and score its answers')
    .argument('<set>', 'folder with questions.jsonl, made by models/train/make_evaluation.py')
    .option('--model <id>', 'model to ask; default: the first that is ready')
    .option('--answers <file>', 'score these answers instead of asking a model')
    .option('--write-answers <file>', 'keep the answers, one JSON object a line')
    .option('--limit <number>', 'ask only the first so many questions', parseCount)
    .addOption(jsonOption())
    .action((set: string, { model, answers, writeAnswers, limit, json }: QuestionOptions) =>
      finish(
        evaluate(
          {
            ...{ set, model: model ?? null, answers: answers ?? null, writeAnswers: writeAnswers ?? null },
            ...{ limit: limit ?? null, json: json ?? false }
          },
          cli,
          streams
        )
      )
    )
}
