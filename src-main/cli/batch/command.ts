/** @file The options of `eyrie batch`. */
import type { Command } from 'commander'
import { addFormOptions, formOf } from '../ask-command'
import type { FormFlags } from '../ask-command'
import { usageError } from '../output'
import type { Streams } from '../output'
import type { CliRooms } from '../rooms'
import { batch } from './batch'
import { questionsOfFile, questionsOfFolder } from './questions'
import type { BatchQuestion } from './questions'

interface BatchFlags extends FormFlags {
  readonly images?: string
  readonly prompt: readonly string[]
  readonly out: string
  readonly model?: string
  readonly provider?: string
}

async function questionsOf(
  file: string | undefined,
  { images, prompt }: BatchFlags
): Promise<readonly BatchQuestion[]> {
  const isFolder = images !== undefined && prompt.length > 0
  if (file !== undefined && images === undefined && prompt.length === 0) return questionsOfFile(file)
  if (file === undefined && isFolder) return questionsOfFolder(images, prompt)
  throw usageError(
    'Either a file of questions is needed, or --images with at least one --prompt.',
    'For example: eyrie batch --images scans --prompt "What do you see?" --out answers.jsonl'
  )
}

export function addBatchCommand(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const add = (text: string, all: readonly string[]): readonly string[] => [...all, text]
  const command = program
    .command('batch')
    .description('ask a model many questions about many images; go on where an earlier run was stopped')
    .argument('[questions]', 'JSON lines: {"id", "image", "prompt", "regions"?}; images relative to the file')
    .option('--images <dir>', 'instead of a file: every image below this folder …')
    .option('--prompt <text>', '… is asked this (repeatable)', add, [])
    .requiredOption('--out <file>', 'JSON lines, one an answer; what it holds already is not asked again')
    .option('--model <id>', 'model to ask; default: the first that is ready')
    .option('--provider <name>', 'execution provider to prefer; each answer says which one ran')
  addFormOptions(command)
    .addHelpText(
      'after',
      `
A line of --out: {id, image, prompt, model, dialect, status, reason, error, text, regions, provider, calibrated, notes, timings}
  status    complete, partial (a limit ended it: see reason), or failed (see error); failed ones are asked again
  regions   as eyrie ask --json tells them
  notes     what a dialect could not say, what was odd about the answer, providers that were given up
Questions on one image are answered together. Stop it with Ctrl+C: the same command goes on.
"regions": [[x0,y0,x1,y1], [x,y]] are what @1, @2 in the prompt stand for, as fractions of the upright image.`
    )
    .action((file: string | undefined, flags: BatchFlags) =>
      finish(
        Promise.all([questionsOf(file, flags), formOf(flags)]).then(([questions, form]) =>
          batch(
            { questions, form, out: flags.out, model: flags.model ?? null, provider: flags.provider ?? null },
            cli,
            streams
          )
        )
      )
    )
}
