/** @file "dogs in the top left": what is counted, without saying how many there are. */
import type { Language } from '../../prompts/tasks/task'
import { attributeWords } from '../attributes'
import type { Base, Selector } from '../expression/expression'
import type { Scene } from '../scene'
import * as chinese from './chinese'
import * as english from './english'
import { nounOf, pluralNoun } from './expressions'

/** Null when a word is missing in the language, or the selector picks single things. */
export function sayKind(scene: Scene, base: Base, selector: Selector, language: Language): string | null {
  const noun = pluralNoun(scene, base.className, language)
  const words = base.attribute === null ? '' : attributeWords(base.attribute.value, language)
  if (noun === null || words === null) return null
  const isEnglish = language === 'en'
  const named = isEnglish && words !== '' ? `${words} ${noun}` : words + noun
  if (selector.kind === 'all') return named
  if (selector.kind === 'part')
    return isEnglish ? `${named} ${english.atPart(selector.part)}` : `${chinese.partWords(selector.part)}的${named}`
  if (selector.kind !== 'beside') return null
  const anchor = nounOf(scene, selector.anchor.className, language)
  if (anchor === null) return null
  return isEnglish
    ? `${named} ${english.SIDE_WORDS[selector.side].of} the ${anchor}`
    : `${anchor}${chinese.SIDE_WORDS[selector.side].of}的${named}`
}
