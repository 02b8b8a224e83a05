/** @file `eyrie build`: new training turns from regions, captions and relations; shown first, then written. */
import { counted } from '../../src-shared/counted'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RECIPES, needRecipe, withWeights } from '../../src-shared/builders/recipe'
import type { Recipe } from '../../src-shared/builders/recipe'
import type { ClassNames } from '../../src-shared/builders/scene'
import type { BuildOptions } from '../../src-shared/builders/build'
import { AppError } from '../../src-shared/errors'
import type { ExportFormatId } from '../../src-shared/ipc/contract'
import { exportBuild, previewBuild, ruleBuilder, writeBuild } from '../core/builds'
import type { BuildCounts, Builder, PreviewDialogue } from '../core/builds'
import { needDialect } from '../core/models'
import { loadTaggers } from '../core/taggers'
import { note, printJson, printLine, printTable } from './output'
import type { Streams } from './output'
import { withProject } from './project'
import type { CliRooms } from './rooms'

export interface BuildTarget {
  /** Dialogues to show; nothing is written. */
  readonly preview: number | null
  readonly write: boolean
  readonly formats: readonly ExportFormatId[]
  readonly out: string | null
  readonly dialect: string
  readonly overwrite: boolean
  readonly json: boolean
}

export interface BuildCommandOptions extends BuildTarget {
  readonly recipe: string
  /** `task=weight`, on top of the recipe's own. */
  readonly tasks: readonly string[]
  readonly perImage: number
  readonly seed: number
  readonly language: BuildOptions['language']
  readonly includeProposals: boolean
  readonly usesPoints: boolean
  /** A JSON file {label: {"en": …, "zh-CN": …}}. */
  readonly names: string | null
}

/** Throws `build/bad-names`. */
export async function readNames(path: string): Promise<ReadonlyMap<string, Partial<ClassNames>>> {
  const bad = (reason: string, cause?: unknown): AppError =>
    new AppError('build/bad-names', `The names of ${path} cannot be used: ${reason}.`, {
      nextStep: 'Write a JSON object such as {"dog": {"en": "dog", "zh-CN": "狗"}}.',
      cause
    })
  let value: unknown
  try {
    value = JSON.parse(await readFile(resolve(path), 'utf8'))
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : 'it is no JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('it is no object')
  return new Map(
    Object.entries(value).map(([label, names]: [string, unknown]) => {
      if (typeof names !== 'object' || names === null) throw bad(`${label} has no names`)
      for (const [language, name] of Object.entries(names)) {
        if (language !== 'en' && language !== 'zh-CN') throw bad(`${label} has a name in ${language}`)
        if (typeof name !== 'string' || name.trim() === '') throw bad(`${label} has an empty name`)
      }
      return [label, names as Partial<ClassNames>]
    })
  )
}

export function listRecipes(json: boolean, streams: Streams): void {
  if (json) return printJson(streams, RECIPES)
  for (const { id, says, weights } of RECIPES) {
    printLine(streams, `${id}  ${says}`)
    const tasks = Object.entries(weights).map(([task, weight]) => `${task}=${weight}`)
    printLine(streams, `    ${tasks.join(' ')}`)
  }
}

/** The libraries that know words take a moment to load; most recipes need none. */
const needsTagger = ({ weights }: Recipe): boolean =>
  (weights['chunked-caption'] ?? 0) > 0 || (weights['caption-expressions'] ?? 0) > 0

export async function buildProject(
  path: string,
  options: BuildCommandOptions,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const recipe = withWeights(needRecipe(options.recipe), options.tasks)
  const { seed, perImage, language, includeProposals, usesPoints } = options
  const names = options.names === null ? null : await readNames(options.names)
  const build = ruleBuilder({
    recipe,
    seed,
    perImage,
    language,
    includeProposals,
    usesPoints,
    ...(needsTagger(recipe) ? { taggers: await loadTaggers() } : {}),
    ...(names === null ? {} : { names })
  })
  await putBuilt(path, build, options, options.includeProposals, cli, streams)
}

/** Shared with dialogues that a model made. */
export async function putBuilt(
  path: string,
  build: Builder,
  target: BuildTarget,
  includeProposals: boolean,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const { formats, out, dialect, overwrite, json } = target
  await withProject(cli, path, async (store) => {
    if (target.preview !== null) {
      const dialogues = await previewBuild(store, build, needDialect(dialect), target.preview)
      if (json) return printJson(streams, { dialect, dialogues })
      for (const dialogue of dialogues) tellDialogue(dialogue, streams)
      return note(streams, `eyrie: ${counted(dialogues.length, 'dialogue')} shown; nothing was written`)
    }
    if (target.write) {
      const result = await writeBuild(store, build, Date.now())
      if (json) return printJson(streams, result)
      tellCounts(result, streams)
      return note(
        streams,
        result.steps === 0 ? 'eyrie: nothing was written' : `eyrie: written to ${store.path}; ${sayUndo(result.steps)}`
      )
    }
    const request = { formats, folder: resolve(out ?? '.'), dialect, includeProposals, overwrite }
    const { built, exported } = await exportBuild(store, build, request, Date.now())
    if (json) return printJson(streams, { built, exported })
    tellCounts(built, streams)
    printTable(
      streams,
      exported.files.map(({ path: file, sizeBytes, sha256 }) => [file, counted(sizeBytes, 'byte'), `sha256 ${sha256}`])
    )
    for (const { reason, count } of exported.skipped) note(streams, `eyrie: left out ${count}: ${reason}`)
    for (const { message } of exported.losses) note(streams, `eyrie: ${message}`)
  })
}

const sayUndo = (steps: number): string => (steps === 1 ? 'one undo takes it back' : `${steps} undos take it back`)

function tellDialogue({ image, task, language, turns }: PreviewDialogue, streams: Streams): void {
  printLine(streams, `${image}  ${task}  ${language}`)
  for (const { role, text, losses } of turns) {
    for (const [i, line] of text.split('\n').entries())
      printLine(streams, `  ${i > 0 ? ' ' : role === 'user' ? 'Q' : 'A'} ${line}`)
    for (const code of losses) printLine(streams, `    (${code})`)
  }
}

function tellCounts({ images, imagesWith, dialogues, turns, already, tasks }: BuildCounts, streams: Streams): void {
  printLine(
    streams,
    `${counted(dialogues, 'dialogue')}, ${counted(turns, 'turn')}, for ${imagesWith} of ${counted(images, 'annotated image')}`
  )
  if (already > 0) printLine(streams, `${already} ${already === 1 ? 'was' : 'were'} there already`)
  printTable(
    streams,
    Object.entries(tasks).map(([task, count]) => [task, String(count)])
  )
}
