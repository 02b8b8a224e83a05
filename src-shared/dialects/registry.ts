/** @file Every dialect the app knows. A new one is added here and nowhere else. */
import type { Dialect, DialectSettings } from './dialect'
import { paligemma } from './paligemma'
import { asmV2 } from './asmv2'
import { chatSpot } from './chatspot'
import { cogVlm } from './cogvlm'
import { ferret } from './ferret'
import { kosmos25 } from './kosmos-2.5'
import { florence2 } from './florence-2'
import { kosmos2, kosmos2Paper } from './kosmos-2'
import { llava15 } from './llava-1.5'
import { pink } from './pink'
import { qwen2Vl, qwenVl } from './qwen-vl'
import { deepSeekVl2 } from './deepseek-vl2'
import { gemini } from './gemini'
import { gpt4Roi } from './gpt4roi'
import { internVl } from './internvl'
import { json } from './json'
import { miniGptV2 } from './minigpt-v2'
import { moondream } from './moondream'
import { ofa } from './ofa'
import { pix2seq } from './pix2seq'
import { qwen25Vl, qwen25VlLines } from './qwen2.5-vl'
import { qwen3Vl } from './qwen3-vl'
import { visionLlm } from './visionllm'
import { shikra, shikraSmallBrackets, shikraToken } from './shikra'

export const DIALECTS: readonly Dialect[] = [
  shikra,
  shikraSmallBrackets,
  shikraToken,
  qwenVl,
  qwen2Vl,
  kosmos2,
  kosmos2Paper,
  kosmos25,
  visionLlm,
  florence2,
  paligemma,
  pink,
  llava15,
  ferret,
  cogVlm,
  miniGptV2,
  asmV2,
  gpt4Roi,
  chatSpot,
  qwen25Vl,
  qwen25VlLines,
  qwen3Vl,
  internVl,
  deepSeekVl2,
  ofa,
  pix2seq,
  gemini,
  moondream,
  json
]

const byId = new Map(DIALECTS.map((dialect) => [dialect.profile.id, dialect]))

/** null: no such dialect; the caller names the known ones. */
export const findDialect = (id: string): Dialect | null => byId.get(id) ?? null

export interface DialectChoice {
  readonly dialect: Dialect
  readonly settings: DialectSettings
  /** False: the variant is not known, and the official settings are used; the caller says so. */
  readonly isKnown: boolean
}

/**
 * A variant is a dialect of its own (`shikra` with `token` is `shikra-token`) or a choice of settings
 * that the profile names. null: no such system.
 */
export function findVariant(system: string, variant?: string): DialectChoice | null {
  const own = variant === undefined ? null : findDialect(`${system}-${variant}`)
  if (own !== null) return { dialect: own, settings: {}, isKnown: true }
  const dialect = findDialect(system)
  if (dialect === null) return null
  const { variants = {} } = dialect.profile
  const named = variant !== undefined && Object.hasOwn(variants, variant) ? variants[variant] : undefined
  return { dialect, settings: named ?? {}, isKnown: variant === undefined || named !== undefined }
}
