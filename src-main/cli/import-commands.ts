/** @file Options of `eyrie import` and `eyrie convert`. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { DialectSpace } from '../../src-shared/dialects/dialect'
import { convert } from './convert'
import { addWriteOptions, writing } from './export-commands'
import type { WriteOptions } from './export-commands'
import { importDataset } from './import'
import { readClassNames } from './class-names'
import type { Streams } from './output'
import type { CliRooms } from './rooms'
import { spaceOption } from './space-option'

interface ReadOptions {
  readonly images?: string
  readonly dialect?: string
  readonly space?: DialectSpace
  readonly setting?: Readonly<Record<string, string>>
  readonly classNames?: string
  readonly json?: boolean
}

function addSetting(text: string, earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Give it as id=value.')
  const id = text.slice(0, at).trim()
  if (Object.hasOwn(earlier, id)) throw new InvalidArgumentError(`${id} stands there twice.`)
  return { ...earlier, [id]: text.slice(at + 1).trim() }
}
const addReadOptions = (command: Command): Command =>
  command
    .option('--images <dir>', 'folder of the images, when not with the files')
    .option('--dialect <id>', 'dialect of the text that is read; default: the format’s own')
    .addOption(spaceOption())
    .option(
      '--setting <id=value>',
      'what the files do not say and you know, as edges=pixels-from-1; eyrie formats lists them; repeatable',
      addSetting
    )
    .option(
      '--class-names <file>',
      'names of the classes, one a line in the order of their numbers, where the files name none (eyrie formats: class names)'
    )
const jsonOption = (): Option => new Option('--json', 'print the result as JSON')

const reading = async ({ images, dialect, space, setting, classNames, json }: ReadOptions) => ({
  images: images ?? null,
  dialect: dialect ?? null,
  space: space ?? null,
  settings: setting ?? {},
  classNames: classNames === undefined ? [] : await readClassNames(classNames),
  json: json ?? false
})

export function addImportCommands(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const importCommand = program
    .command('import')
    .description('read a data set into a project: all of it as one step, or nothing')
    .argument('<project>')
    .argument('<path>', 'file or folder of the data set')
    .option('--format <id>', 'format to read (see: eyrie formats); default: by what is in the files')
  addReadOptions(importCommand)
    .option('--dry-run', 'count and check only; nothing is written')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
JSON: {format, because, counts, labels, skipped, doubts, notes, written}
  labels                  [{name, isNew, regions}] in the order of the file
  skipped, doubts, notes  [{code, count, examples: [{file, line, record, message}]}]: records left out, what to
                          look at, what a project cannot hold
Exit code 1: it was refused, and the project is as it was. Records that are left out are counted, not refused.

Example: eyrie import labels.eyrie instances_val2017.json --images val2017 --dry-run`
    )
    .action((project: string, path: string, options: ReadOptions & { format?: string; dryRun?: boolean }) =>
      finish(
        reading(options).then((read) =>
          importDataset(
            project,
            path,
            { ...read, format: options.format ?? null, dryRun: options.dryRun ?? false },
            cli,
            streams
          )
        )
      )
    )
  const convertCommand = program
    .command('convert')
    .description('read a data set in one format and write it in another; the images need not be there')
    .argument('<in>', 'file or folder of the data set')
    .argument('<out>', 'folder to write into')
    .option('--from <id>', 'format to read; default: by what is in the files')
    .requiredOption('--to <id...>', 'format to write; repeatable')
  addReadOptions(convertCommand)
    .option('--to-dialect <id>', 'dialect of the text that is written', 'shikra')
    .addOption(spaceOption('--to-space <space>'))
  addWriteOptions(convertCommand)
    .addOption(jsonOption())
    .action(
      async (
        input: string,
        out: string,
        options: ReadOptions & WriteOptions & { from?: string; to: string[]; toDialect: string; toSpace?: DialectSpace }
      ) =>
        finish(
          reading(options).then((read) =>
            convert(
              input,
              out,
              {
                ...read,
                from: options.from ?? null,
                to: options.to,
                toDialect: options.toDialect,
                toSpace: options.toSpace ?? null,
                ...writing(options)
              },
              cli,
              streams
            )
          )
        )
    )
}
