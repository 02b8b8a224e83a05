/** @file What a person chooses of new turns, and how it is kept for the next time. Pure. */
import type { BuildRecipeInfo, BuildRequest } from '../../../src-shared/ipc/contract'

export interface BuildChoice {
  /** null: the first one. */
  readonly recipe: string | null
  readonly language: BuildRequest['language']
  /** As typed. */
  readonly seed: string
  readonly perImage: string
  readonly includeProposals: boolean
  readonly usesPoints: boolean
  /** Id of a model server, for a recipe by a model; null: none is chosen. */
  readonly endpoint: string | null
  /** As typed; empty: all. */
  readonly mostImages: string
  /** Tasks that are not wanted. */
  readonly without: readonly string[]
}

export const FIRST_BUILD: BuildChoice = {
  recipe: null,
  language: 'auto',
  seed: '0',
  perImage: '6',
  includeProposals: false,
  usesPoints: false,
  endpoint: null,
  mostImages: '20',
  without: []
}
export const LANGUAGES = ['auto', 'en', 'zh-CN'] as const satisfies readonly BuildRequest['language'][]

const isSeed = (text: string): boolean => /^\d{1,15}$/.test(text.trim())
const isPerImage = (text: string): boolean => /^\d{1,4}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 1000

const isMostImages = (text: string): boolean =>
  text.trim() === '' || (/^\d{1,7}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 1_000_000)

export type BuildProblem = 'seed' | 'perImage' | 'tasks' | 'mostImages' | 'server'

/** Why nothing can be built; null: it can. */
export function buildProblem(choice: BuildChoice, recipes: readonly BuildRecipeInfo[]): BuildProblem | null {
  if (!isSeed(choice.seed)) return 'seed'
  const recipe = recipeOf(choice, recipes)
  if (recipe?.by === 'model') {
    if (choice.endpoint === null) return 'server'
    if (!isMostImages(choice.mostImages)) return 'mostImages'
  } else if (!isPerImage(choice.perImage)) return 'perImage'
  const isLeft = Object.keys(recipe?.weights ?? {}).some((task) => !choice.without.includes(task))
  return recipe !== null && !isLeft ? 'tasks' : null
}

export const recipeOf = ({ recipe }: BuildChoice, recipes: readonly BuildRecipeInfo[]): BuildRecipeInfo | null =>
  recipes.find(({ id }) => id === recipe) ?? recipes[0] ?? null

/** null: there is no recipe yet, or what is typed cannot be. */
export function requestOf(choice: BuildChoice, recipes: readonly BuildRecipeInfo[]): BuildRequest | null {
  const recipe = recipeOf(choice, recipes)
  if (recipe === null || buildProblem(choice, recipes) !== null) return null
  const { language, seed, perImage, includeProposals, usesPoints, without, endpoint, mostImages } = choice
  const isByModel = recipe.by === 'model' && endpoint !== null
  return {
    recipe: recipe.id,
    language,
    seed: Number(seed),
    perImage: isByModel ? 1 : Number(perImage),
    includeProposals,
    usesPoints: usesPoints && !isByModel,
    model: isByModel ? { endpoint, mostImages: mostImages.trim() === '' ? null : Number(mostImages) } : null,
    // Those of another recipe say nothing about this one.
    without: without.filter((task) => task in recipe.weights)
  }
}

/** What was kept; a field that is not what it was is as at first. */
export function readBuildChoice(text: string | null): BuildChoice {
  let value: Partial<Record<keyof BuildChoice, unknown>>
  try {
    value = (JSON.parse(text ?? '{}') ?? {}) as typeof value
  } catch {
    // Cut off or of another version: a person who chose before chooses again.
    return FIRST_BUILD
  }
  const typed = (name: 'seed' | 'perImage' | 'mostImages'): string => {
    const kept = value[name]
    return typeof kept === 'string' ? kept : FIRST_BUILD[name]
  }
  const { recipe, without, endpoint } = value
  return {
    recipe: typeof recipe === 'string' ? recipe : null,
    language: LANGUAGES.find((known) => known === value.language) ?? 'auto',
    seed: typed('seed'),
    perImage: typed('perImage'),
    includeProposals: value.includeProposals === true,
    usesPoints: value.usesPoints === true,
    endpoint: typeof endpoint === 'string' ? endpoint : null,
    mostImages: typed('mostImages'),
    without: Array.isArray(without) ? without.filter((task): task is string => typeof task === 'string') : []
  }
}
