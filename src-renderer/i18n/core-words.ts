/** @file What the core says, in the window's language. English comes from the core itself. */
import { chineseErrors, chineseSentences } from './core-words.zh-CN'
import type { Language } from './translate'

export interface CoreWords {
  readonly message: string
  /** The core's own sentence with names and numbers, when `message` is a translation without them. */
  readonly detail: string | null
  readonly nextStep: string | null
}

export interface CoreTold {
  /** null: said by the window, in its language already. */
  readonly code: string | null
  readonly message: string
  readonly nextStep: string | null
}

/** A fixed sentence of the core; one that has no translation stays as it is. */
export const coreSentence = (language: Language, sentence: string): string =>
  language === 'zh-CN' ? (chineseSentences[sentence] ?? sentence) : sentence

export function coreWords(language: Language, { code, message, nextStep }: CoreTold): CoreWords {
  const known = language === 'zh-CN' && code !== null ? chineseErrors[code] : undefined
  if (!known)
    return {
      message: coreSentence(language, message),
      detail: null,
      nextStep: nextStep && coreSentence(language, nextStep)
    }
  return { message: known.message, detail: message, nextStep: known.nextStep ?? nextStep }
}
