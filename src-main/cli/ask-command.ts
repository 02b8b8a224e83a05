/** @file The options of `eyrie ask`. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { AppError } from '../../src-shared/errors'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { MOST_ANSWERS } from '../../src-shared/prompts/answer-form'
import { answerFormSchema } from '../../src-shared/prompts/answer-form-schema'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import { ask } from './ask'
import { usageError } from './output'
import type { Streams } from './output'
import { parseBox, parsePoint } from './region-arguments'
import type { CliRooms } from './rooms'

const CONSTRAINTS = ['free', 'boxes', 'phrases', 'labels', 'json-schema'] as const

/** What an answer is held to. */
export interface FormFlags {
  readonly constrain: (typeof CONSTRAINTS)[number]
  readonly label: readonly string[]
  readonly labels?: string
  readonly schema?: string
}

interface AskFlags extends FormFlags {
  readonly model?: string
  readonly provider?: string
  readonly overlay?: string
  readonly nBest: number
  readonly json?: boolean
}

function parseCount(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count >= 1 && count <= MOST_ANSWERS) return count
  throw new InvalidArgumentError(`A whole number from 1 to ${MOST_ANSWERS} is needed.`)
}

async function textOf(option: string, file: string, nextStep: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8')
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException
    throw usageError(`${option} ${file} cannot be read (${code}).`, nextStep)
  }
}

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await textOf('--labels', file, 'Name a text file with one label a line.')
  return text.split(/\r?\n/).filter((line) => line.trim() !== '')
}

async function jsonOf(file: string): Promise<unknown> {
  const nextStep = 'Name a file that holds a JSON schema.'
  const text = await textOf('--schema', file, nextStep)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usageError(`--schema ${file} is no JSON (${(error as Error).message}).`, nextStep)
  }
}

/** Rejects with `cli/usage` for flags that do not go together. */
export async function formOf({ constrain, label, labels, schema }: FormFlags): Promise<AnswerForm | null> {
  if (constrain !== 'labels' && (label.length > 0 || labels !== undefined)) {
    throw usageError('--label and --labels are of use with --constrain labels only.', 'Add --constrain labels.')
  }
  if (constrain !== 'json-schema' && schema !== undefined) {
    throw usageError('--schema is of use with --constrain json-schema only.', 'Add --constrain json-schema.')
  }
  switch (constrain) {
    case 'free':
      return null
    case 'boxes':
    case 'phrases':
      return { kind: constrain }
    case 'labels': {
      const all = [...label, ...(labels === undefined ? [] : await linesOf(labels))].map((name) => name.trim())
      return checked(
        { kind: constrain, labels: all },
        all.length === 0 ? '--constrain labels needs labels.' : 'These labels are too many or too long.',
        'Give --label NAME for each, or --labels FILE with one a line.'
      )
    }
    case 'json-schema':
      if (schema === undefined) throw usageError('--constrain json-schema needs a schema.', 'Give --schema FILE.')
      return checked(
        { kind: constrain, schema: await jsonOf(schema) },
        `--schema ${schema} is no object, or too long.`,
        'Name a file that holds a JSON schema.'
      )
  }
}

function checked(form: unknown, message: string, nextStep: string): AnswerForm {
  const parsed = answerFormSchema.safeParse(form)
  if (parsed.success) return parsed.data
  throw usageError(message, nextStep)
}

const addLabel = (name: string, all: readonly string[]): readonly string[] => [...all, name]

export const addFormOptions = (command: Command): Command =>
  command
    .addOption(new Option('--constrain <form>', 'what the answer is held to').choices(CONSTRAINTS).default('free'))
    .option('--label <name>', 'with --constrain labels: one that the answer may be (repeatable)', addLabel, [])
    .option('--labels <file>', 'with --constrain labels: a text file with one a line')
    .option('--schema <file>', 'with --constrain json-schema: the schema')

export function addAskCommand(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const regions: RegionShape[] = []
  const collect =
    (parse: (value: string) => RegionShape) =>
    (value: string): void => {
      try {
        regions.push(parse(value))
      } catch (error) {
        if (error instanceof AppError) throw new InvalidArgumentError(`${error.message} ${error.nextStep ?? ''}`)
        throw error
      }
    }
  const command = program
    .command('ask')
    .description('ask a model one question about one image')
    .argument('<image>', 'image file')
    .argument('<prompt>', 'the question; @1, @2, … stand for the given regions in the order typed')
    .option('--box <x0,y0,x1,y1>', 'a box, as fractions 0..1 of the upright image (repeatable)', collect(parseBox))
    .option('--point <x,y>', 'a point, as fractions 0..1 of the upright image (repeatable)', collect(parsePoint))
    .option('--model <id>', 'model to ask; default: the first that is ready')
    .option('--provider <name>', 'execution provider to prefer; the answer says which one ran')
  addFormOptions(command)
    .option('--n-best <count>', 'answers to give: others have other places, likeliest first', parseCount, 1)
    .option('--overlay <out.png>', 'draw the given and the answered regions on a copy of the image')
    .addOption(new Option('--json', 'print the result as JSON'))
    .addHelpText(
      'after',
      `
JSON: {text, regions: [{kind, coords, phrase, confidence, uncertainty, expected}], issues, model, dialect, provider,
       calibrated, timings}
  coords       fractions of the upright image: x0,y0,x1,y1 or x,y
  confidence   of a box, where "calibrated" is true: the chance that it overlaps the truth by half or more; else the
               geometric mean probability of the tokens that spell the coordinates, or null
  uncertainty  standard deviation of each coordinate in the same units, or null when the model told nothing of it
  expected     mean of each coordinate over what its digits might have been, or null
  With --n-best: alternatives: [{text, probability, regions}], fewer where the model sees no other place

Constraints, for language models (labels also for detectors that are told words: what they look for); a server takes
what its kind knows, and the answer says what was used:
  free         anything the model says
  boxes        one region or group of regions, or that there is none
  phrases      words and the regions they name, or that there is none
  labels       one of the given labels, letter by letter
  json-schema  a JSON text of the given schema

Example: eyrie ask street.jpg "What is @1?" --box 0.1,0.2,0.4,0.9 --json`
    )
    .action((image: string, prompt: string, flags: AskFlags) =>
      finish(
        formOf(flags).then((form) =>
          ask(
            {
              image,
              prompt,
              regions,
              model: flags.model ?? null,
              provider: flags.provider ?? null,
              form,
              nBest: flags.nBest,
              overlay: flags.overlay ?? null,
              json: flags.json ?? false
            },
            cli,
            streams
          )
        )
      )
    )
}
