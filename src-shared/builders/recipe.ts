/** @file The mixes: which tasks, how often, and how their answers are worded. */
import { AppError } from '../errors'
import type { AnswerStyle, Task } from './exchange'
import { groundedCaption, linkedCaption } from './tasks/captions'
import { captionExpressions, chunkedCaption } from './tasks/chunks'
import { coarseFind, coarseLocation, detectAll, detectClasses } from './tasks/location'
import { counting, existence, pointQaLocal, pointQaTwice } from './tasks/questions'
import { reasoning } from './tasks/reasoning'
import { expressions, findAll, rec, reg, regionClass } from './tasks/referring'
import { relationObject, relationPredicate, relationSubject } from './tasks/relations'

/** Ids are those of the prompts' tasks; `expressions` asks as `rec` does, and for several things at once. */
export const BUILD_TASKS = {
  rec,
  reg,
  'region-class': regionClass,
  'point-qa-local': pointQaLocal,
  'point-qa-twice': pointQaTwice,
  'grounded-caption': groundedCaption,
  'linked-caption': linkedCaption,
  'chunked-caption': chunkedCaption,
  'caption-expressions': captionExpressions,
  counting,
  'vqa-gcot': reasoning,
  expressions,
  'find-all': findAll,
  'relation-predicate': relationPredicate,
  'relation-object': relationObject,
  'relation-subject': relationSubject,
  'coarse-location': coarseLocation,
  'coarse-find': coarseFind,
  'detect-classes': detectClasses,
  'detect-all': detectAll,
  existence
} as const satisfies Readonly<Record<string, Task>>
export type BuildTaskId = keyof typeof BUILD_TASKS
export const BUILD_TASK_IDS = Object.keys(BUILD_TASKS) as readonly BuildTaskId[]

export interface Recipe {
  readonly id: string
  readonly says: string
  readonly style: AnswerStyle
  /** Above zero; a task without one is not made. */
  readonly weights: Readonly<Partial<Record<BuildTaskId, number>>>
}

export const RECIPES: readonly Recipe[] = [
  {
    id: 'shikra',
    says: 'Referential dialogue: finding and describing regions, questions at a box, captions with boxes, counts, reasons with boxes.',
    style: 'sentence',
    weights: {
      rec: 2,
      reg: 2,
      'point-qa-local': 1,
      'point-qa-twice': 1,
      'grounded-caption': 1,
      counting: 1,
      'vqa-gcot': 2
    }
  },
  {
    id: 'pink',
    says: 'Relations from either end, coarse places, counting and detection.',
    style: 'bare',
    weights: {
      'relation-predicate': 1,
      'relation-object': 1,
      'relation-subject': 1,
      'coarse-location': 1,
      'coarse-find': 1,
      counting: 1,
      'detect-classes': 1,
      'detect-all': 0.5
    }
  },
  {
    id: 'instructdet',
    says: 'Expressions for one thing or several, told apart by class, attribute, position, order, relation, size or exclusion.',
    style: 'sentence',
    weights: { expressions: 3, 'find-all': 1 }
  },
  {
    id: 'grit',
    says: 'Captions whose noun chunks are tied to regions, with the words that belong to them, and expressions made of those.',
    style: 'sentence',
    weights: { 'chunked-caption': 2, 'linked-caption': 1, 'caption-expressions': 1 }
  }
]

/** Errors `build/unknown-recipe`. */
export function needRecipe(id: string): Recipe {
  const recipe = RECIPES.find((one) => one.id === id)
  if (recipe !== undefined) return recipe
  throw new AppError('build/unknown-recipe', `There is no recipe ${id}.`, {
    nextStep: `Recipes are ${RECIPES.map((one) => one.id).join(', ')}.`
  })
}

/** `rec=2` or `rec` on top of a recipe's own; `rec=0` leaves it out. Errors `build/bad-weight`. */
export function withWeights(recipe: Recipe, said: readonly string[]): Recipe {
  const weights: Partial<Record<BuildTaskId, number>> = { ...recipe.weights }
  for (const one of said) {
    const [name = '', weight = '1'] = one.split('=', 2)
    const task = BUILD_TASK_IDS.find((id) => id === name.trim())
    const value = weight.trim() === '' ? NaN : Number(weight)
    if (task === undefined || !Number.isFinite(value) || value < 0) {
      throw new AppError('build/bad-weight', `“${one}” is no task with a weight.`, {
        nextStep: `Write task=weight, such as rec=2. Tasks are ${BUILD_TASK_IDS.join(', ')}.`
      })
    }
    weights[task] = value
  }
  return { ...recipe, weights }
}
