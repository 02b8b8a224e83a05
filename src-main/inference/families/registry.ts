/** @file Every family the app can run. A new one is added here and nowhere else. */
import { modelProblem } from '../repo/problems'
import type { Family } from './family'
import { falconet } from './falconet'
import { florence2 } from './florence-2'
import { glm4v } from './glm-4v'
import { idefics3 } from './idefics3'
import { kosmos2 } from './kosmos-2'
import { llava } from './llava'
import { llavaOneVision } from './llava-onevision'
import { moondream } from './moondream'
import { ofa } from './ofa'
import { paligemma } from './paligemma'
import { qwen25Vl, qwen2Vl, qwen3Vl } from './qwen-vl'

export const FAMILIES: readonly Family[] = [
  falconet,
  llava,
  qwen2Vl,
  qwen25Vl,
  qwen3Vl,
  florence2,
  paligemma,
  idefics3,
  kosmos2,
  moondream,
  llavaOneVision,
  ofa,
  glm4v
]

const byType = new Map(FAMILIES.flatMap((family) => family.modelTypes.map((type) => [type, family] as const)))

/** By its own id. */
export const findFamily = (id: string): Family | undefined => FAMILIES.find((family) => family.id === id)

/** By `model_type` of config.json; rejects with `model/unknown-family`. */
export function familyOf(model: string, modelType: string | undefined): Family {
  const family = modelType === undefined ? undefined : byType.get(modelType)
  if (family !== undefined) return family
  throw modelProblem(
    'model/unknown-family',
    model,
    modelType === undefined
      ? 'config.json does not say its model_type'
      : `this version cannot run models of the type "${modelType}"`,
    {
      file: 'config.json',
      nextStep: `Use a model of one of these types: ${[...byType.keys()].filter((type) => type !== 'eyrie-tiny').join(', ')}.`
    }
  )
}
