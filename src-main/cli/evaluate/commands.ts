/** @file The options of `eyrie evaluate`: one command a task, and `questions` which asks a model. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { Streams } from '../output'
import type { CliRooms } from '../rooms'
import { evaluateFiles } from './files'
import type { EvaluateFilesOptions } from './files'
import { evaluate } from './questions'
import { FILE_TASKS } from './tasks'

const jsonOption = (): Option => new Option('--json', 'print the result as JSON')

function parseCount(value: string): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('A whole number from 1 is needed.')
  return count
}

interface ReportOptions {
  readonly html?: string
  readonly images?: string
  readonly failures: number
  readonly language: 'en' | 'zh-CN'
}

const systemLanguage = (): 'en' | 'zh-CN' =>
  Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh') ? 'zh-CN' : 'en'

const addReportOptions = (command: Command): Command =>
  command
    .option('--html <file>', 'also write a report: one HTML file with charts and the failures, over whatever is there')
    .option('--failures <n>', 'how many failures the report shows', parseCount, 60)
    .addOption(
      new Option('--language <language>', 'in which the report opens; it has both')
        .choices(['en', 'zh-CN'])
        .default(systemLanguage())
    )

interface QuestionOptions extends ReportOptions {
  readonly model?: string
  readonly answers?: string
  readonly writeAnswers?: string
  readonly limit?: number
  readonly json?: boolean
}
interface FileOptions extends ReportOptions {
  readonly pred: string
  readonly truth: string
  readonly protocol: string
  readonly meteorJar?: string
  readonly json?: boolean
}

function htmlOf({ html, images, failures, language }: ReportOptions): EvaluateFilesOptions['html'] {
  return html === undefined ? null : { html, images: images ?? null, failures, language }
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
    const command = evaluateCommand
      .command(task.name)
      .description(task.about.en)
      .requiredOption('--pred <file>', `predictions, ${layout}`)
      .requiredOption('--truth <file>', `truth, ${layout}`)
      .addOption(
        new Option('--protocol <name>', 'whose rules').choices(task.protocols).default(task.protocols[0] ?? '')
      )
    if (task.takesMeteor === true)
      command.option('--meteor-jar <file>', 'meteor-1.5.jar with its data folder: METEOR too, run by Java')
    addReportOptions(command)
      .option('--images <dir>', 'folder of the pictures that the truth names; default: that of the truth')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        isDocument
          ? `
The truth:       ${task.truthFields}
The predictions: ${task.predictionFields}
An image or category that the truth does not list is an error; an image without detections is not.
For a report, images are found by their file_name and categories are called by their name.`
          : `
A line of the truth:   ${task.truthFields}
A line of predictions: ${task.predictionFields}
Lines belong together by id, in any order; a missing, surplus or repeated id is an error.
For a report a line of the truth may also hold image, a path below --images, and text, what was asked.`
      )
      .action((options: FileOptions) =>
        finish(
          evaluateFiles(
            task,
            {
              ...{ pred: options.pred, truth: options.truth, protocol: options.protocol },
              ...{ meteorJar: options.meteorJar ?? null, html: htmlOf(options), json: options.json ?? false }
            },
            cli,
            streams
          )
        )
      )
  }
  const questions = evaluateCommand
    .command('questions')
    .description('ask a model the questions of an evaluation set and score its answers')
    .argument('<set>', 'folder with questions.jsonl, made by models/train/make_evaluation.py')
    .option('--model <id>', 'model to ask; default: the first that is ready')
    .option('--answers <file>', 'score these answers instead of asking a model')
    .option('--write-answers <file>', 'keep the answers, one JSON object a line')
    .option('--limit <number>', 'ask only the first so many questions', parseCount)
  addReportOptions(questions)
    .addOption(jsonOption())
    .action((set: string, options: QuestionOptions) =>
      finish(
        evaluate(
          {
            ...{ set, model: options.model ?? null, answers: options.answers ?? null },
            ...{ writeAnswers: options.writeAnswers ?? null, limit: options.limit ?? null },
            ...{ html: htmlOf(options), json: options.json ?? false }
          },
          cli,
          streams
        )
      )
    )
}
