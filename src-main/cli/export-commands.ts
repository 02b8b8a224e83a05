/** @file Options of `eyrie export`, and those that `eyrie convert` shares with it. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { DialectSpace } from '../../src-shared/dialects/dialect'
import { parseSplits, SPLIT_BY } from '../../src-shared/dataset/splits'
import type { ExportSplit, SplitBy } from '../../src-shared/dataset/splits'
import type { CorrectionRange } from '../../src-shared/formats/format'
import { exportProject } from './export'
import type { Streams } from './output'
import type { CliRooms } from './rooms'
import { spaceOption } from './space-option'

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && text.trim() !== '') return value
  throw new InvalidArgumentError('Give a whole number.')
}

function iou(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('Give a number from 0 to 1.')
}

export interface WriteOptions {
  readonly proposals?: boolean
  readonly overwrite?: boolean
  readonly split?: string
  readonly splitBy: SplitBy
  readonly seed: number
}

export const addWriteOptions = (command: Command): Command =>
  command
    .option('--proposals', 'also write proposals nobody has looked at; they are marked as such')
    .option('--overwrite', 'replace files of the same name')
    .option('--split <shares>', 'a folder for each share of the images, as in train=0.8,val=0.2')
    .addOption(
      new Option(
        '--split-by <what>',
        'image: copies of one image stay together; folder: all of a folder does; near-duplicate: images that look alike do'
      )
        .choices(SPLIT_BY)
        .default('image')
    )
    .option('--seed <n>', 'which images fall into which share', wholeNumber, 0)

/** What the shared options ask for. Throws `export/bad-split`. */
export const writing = ({ proposals, overwrite, split, splitBy, seed }: WriteOptions) => ({
  includeProposals: proposals ?? false,
  overwrite: overwrite ?? false,
  ...(split === undefined ? {} : { split: { shares: parseSplits(split), seed, by: splitBy } satisfies ExportSplit })
})

export function addExportCommand(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const command = program
    .command('export')
    .description('write the labels of a project as training data')
    .argument('<project>')
    .requiredOption('--format <id...>', 'format to write (see: eyrie formats); repeatable')
    .requiredOption('--out <dir>', 'folder to write into')
    .option('--dialect <id>', 'dialect of the text, for formats that hold text', 'shikra')
    .addOption(spaceOption())
  addWriteOptions(command)
    .option('--min-iou <x>', 'of corrections: none whose region was moved further than to this IoU', iou)
    .option('--max-iou <x>', 'of corrections: none whose regions all stayed closer than this IoU', iou)
    .addOption(new Option('--json', 'print the result as JSON'))
    .addHelpText(
      'after',
      `
JSON: {files: [{path, sizeBytes, sha256}], counts, skipped, losses, certificates}
  certificates  one for each format and split: what came back when the files were read again
Exit code 1: it was refused, and nothing was written.

Example: eyrie export labels.eyrie --format coco --out train --split train=0.8,val=0.2`
    )
    .action(
      async (
        path: string,
        options: WriteOptions &
          CorrectionRange & { format: string[]; out: string; dialect: string; space?: DialectSpace; json?: boolean }
      ) => {
        const { format, out, dialect, space, minIou, maxIou, json } = options
        const corrections: CorrectionRange | null =
          minIou === undefined && maxIou === undefined
            ? null
            : { ...(minIou === undefined ? {} : { minIou }), ...(maxIou === undefined ? {} : { maxIou }) }
        await finish(
          exportProject(
            path,
            {
              formats: format,
              out,
              dialect,
              ...(space === undefined ? {} : { space }),
              ...writing(options),
              ...(corrections === null ? {} : { corrections }),
              json: json ?? false
            },
            cli,
            streams
          )
        )
      }
    )
}
