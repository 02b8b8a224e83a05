/**
 * @file A prompt system is one released model as it is asked: its dialect, its chat templates, what it
 * was trained on, and the exact strings it needs. Data; `registry.ts` looks things up, `compose.ts`
 * makes prompts.
 */
import type { Language, TaskId } from '../tasks/task'

/**
 * How free the words of a question may be: `regions`: any words, regions in and out; `reads`: any words,
 * regions only in questions; `words`: any words, no regions; `fixed`: only the strings it was trained on.
 */
export type Speech = 'regions' | 'reads' | 'words' | 'fixed'

/** Wordings that belong to one system: strings it was trained on, or our words with its notation in them. */
export interface SystemTask {
  readonly task: TaskId
  readonly language: Language
  readonly wordings: readonly string[]
  /** True: to the character what the model was trained on. */
  readonly isExact: boolean
  /** The beginning of the answer, which belongs to the question: the reader of the answer must know it. */
  readonly answerPrefix?: string
  /** What a processor of the model is given instead of the sentence: this, then the value of the slot. */
  readonly token?: string
  /** The chat template of this task, where it is not the system's first. */
  readonly chat?: string
  /** Between the classes of a list; default `, `, in Chinese `、`. */
  readonly separator?: string
  readonly notes?: string
  readonly isUnverified?: boolean
  readonly source?: string
}

export interface PromptSystem {
  readonly id: string
  readonly name: string
  /** Id of a dialect; null: it writes no regions. */
  readonly dialect: string | null
  /** Ids of chat templates, the usual one first; none: an endpoint makes its own. */
  readonly chats: readonly string[]
  readonly speech: Speech
  /** What it was trained on, whatever the words. */
  readonly trained: readonly TaskId[]
  readonly tasks: readonly SystemTask[]
  /**
   * Its dialect is a notation of answers, where words before a region are its label; a question is put
   * together of words and regions that are written one by one.
   */
  readonly isPiecewise?: boolean
  /** Strings that switch something on in the model; words must not hold them. */
  readonly switches?: readonly string[]
  readonly notes?: readonly string[]
}

/** English, exact. */
export const exact = (
  task: TaskId,
  wordings: string | readonly string[],
  more: Partial<SystemTask> = {}
): SystemTask => ({
  task,
  language: 'en',
  wordings: typeof wordings === 'string' ? [wordings] : wordings,
  isExact: true,
  ...more
})

/** Our words around notation that the model was trained on. */
export const adapted = (
  task: TaskId,
  wordings: string | readonly string[],
  more: Partial<SystemTask> = {}
): SystemTask => ({
  ...exact(task, wordings, more),
  isExact: false
})
