/** @file Expressions in words. What is said is exactly what `evaluate` looked at. */
import type { Language } from '../../prompts/tasks/task'
import { attributeWords } from '../attributes'
import type { Base, Expression, Selector, SimpleExpression } from '../expression/expression'
import type { Scene } from '../scene'
import * as chinese from './chinese'
import * as english from './english'

/** Of its class, in the language; null: nobody knows. */
export function nounOf(scene: Scene, className: string, language: Language): string | null {
  const noun = scene.classes.get(className)?.names[language] ?? null
  return noun === null || noun.trim() === '' ? null : noun.trim()
}

const lastCharacter = (words: string): string => [...words].at(-1) ?? ''

/** Noun with its attribute before it; null: not in this language. */
function namedBase(scene: Scene, { className, attribute }: Base, language: Language, isMany: boolean): string | null {
  const noun = nounOf(scene, className, language)
  const words = attribute === null ? '' : attributeWords(attribute.value, language)
  if (noun === null || words === null) return null
  if (language === 'zh-CN') return words + noun
  return `${words === '' ? '' : `${words} `}${isMany ? english.pluralOf(noun) : noun}`
}

function inEnglish(scene: Scene, base: Base, selector: Selector, count: number, form: number): string | null {
  const isMany = count > 1
  const noun = namedBase(scene, base, 'en', isMany)
  if (noun === null) return null
  const many = isMany ? `${english.numberWord(count)} ` : ''
  switch (selector.kind) {
    case 'all':
      return isMany ? (form % 2 === 0 ? `the ${many}${noun}` : `all the ${noun}`) : `the ${noun}`
    case 'side': {
      const isAcross = selector.side === 'left' || selector.side === 'right'
      return isAcross && form % 2 === 1
        ? `the ${noun} on the ${selector.side}`
        : `the ${english.SIDE_WORDS[selector.side].one} ${noun}`
    }
    case 'extreme':
      return `the ${english.SIDE_WORDS[selector.side].extreme} ${noun}`
    case 'ordinal':
      return `the ${english.ordinalWord(selector.place)} ${noun} ${english.SIDE_WORDS[selector.side].from}`
    case 'first':
      return `the ${many}${english.SIDE_WORDS[selector.side].extreme} ${noun}`
    case 'size':
      return `the ${selector.extreme} ${noun}`
    case 'part':
      return `the ${many}${noun} ${english.atPart(selector.part)}`
    case 'beside':
    case 'distance':
    case 'related': {
      const anchor = namedBase(scene, selector.anchor, 'en', false)
      if (anchor === null) return null
      if (selector.kind === 'beside') return `the ${many}${noun} ${english.SIDE_WORDS[selector.side].of} the ${anchor}`
      if (selector.kind === 'related')
        return HAN.test(selector.predicate)
          ? null
          : `the ${many}${noun} ${english.asModifier(selector.predicate)} the ${anchor}`
      return `the ${noun} ${selector.extreme === 'nearest' ? 'closest to' : 'farthest from'} the ${anchor}`
    }
  }
}

function inChinese(scene: Scene, base: Base, selector: Selector, count: number, form: number): string | null {
  const isMany = count > 1
  const noun = namedBase(scene, base, 'zh-CN', isMany)
  if (noun === null) return null
  const measure = chinese.measureOf(noun)
  const many = isMany ? `${chinese.numberWord(count)}${measure}` : ''
  switch (selector.kind) {
    case 'all':
      return isMany ? (form % 2 === 0 ? `这${many}${noun}` : `所有的${noun}`) : noun
    case 'side':
      return chinese.SIDE_WORDS[selector.side].one + noun
    case 'extreme':
      return chinese.SIDE_WORDS[selector.side].extreme + noun
    case 'ordinal':
      return `${chinese.SIDE_WORDS[selector.side].from}${chinese.ordinalWord(selector.place)}${measure}${noun}`
    case 'first':
      return `${chinese.SIDE_WORDS[selector.side].extreme}${many}${noun}`
    case 'size':
      return `${selector.extreme === 'largest' ? '最大的' : '最小的'}${noun}`
    case 'part':
      return `图片${chinese.partWords(selector.part)}的${many}${noun}`
    case 'beside':
    case 'distance':
    case 'related': {
      const anchor = namedBase(scene, selector.anchor, 'zh-CN', false)
      if (anchor === null) return null
      if (selector.kind === 'beside') return `${anchor}${chinese.SIDE_WORDS[selector.side].of}的${many}${noun}`
      if (selector.kind === 'related')
        return HAN.test(selector.predicate) ? `${selector.predicate}${anchor}的${many}${noun}` : null
      return `离${anchor}最${selector.extreme === 'nearest' ? '近' : '远'}的${noun}`
    }
  }
}

const HAN = /\p{Script=Han}/u

function exceptInEnglish(scene: Scene, base: Base, selector: Selector): string | null {
  const noun = namedBase(scene, base, 'en', true)
  const one = inEnglish(scene, base, selector, 1, 0)
  const single = namedBase(scene, base, 'en', false)
  if (noun === null || one === null || single === null) return null
  // "all the dogs except the leftmost one"
  return `all the ${noun} except ${one.replace(` ${single}`, ' one')}`
}

function exceptInChinese(scene: Scene, base: Base, selector: Selector): string | null {
  const noun = namedBase(scene, base, 'zh-CN', true)
  const one = inChinese(scene, base, selector, 1, 0)
  return noun === null || one === null ? null : `除了${one}以外的所有${noun}`
}

/**
 * Null when a word is missing in the language. `count` is how many things are meant; `form` picks between ways of
 * saying the same.
 */
export function sayExpression(
  scene: Scene,
  expression: Expression,
  count: number,
  language: Language,
  form = 0
): string | null {
  const isEnglish = language === 'en'
  if (expression.kind === 'one') {
    const { base, selector } = expression
    return isEnglish ? inEnglish(scene, base, selector, count, form) : inChinese(scene, base, selector, count, form)
  }
  if (expression.kind === 'except') {
    const { base, selector } = expression
    return isEnglish ? exceptInEnglish(scene, base, selector) : exceptInChinese(scene, base, selector)
  }
  return null
}

/** The two halves of a union in words, to be joined by `andWords`. */
export function sayParts(
  scene: Scene,
  parts: readonly SimpleExpression[],
  counts: readonly number[],
  language: Language,
  form = 0
): readonly string[] | null {
  const said = parts.map((part, i) => sayExpression(scene, part, counts[i] ?? 1, language, form))
  return said.every((words) => words !== null) ? said : null
}

export const andWords = (language: Language): string => (language === 'en' ? ' and ' : '和')

/** "A dog" at the beginning of a sentence. */
export const capitalised = (words: string): string => {
  const first = [...words][0] ?? ''
  return first.toUpperCase() + words.slice(first.length)
}

/** "the dogs", for questions of how many: the plural without a number. */
export function pluralNoun(scene: Scene, className: string, language: Language): string | null {
  const noun = nounOf(scene, className, language)
  return noun === null ? null : language === 'en' ? english.pluralOf(noun) : noun
}

/** "two dogs", "a dog"; "两只狗", "一只狗". */
export function countedNoun(scene: Scene, className: string, count: number, language: Language): string | null {
  const noun = nounOf(scene, className, language)
  if (noun === null) return null
  if (language === 'zh-CN') return `${chinese.numberWord(count)}${chinese.measureOf(noun)}${noun}`
  if (count > 1) return `${english.numberWord(count)} ${english.pluralOf(noun)}`
  return english.isPlural(noun) ? noun : english.withArticle(noun)
}

/** Whether words end in a full stop of either language already. */
export const endsSentence = (words: string): boolean => /[.!?。！？]/u.test(lastCharacter(words.trimEnd()))
