/**
 * @file Which models there are: one folder per model, below the folders of the app and the model
 * store. A broken one is listed with its problem, never hidden. Ids are looked up in the list and
 * never made into paths.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { formsOf } from '../grammar/modes'
import { isModelId } from './config'
import { readToolFolder } from '../tools/registry'
import type { Tool, ToolFolder } from '../tools/tool'
import { looksLikeModel, readCard, readModelFolder } from './model-folder'
import type { ModelFolder } from './model-folder'
import { modelNotFound, modelProblem } from './problems'

export interface CatalogueEntry {
  readonly summary: ModelSummary
  /** Where it lies. */
  readonly dir: string
  /** null: broken. */
  readonly folder: ModelFolder | ToolFolder | null
}

async function folderNames(dir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    // A model store that nobody has put anything into yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const formsOfTool = (tool: Tool): ModelSummary['forms'] =>
  tool.makes === 'findings' && tool.takesLabels === true ? ['labels'] : []

function summaryOf(folder: ModelFolder | ToolFolder): ModelSummary {
  const { card, sizeBytes } = folder
  const { resizing, dialectSettings } = 'reading' in folder ? folder.reading : {}
  const { id, name, revision, licence, dialect, space, languages, classes, cannot, tasks: examples, asksIn } = card
  return {
    id,
    name,
    revision,
    licence,
    dialect,
    space,
    ...(resizing === undefined ? {} : { resizing }),
    ...(dialectSettings === undefined ? {} : { dialectSettings }),
    examples,
    ...(asksIn === undefined ? {} : { examplesIn: asksIn }),
    cannot,
    languages,
    classes,
    forms: 'tool' in folder ? formsOfTool(folder.tool) : formsOf(dialect),
    ...('tool' in folder && folder.tool.makes === 'masks' ? { makesMasks: true as const } : {}),
    sizeBytes,
    ...('calibration' in folder && folder.calibration !== null ? { calibration: folder.calibration } : {}),
    state: 'ready',
    problem: null
  }
}

function asModelError(name: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const { code = 'unknown reason' } = thrown as NodeJS.ErrnoException
  return modelProblem('model/unreadable', name, `its folder cannot be read (${code})`, { cause: thrown })
}

function brokenSummary(id: string, name: string, thrown: unknown): ModelSummary {
  const { code, message, nextStep = '' } = asModelError(name, thrown)
  return {
    id,
    name,
    revision: '',
    licence: '',
    dialect: '',
    space: 'original',
    examples: [],
    cannot: [],
    languages: [],
    classes: [],
    forms: [],
    sizeBytes: 0,
    state: 'broken',
    problem: { code, message, nextStep }
  }
}

async function readEntry(dir: string, folderName: string): Promise<CatalogueEntry> {
  let id = isModelId(folderName) ? folderName : 'unnamed'
  let name = folderName
  try {
    const tool = await readToolFolder(dir)
    if (tool !== null) return { summary: summaryOf(tool), dir, folder: tool }
    const card = await readCard(dir)
    id = card.id
    name = card.name
    const folder = await readModelFolder(dir)
    return { summary: summaryOf(folder), dir, folder }
  } catch (error) {
    return { summary: brokenSummary(id, name, error), dir, folder: null }
  }
}

/** Of two models with one id the first place wins; the other is listed as broken. */
export async function listCatalogue(places: readonly string[]): Promise<readonly CatalogueEntry[]> {
  const entries: CatalogueEntry[] = []
  const taken = new Set<string>()
  for (const place of places) {
    for (const folderName of await folderNames(place)) {
      const dir = join(place, folderName)
      if (!(await looksLikeModel(dir))) continue
      const entry = await readEntry(dir, folderName)
      const { id, name } = entry.summary
      if (!taken.has(id)) {
        taken.add(id)
        entries.push(entry)
        continue
      }
      let number = 2
      while (taken.has(`${id}~${number}`)) number++
      taken.add(`${id}~${number}`)
      const problem = modelProblem('model/duplicate-id', name, `another model is already called "${id}"`, {
        nextStep: `Remove one of the two, or give the one in the folder ${folderName} another id in its eyrie.json.`
      })
      entries.push({ summary: brokenSummary(`${id}~${number}`, name, problem), dir, folder: null })
    }
  }
  return entries
}

/** The folder of a model that can be used; rejects with `model/not-found` or the model's own problem. */
export async function findModel(places: readonly string[], id: string): Promise<ModelFolder | ToolFolder> {
  const entry = (await listCatalogue(places)).find(({ summary }) => summary.id === id)
  if (entry === undefined) throw modelNotFound(id)
  if (entry.folder !== null) return entry.folder
  const { problem, name } = entry.summary
  throw new AppError(problem?.code ?? 'model/unreadable', problem?.message ?? `Model ${name} is broken.`, {
    nextStep: problem?.nextStep ?? 'Add the model again.',
    data: { model: id }
  })
}
