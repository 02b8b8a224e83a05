/** @file Tasks about words that single things out: finding them, and finding the words. */
import type { GroundedNode } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { phrase } from '../../grounded/build'
import { ask, askForEach, groundedOf, listed, placeAnswer, saying, stopOf } from '../exchange'
import type { Task, TaskContext } from '../exchange'
import type { Meaning } from '../expression/expression'
import { fittedBy } from '../expression/evaluate'
import { meanings } from '../expression/propose'
import { classOf } from '../scene'
import type { Scene, Thing } from '../scene'
import { kindsOf } from './kinds-of'
import { andWords, nounOf, sayExpression, sayParts } from '../words/expressions'
import { sayKind } from '../words/kinds'
import { claimsIn } from '../words/claims'

/** Words that a person gave a region, that no other region has and that claim nothing boxes could contradict. */
export function ownWords(scene: Scene, thing: Thing, language: TaskContext['language']): string | null {
  const words = thing.region.phrase?.trim() ?? ''
  if (words === '' || words.length > 120 || !thing.isSure) return null
  if (/\p{Script=Han}/u.test(words) !== (language === 'zh-CN')) return null
  if (
    scene.things.some((other) => other !== thing && other.region.phrase?.trim().toLowerCase() === words.toLowerCase())
  )
    return null
  const own = classOf(scene, thing)
  // The bare name of one of several says nothing; more words than that are a person's choice.
  const isBare = own !== null && words.toLowerCase().replace(/^(?:the|a|an)\s+/, '') === own.name.toLowerCase()
  if (isBare || claimsIn(words)) return null
  return words
}

interface Words {
  readonly thing: Thing
  readonly words: string
}

/** One thing each, with words that single it out. */
function* singledOut(context: TaskContext): Generator<Words> {
  const { scene, language, random } = context
  const given = scene.things.flatMap((thing): readonly Words[] => {
    const words = ownWords(scene, thing, language)
    return words === null ? [] : [{ thing, words }]
  })
  const own = [...random.shuffled(given)]
  const ruled = meanings(scene, random)
  for (;;) {
    const said = own.pop()
    if (said !== undefined) yield said
    let rule: Words | null = null
    while (rule === null) {
      const next = ruled.next()
      if (next.done === true) break
      const { expression, ids } = next.value
      const thing = ids.length === 1 ? scene.byId.get(ids[0] ?? '') : undefined
      const words = thing === undefined ? null : sayExpression(scene, expression, 1, language, random.below(2))
      if (thing !== undefined && words !== null) rule = { thing, words }
    }
    if (rule !== null) yield rule
    else if (said === undefined) return
  }
}

export const rec: Task = function* (context) {
  for (const { thing, words } of singledOut(context))
    yield { question: ask(context, 'rec', { expression: words }), answer: placeAnswer(context, [thing.id]) }
}

export const reg: Task = function* (context) {
  for (const { thing, words } of singledOut(context))
    yield { question: ask(context, 'reg', { region: groundedOf(thing) }), answer: saying(words) }
}

export const regionClass: Task = function* (context) {
  const { scene, random, language } = context
  for (const thing of random.shuffled(scene.things)) {
    const noun = thing.className === null ? null : nounOf(scene, thing.className, language)
    if (noun === null || !thing.isSure) continue
    yield { question: ask(context, 'region-class', { region: groundedOf(thing) }), answer: saying(noun) }
  }
}

function phrasesOf(
  { scene, language, random }: TaskContext,
  { expression, ids }: Meaning
): readonly GroundedNode[] | null {
  const form = random.below(2)
  if (expression.kind !== 'union') {
    const words = sayExpression(scene, expression, ids.length, language, form)
    return words === null ? null : [phrase(words, ids)]
  }
  const own = expression.parts.map(({ base }) => ids.filter((id) => scene.byId.get(id)?.className === base.className))
  const words = sayParts(
    scene,
    expression.parts,
    own.map(({ length }) => length),
    language,
    form
  )
  return words === null ? null : words.map((part, i) => phrase(part, own[i] ?? []))
}

/** InstructDET's expressions: any number of things, told apart in every way that the image allows. */
export const expressions: Task = function* (context) {
  const { scene, language, random } = context
  for (const one of meanings(scene, random)) {
    const phrases = phrasesOf(context, one)
    if (phrases === null) continue
    const expression = phrases.map((node) => plainText([node])).join(andWords(language))
    yield {
      question: one.ids.length === 1 ? ask(context, 'rec', { expression }) : askForEach(context, expression),
      answer: saying(...listed(phrases, language), stopOf(language))
    }
  }
}

/** Everything of a kind, or nothing: "brown dogs on the left", where there are none as well. */
export const findAll: Task = function* (context) {
  const { scene, language, random } = context
  const none = language === 'en' ? 'None.' : '没有。'
  for (const { base, selector } of kindsOf(context)) {
    const fitted = fittedBy(scene, { kind: 'one', base, selector })
    const expression = fitted === null ? null : sayKind(scene, base, selector, language)
    if (fitted === null || expression === null) continue
    // Where there is nothing is easy to ask for without end.
    if (fitted.length === 0 && random.below(4) > 0) continue
    const ids = fitted.map(({ id }) => id)
    yield {
      question: ask(context, 'find-all', { expression }),
      answer: ids.length === 0 ? saying(none) : saying(phrase(expression, ids), stopOf(language))
    }
  }
}
