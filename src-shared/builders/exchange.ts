/** @file What a builder makes, and what it makes it from. */
import type { GroundedNode, GroundedRegion } from '../grounded/nodes'
import { mention, text } from '../grounded/build'
import { normalizeNodes } from '../grounded/normalize'
import { CHINESE } from '../prompts/tasks/chinese'
import { ENGLISH } from '../prompts/tasks/english'
import { fillWording } from '../prompts/tasks/fill'
import type { SlotValues } from '../prompts/tasks/fill'
import type { Language, TaskId } from '../prompts/tasks/task'
import { parseWording } from '../prompts/tasks/wording'
import type { Wording } from '../prompts/tasks/wording'
import type { Taggers } from './chunks/token'
import type { Random } from './random'
import type { Scene, Thing } from './scene'

/** One question and its answer. Ids are those of the document's regions, and of its own. */
export interface Exchange {
  readonly question: readonly GroundedNode[]
  readonly answer: readonly GroundedNode[]
  /** Points that the image does not have yet; they are added to it with the dialogue. */
  readonly regions?: readonly GroundedRegion[]
}

/** `sentence`: "The answer is 2."; `bare`: "2". */
export type AnswerStyle = 'sentence' | 'bare'

export interface TaskContext {
  readonly scene: Scene
  readonly language: Language
  readonly random: Random
  readonly style: AnswerStyle
  /** Questions about a place point at it, where a point can mean one thing only. */
  readonly usesPoints: boolean
  /** Who knows which words of a caption are nouns; without one for a language, its captions are not linked. */
  readonly taggers: Taggers
  /** Names of all labels of the project, for questions about what is not there. */
  readonly vocabulary: readonly string[]
}
/** Gives exchanges in an order of chance, each of them true; none when the image has nothing for it. */
export type Task = (context: TaskContext) => Iterable<Exchange>

const wordings = (table: Readonly<Record<TaskId, readonly string[]>>): ReadonlyMap<TaskId, readonly Wording[]> =>
  new Map(Object.entries(table).map(([task, sources]) => [task as TaskId, sources.map(parseWording)]))
const WORDINGS: Readonly<Record<Language, ReadonlyMap<TaskId, readonly Wording[]>>> = {
  en: wordings(ENGLISH),
  'zh-CN': wordings(CHINESE)
}

export const groundedOf = ({ id, region }: Thing): GroundedRegion => ({ id, shape: region.shape })

/** A question of the task in one of its wordings. Errors of `fillWording`. */
export function ask({ language, random }: TaskContext, task: TaskId, slots: SlotValues): readonly GroundedNode[] {
  const wording = random.pick(WORDINGS[language].get(task) ?? [])
  if (wording === undefined) throw new RangeError(`expected a wording of ${task} in ${language}`)
  return fillWording(wording, slots, language === 'en' ? ', ' : '、').children
}

/** For what the prompts' tasks have no wording: several things that words single out together. */
const TOGETHER: Readonly<Record<Language, readonly Wording[]>> = {
  en: [
    'Where are {expression}? Give a box for each.',
    'Locate {expression} and mark each with a box.',
    'Point out {expression}, one box each.'
  ].map(parseWording),
  'zh-CN': ['{expression}在哪里？请各给一个框。', '请找到{expression}，一个一框。', '请用框逐一标出{expression}。'].map(
    parseWording
  )
}
export function askForEach({ language, random }: TaskContext, expression: string): readonly GroundedNode[] {
  const [first, ...more] = TOGETHER[language]
  const wording = random.pick([first, ...more]) ?? first
  if (wording === undefined) throw new RangeError('expected a wording')
  return fillWording(wording, { expression }).children
}

/** Pieces in a row: strings are words. */
export const saying = (...pieces: readonly (string | GroundedNode)[]): readonly GroundedNode[] =>
  normalizeNodes(pieces.map((piece) => (typeof piece === 'string' ? text(piece) : piece)))

export const shortAnswer = ({ language, style }: TaskContext, words: string): readonly GroundedNode[] =>
  style === 'bare' ? saying(words) : saying(language === 'en' ? `The answer is ${words}.` : `答案是${words}。`)

export const placeAnswer = ({ language, style }: TaskContext, ids: readonly string[]): readonly GroundedNode[] =>
  style === 'bare'
    ? saying(mention(ids))
    : language === 'en'
      ? saying('Answer: ', mention(ids), '.')
      : saying('答案：', mention(ids), '。')

/** Phrases as a list: "a, b and c"; "a、b和c". */
export function listed(items: readonly GroundedNode[], language: Language): readonly (string | GroundedNode)[] {
  const [comma, and] = language === 'en' ? [', ', ' and '] : ['、', '和']
  return items.flatMap((item, i) => (i === 0 ? [item] : [i === items.length - 1 ? and : comma, item]))
}

export const stopOf = (language: Language): string => (language === 'en' ? '.' : '。')
