/** @file Questions with a short answer: what is at a place, how many there are, whether there is any. */
import { ask, groundedOf, shortAnswer } from '../exchange'
import type { Exchange, Task, TaskContext } from '../exchange'
import type { GroundedRegion } from '../../grounded/nodes'
import { pointOn } from '../points'
import type { Thing } from '../scene'
import { plainText } from '../../grounded/plain-text'
import { attributeWords } from '../attributes'
import { meantBy } from '../expression/evaluate'
import { mayBeOneKind } from '../kinds'
import { ownNames } from '../scene'
import { certainClasses, kindsOf } from './kinds-of'
import { nounOf, pluralNoun } from '../words/expressions'
import { sayKind } from '../words/kinds'
import { withArticle } from '../words/english'

const WHAT = {
  en: ['What is this?', 'What kind of thing is it?', 'What do you see there?'],
  'zh-CN': ['这是什么？', '它是什么东西？', '那里有什么？']
} as const
const COLOUR = { en: 'What color is it?', 'zh-CN': '它是什么颜色的？' } as const

interface Pointed {
  readonly region: GroundedRegion
  readonly own: Pick<Exchange, 'regions'>
}

/** The thing's own region, or a new point on it. */
function placeOf(context: TaskContext, thing: Thing): Pointed | null {
  if (!context.usesPoints) return { region: groundedOf(thing), own: {} }
  const region = pointOn(context.scene, thing, context.random)
  return region === null ? null : { region, own: { regions: [region] } }
}

/** What is in the box itself: the kind of thing, or its colour. */
export const pointQaLocal: Task = function* (context) {
  const { scene, random, language } = context
  for (const thing of random.shuffled(scene.things)) {
    const noun = thing.className === null ? null : nounOf(scene, thing.className, language)
    if (noun === null || !thing.isSure) continue
    const place = placeOf(context, thing)
    if (place === null) continue
    const { region, own } = place
    const colour = attributeWords(thing.attributes.get('colour') ?? '', language)?.replace(/的$/, '') ?? ''
    if (colour !== '' && random.below(2) === 0) {
      yield {
        question: ask(context, 'point-qa-local', { region, question: COLOUR[language] }),
        answer: shortAnswer(context, colour),
        ...own
      }
    }
    const question = random.pick(WHAT[language]) ?? WHAT[language][0]
    yield { question: ask(context, 'point-qa-local', { region, question }), answer: shortAnswer(context, noun), ...own }
  }
}

/** Named as the thing is, or not at all, so that looking at it is needed. */
function howMany({ scene, language, random }: TaskContext, className: string): string | null {
  const noun = pluralNoun(scene, className, language)
  if (noun === null) return null
  const isNamed = random.below(2) === 0
  if (language === 'en')
    return isNamed ? `how many ${noun} are there in the image?` : 'how many things of this kind are there in the image?'
  return isNamed ? `图中一共有多少${noun}？` : '图中这样的东西一共有多少？'
}

/** The place says what is meant, the answer is in the whole image. */
export const pointQaTwice: Task = function* (context) {
  const { random } = context
  for (const { name, things } of certainClasses(context)) {
    const thing = random.pick(things)
    const question = howMany(context, name)
    const place = thing === undefined ? null : placeOf(context, thing)
    if (place === null || question === null) continue
    yield {
      question: ask(context, 'point-qa-twice', { region: place.region, question }),
      answer: shortAnswer(context, String(things.length)),
      ...place.own
    }
  }
}

/** A number: of a class, of those with an attribute, in a part of the image, beside something. */
export const counting: Task = function* (context) {
  const { scene, language } = context
  for (const { base, selector } of kindsOf(context)) {
    const meant = meantBy(scene, { kind: 'one', base, selector })
    const words = meant === null ? null : sayKind(scene, base, selector, language)
    if (meant === null || words === null) continue
    yield {
      question: ask(context, 'counting', { expression: words }),
      answer: shortAnswer(context, String(meant.length))
    }
  }
}

/** Whether there is any. "No" only where everything in the image is named and a person is done with it. */
export const existence: Task = function* (context) {
  const { scene, language, random, vocabulary } = context
  const yes = certainClasses(context).map(({ name }) => ({ noun: nounOf(scene, name, language), isThere: true }))
  const isLookedThrough = scene.isComplete && scene.document.review.done
  const absent = vocabulary.filter((name) => ![...scene.classes.keys()].some((there) => mayBeOneKind(name, there)))
  const no = isLookedThrough ? absent.map((name) => ({ noun: ownNames(name)[language], isThere: false })) : []
  for (const { noun, isThere } of random.shuffled([...yes, ...random.shuffled(no).slice(0, yes.length)])) {
    if (noun === null) continue
    const question = ask(context, 'existence', { expression: language === 'en' ? withArticle(noun) : noun })
    const asked = plainText(question)
    const [affirm, deny] = language === 'en' ? ['yes', 'no'] : asked.includes('是或否') ? ['是', '否'] : ['有', '没有']
    yield { question, answer: shortAnswer(context, isThere ? affirm : deny) }
  }
}
