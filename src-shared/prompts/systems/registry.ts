/** @file Which system knows which task, and with which wording. */
import { CHINESE } from '../tasks/chinese'
import { ENGLISH } from '../tasks/english'
import { findTask, SLOTS } from '../tasks/task'
import type { Language, Task, TaskId } from '../tasks/task'
import { parseWording } from '../tasks/wording'
import type { Wording } from '../tasks/wording'
import * as dialogue from './dialogue-systems'
import * as fixed from './fixed-systems'
import { geminiSystem, jsonSystem, moondreamSystem, REGION_FREE } from './other-systems'
import type { PromptSystem } from './prompt-system'

export const PROMPT_SYSTEMS: readonly PromptSystem[] = [
  ...Object.values(dialogue),
  ...Object.values(fixed),
  geminiSystem,
  moondreamSystem,
  jsonSystem,
  ...REGION_FREE
].sort((a, b) => (a.id < b.id ? -1 : 1))

const byId = new Map(PROMPT_SYSTEMS.map((system) => [system.id, system]))

/** null: no such system. */
export const findSystem = (id: string): PromptSystem | null => byId.get(id) ?? null

/**
 * The systems that write a dialect, the one of the same name first. A spelling of a dialect
 * (`shikra-token`) belongs to the systems of the dialect.
 */
export function systemsOfDialect(dialect: string): readonly PromptSystem[] {
  const names = PROMPT_SYSTEMS.flatMap((system) => system.dialect ?? []).filter(
    (name) => dialect === name || dialect.startsWith(`${name}-`)
  )
  const [name] = names.sort((a, b) => b.length - a.length)
  return PROMPT_SYSTEMS.filter((system) => name !== undefined && system.dialect === name).sort(
    (a, b) => Number(b.id === name) - Number(a.id === name)
  )
}

export interface PromptTemplate {
  readonly system: string
  readonly task: TaskId
  readonly language: Language
  readonly wording: Wording
  /** To the character what the model was trained on. */
  readonly isExact: boolean
  /** The model was trained on this task, in these or other words. */
  readonly isTrained: boolean
  readonly isUnverified: boolean
  readonly separator: string
  /** Id of a chat template; null: the endpoint makes its own. */
  readonly chat: string | null
  readonly answerPrefix: string | null
  readonly token: string | null
  readonly notes: string | null
  readonly source: string | null
}

const GENERAL: Readonly<Record<Language, Readonly<Record<TaskId, readonly string[]>>>> = {
  en: ENGLISH,
  'zh-CN': CHINESE
}
const SEPARATORS: Readonly<Record<Language, string>> = { en: ', ', 'zh-CN': '、' }

/** Whether free words about this task can be said to the system at all. */
function isWithinSpeech({ speech }: PromptSystem, { slots, answer }: Task): boolean {
  const asksAboutRegions = slots.some((slot) => SLOTS[slot] === 'region' || SLOTS[slot] === 'regions')
  if (speech === 'regions') return true
  if (speech === 'fixed' || answer !== 'words') return false
  return speech === 'reads' || !asksAboutRegions
}

const cache = new Map<string, readonly PromptTemplate[]>()

/** The system's own wordings if it has any, else ours if it takes free words; empty: it cannot be asked this. */
export function templatesFor(system: PromptSystem, task: TaskId, language: Language): readonly PromptTemplate[] {
  const key = `${system.id} ${task} ${language}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = makeTemplates(system, task, language)
  cache.set(key, made)
  return made
}

function makeTemplates(system: PromptSystem, task: TaskId, language: Language): readonly PromptTemplate[] {
  const chat = system.chats[0] ?? null
  const shared = { system: system.id, task, language, isTrained: system.trained.includes(task) }
  const own = system.tasks.filter((one) => one.task === task && one.language === language)
  if (own.length > 0) {
    return own.flatMap((one) =>
      one.wordings.map((source) => ({
        ...shared,
        wording: parseWording(source),
        isExact: one.isExact,
        isUnverified: one.isUnverified ?? false,
        separator: one.separator ?? SEPARATORS[language],
        chat: one.chat ?? chat,
        answerPrefix: one.answerPrefix ?? null,
        token: one.token ?? null,
        notes: one.notes ?? null,
        source: one.source ?? null
      }))
    )
  }
  const known = findTask(task)
  if (known === null || !isWithinSpeech(system, known)) return []
  return GENERAL[language][task].map((source) => ({
    ...shared,
    wording: parseWording(source),
    isExact: false,
    isUnverified: false,
    separator: SEPARATORS[language],
    chat,
    answerPrefix: null,
    token: null,
    notes: null,
    source: null
  }))
}
