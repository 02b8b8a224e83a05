/** @file Coarse places in the image, and everything of a kind: where something is, what is there, all of it. */
import type { GroundedNode } from '../../grounded/nodes'
import { phrase } from '../../grounded/build'
import { ask, listed, saying, shortAnswer, stopOf } from '../exchange'
import type { Task, TaskContext } from '../exchange'
import { meanings } from '../expression/propose'
import { isInPart, PARTS } from '../places'
import type { Part } from '../places'
import type { SceneClass, Thing } from '../scene'
import { PART_ANSWERS, partWords as chinesePart } from '../words/chinese'
import { partWords as englishPart } from '../words/english'
import { countedNoun, nounOf, sayExpression } from '../words/expressions'

/** Where a thing is that words single out without saying where. */
export const coarseLocation: Task = function* (context) {
  const { scene, language, random } = context
  for (const { expression, ids } of meanings(scene, random, ['class', 'attribute', 'size'])) {
    const thing = ids.length === 1 ? scene.byId.get(ids[0] ?? '') : undefined
    if (thing === undefined) continue
    const parts = PARTS.filter((part) => isInPart(thing, part) === 'yes')
    const words = sayExpression(scene, expression, 1, language, random.below(2))
    const [part] = parts
    if (part === undefined || parts.length > 1 || words === null) continue
    yield {
      question: ask(context, 'coarse-location', { expression: words }),
      answer: shortAnswer(context, language === 'en' ? englishPart(part) : PART_ANSWERS[part])
    }
  }
}

/** Things by class, as "two dogs": one phrase each; null when a class has no name in the language. */
export function countedPhrases(
  groups: readonly { readonly className: string; readonly things: readonly Thing[] }[],
  { scene, language }: TaskContext
): readonly GroundedNode[] | null {
  const phrases = groups.map(({ className, things }) => {
    const words = countedNoun(scene, className, things.length, language)
    return words === null
      ? null
      : phrase(
          words,
          things.map(({ id }) => id)
        )
  })
  return phrases.every((one) => one !== null) ? phrases : null
}

export function byClass(things: readonly Thing[]): readonly { readonly className: string; readonly things: Thing[] }[] {
  const groups = new Map<string, Thing[]>()
  for (const thing of things) {
    if (thing.className === null) continue
    const list = groups.get(thing.className)
    if (list === undefined) groups.set(thing.className, [thing])
    else list.push(thing)
  }
  return [...groups].map(([className, list]) => ({ className, things: list }))
}

/** Everything in a part of an image whose regions are all named; nothing may lie across its border. */
export const coarseFind: Task = function* (context) {
  const { scene, language, random } = context
  if (!scene.isComplete) return
  for (const part of random.shuffled<Part>(PARTS)) {
    const verdicts = scene.things.map((thing) => ({ thing, verdict: isInPart(thing, part) }))
    const there = verdicts.filter(({ verdict }) => verdict === 'yes').map(({ thing }) => thing)
    if (there.length === 0 || verdicts.some(({ verdict }) => verdict === 'unclear')) continue
    const phrases = countedPhrases(byClass(there), context)
    if (phrases === null) continue
    const position = language === 'en' ? englishPart(part) : chinesePart(part)
    yield {
      question: ask(context, 'coarse-find', { position }),
      answer: saying(...listed(phrases, language), stopOf(language))
    }
  }
}

/** More boxes than this make an answer that no model of the field is trained to give. */
const MOST_BOXES = 60

/** One phrase for each class: its name and all its regions. */
function detected(classes: readonly SceneClass[], { scene, language }: TaskContext): readonly GroundedNode[] | null {
  const phrases = classes.map(({ name, things }) => {
    const noun = nounOf(scene, name, language)
    return noun === null
      ? null
      : phrase(
          noun,
          things.map(({ id }) => id)
        )
  })
  const boxes = classes.reduce((sum, { things }) => sum + things.length, 0)
  return boxes > 0 && boxes <= MOST_BOXES && phrases.every((one) => one !== null) ? phrases : null
}

export const detectClasses: Task = function* (context) {
  const { scene, language, random } = context
  const certain = random.shuffled([...scene.classes.values()].filter(({ isCertain }) => isCertain))
  for (let start = 0; start < certain.length;) {
    const count = Math.min(1 + random.below(3), certain.length - start)
    const classes = certain.slice(start, start + count)
    start += count
    const phrases = detected(classes, context)
    const names = classes.map(({ name }) => nounOf(scene, name, language) ?? '')
    if (phrases === null) continue
    yield {
      question: ask(context, 'detect-classes', { classes: names }),
      answer: saying(...listed(phrases, language), stopOf(language))
    }
  }
}

export const detectAll: Task = function* (context) {
  const { scene, language } = context
  const phrases = scene.isComplete ? detected([...scene.classes.values()], context) : null
  if (phrases === null) return
  yield { question: ask(context, 'detect-all', {}), answer: saying(...listed(phrases, language), stopOf(language)) }
}
