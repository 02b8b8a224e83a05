/** @file Options of `eyrie build`. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { CONTEXT_KINDS } from '../../src-shared/builders/context/request'
import { BUILD_TASK_IDS, RECIPES } from '../../src-shared/builders/recipe'
import { CONTEXT_RECIPE } from '../core/model-builds'
import { buildFromAnswers, buildFromEndpoint, contextKinds, writeRequests } from './build-contexts'
import { buildProject, listRecipes } from './build'
import type { BuildTarget } from './build'
import { usageError } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

interface RawOptions {
  readonly recipe: string
  readonly recipes?: boolean
  readonly task?: string[]
  readonly perImage: string
  readonly seed: string
  readonly language: 'auto' | 'en' | 'zh-CN'
  readonly names?: string
  readonly proposals?: boolean
  readonly points?: boolean
  readonly preview?: string | true
  readonly write?: boolean
  readonly format?: string[]
  readonly out?: string
  readonly dialect: string
  readonly overwrite?: boolean
  readonly writeRequests?: string
  readonly answers?: string
  readonly endpoint?: string
  readonly saveAnswers?: string
  readonly mostImages?: string
  readonly model: string
  readonly json?: boolean
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value
  throw usageError(`--${name} takes a whole number from ${least}, not ${text}.`, 'See eyrie build --help.')
}

const PREVIEWED = 10

/** What is to become of what is built; exactly one thing. */
function targetOf(options: RawOptions): BuildTarget {
  const formats = options.format ?? []
  const chosen = [options.preview !== undefined, options.write === true, formats.length > 0].filter(Boolean).length
  if (chosen > 1) throw usageError('Choose one of --preview, --write and --format.', 'See eyrie build --help.')
  if (formats.length > 0 !== (options.out !== undefined))
    throw usageError('--format and --out go together.', 'See eyrie build --help.')
  const isPreview = options.preview !== undefined || chosen === 0
  const count = typeof options.preview === 'string' ? wholeNumber('preview', options.preview, 1) : PREVIEWED
  return {
    preview: isPreview ? count : null,
    write: options.write ?? false,
    formats,
    out: options.out ?? null,
    dialect: options.dialect,
    overwrite: options.overwrite ?? false,
    json: options.json ?? false
  }
}

export function addBuildCommand(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const fromContexts = async (path: string, options: RawOptions): Promise<void> => {
    const { writeRequests: requests, answers, language, model, overwrite, json } = options
    const ways = [requests, answers, options.endpoint].filter((way) => way !== undefined)
    if (ways.length !== 1 || (options.saveAnswers !== undefined && options.endpoint === undefined))
      throw usageError(
        `--recipe ${CONTEXT_RECIPE} needs one of --write-requests FILE, the --answers FILE to them, and --endpoint ID.`,
        'See docs/builders.md.'
      )
    const kinds = contextKinds(options.task ?? [])
    const most = options.mostImages === undefined ? null : wholeNumber('most-images', options.mostImages, 1)
    const drawn = { most, seed: wholeNumber('seed', options.seed, 0) }
    const context = { kinds, language, includeProposals: options.proposals ?? false, drawn }
    if (options.endpoint !== undefined) {
      const asking = { ...context, target: targetOf(options), saveAnswers: options.saveAnswers ?? null }
      return buildFromEndpoint(path, options.endpoint, asking, cli, streams)
    }
    if (requests === undefined)
      return buildFromAnswers(path, answers ?? '', { ...context, target: targetOf(options) }, cli, streams)
    const file = { model, overwrite: overwrite ?? false, json: json ?? false }
    await writeRequests(path, requests, { ...context, ...file }, cli, streams)
  }
  const run = async (path: string | undefined, options: RawOptions): Promise<void> => {
    if (options.recipes === true) return listRecipes(options.json ?? false, streams)
    if (path === undefined) throw usageError('A project is needed.', 'See eyrie build --help.')
    const { recipe, task, language, names, proposals } = options
    if (recipe === CONTEXT_RECIPE) return fromContexts(path, options)
    if (
      [options.writeRequests, options.answers, options.endpoint, options.saveAnswers].some((one) => one !== undefined)
    )
      throw usageError(
        `--write-requests, --answers, --endpoint and --save-answers are for --recipe ${CONTEXT_RECIPE}.`,
        'See eyrie build --help.'
      )
    await buildProject(
      path,
      {
        ...targetOf(options),
        recipe,
        tasks: task ?? [],
        perImage: wholeNumber('per-image', options.perImage, 1),
        seed: wholeNumber('seed', options.seed, 0),
        language,
        names: names ?? null,
        includeProposals: proposals ?? false,
        usesPoints: options.points ?? false
      },
      cli,
      streams
    )
  }
  program
    .command('build')
    .description('make new training turns from regions, captions and relations; shows them unless told to write')
    .argument('[project]')
    .option('--recipes', 'list the recipes instead')
    .option(
      '--recipe <id>',
      `mix of tasks: ${RECIPES.map(({ id }) => id).join(', ')}; or ${CONTEXT_RECIPE}, by a language model`,
      'shikra'
    )
    .option('--task <task=weight...>', 'another weight for a task; 0 leaves it out; repeatable')
    .option('--per-image <number>', 'dialogues for each image at most', '6')
    .option('--seed <number>', 'the same seed builds the same turns', '0')
    .addOption(
      new Option('--language <language>', 'of the turns; auto: that of the labels')
        .choices(['auto', 'en', 'zh-CN'])
        .default('auto')
    )
    .option('--names <file>', 'JSON of names for labels in either language: {"dog": {"zh-CN": "狗"}}')
    .option('--proposals', 'take proposals nobody has looked at for true')
    .option('--points', 'ask about points instead of boxes where a question is about a place; adds them as regions')
    .option('--preview [number]', `show so many dialogues and write nothing (default; ${PREVIEWED})`)
    .option('--write', 'write them into the project, marked as made by rule, or by the model')
    .option('--format <id...>', 'write them, and no other turns, as files of a format; repeatable')
    .option('--out <dir>', 'folder for --format')
    .option('--dialect <id>', 'dialect of the text that is shown or written', 'shikra')
    .option('--overwrite', 'replace files of the same name')
    .option('--write-requests <file>', `${CONTEXT_RECIPE}: write what a language model is to be asked, as a batch file`)
    .option('--answers <file>', `${CONTEXT_RECIPE}: build from the answers to it`)
    .option('--endpoint <id>', `${CONTEXT_RECIPE}: ask a model server (eyrie endpoints); no image is sent`)
    .option('--save-answers <file>', `${CONTEXT_RECIPE}: keep what the server answered, for --answers`)
    .option('--most-images <number>', `${CONTEXT_RECIPE}: ask about so many images, drawn by --seed; default: all`)
    .option('--model <name>', `${CONTEXT_RECIPE}: model that the batch file asks for`, 'default')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Tasks: ${BUILD_TASK_IDS.join(', ')}; of ${CONTEXT_RECIPE}: ${CONTEXT_KINDS.join(', ')}

JSON: preview {dialect, dialogues: [{image, task, language, origin, turns: [{role, text, losses}]}]}
      --write {images, imagesWith, dialogues, turns, already, tasks, steps}
      --format {built, exported}, exported as eyrie export prints it
      --write-requests {requests, file}

Example: eyrie build labels.eyrie --recipe pink --task counting=3 --seed 1 --preview 5`
    )
    .action((path: string | undefined, options: RawOptions) => finish(run(path, options)))
}
