/** @file Questions whose reasons point at what they speak of (Shikra's GCoT): relations, sides, counts, distances, sizes. */
import { phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { ask, saying } from '../exchange'
import type { Exchange, Task, TaskContext } from '../exchange'
import { isBeside, isLarger, isNearer, SIDES } from '../places'
import type { Side } from '../places'
import type { SceneClass, Thing } from '../scene'
import * as chinese from '../words/chinese'
import * as english from '../words/english'
import { capitalised, countedNoun, nounOf, pluralNoun } from '../words/expressions'
import { triplesOf } from './relations'

const so = ({ language }: TaskContext, answer: string): string =>
  language === 'en' ? ` So the answer is ${answer}.` : `所以答案是${answer}。`

interface Single {
  readonly noun: string
  readonly thing: Thing
}

/** Classes of one thing each: "the dog" is that dog. */
function singles({ scene, language, random }: TaskContext): readonly Single[] {
  const found = [...scene.classes.values()].flatMap(({ name, things, isCertain }): readonly Single[] => {
    const noun = nounOf(scene, name, language)
    const [thing] = things
    return isCertain && things.length === 1 && thing !== undefined && noun !== null ? [{ noun, thing }] : []
  })
  return random.shuffled(found)
}

const the = ({ noun, thing }: Single, { language }: TaskContext, isFirst = false): GroundedNode => {
  const words = language === 'en' ? `the ${noun}` : noun
  return phrase([text(isFirst && language === 'en' ? capitalised(words) : words)], [thing.id])
}
const named = ({ noun }: Single, { language }: TaskContext): string => (language === 'en' ? `the ${noun}` : noun)

const gcot = (context: TaskContext, question: string, answer: readonly GroundedNode[]): Exchange => ({
  question: ask(context, 'vqa-gcot', { question }),
  answer
})

const opposite: Readonly<Record<Side, Side>> = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' }

function* sides(context: TaskContext): Generator<Exchange> {
  const { language, random } = context
  const all = singles(context)
  for (const a of all) {
    for (const b of all) {
      const side = a === b ? undefined : SIDES.find((one) => isBeside(a.thing, b.thing, one) === 'yes')
      if (side === undefined) continue
      const isSo = random.below(2) === 0
      const asked = isSo ? side : opposite[side]
      if (language === 'en') {
        yield gcot(
          context,
          `Is ${named(a, context)} ${english.SIDE_WORDS[asked].of} ${named(b, context)}?`,
          saying(
            the(a, context, true),
            ` is ${english.SIDE_WORDS[side].of} `,
            the(b, context),
            `.${so(context, isSo ? 'yes' : 'no')}`
          )
        )
      } else {
        yield gcot(
          context,
          `${a.noun}在${b.noun}的${chinese.SIDE_WORDS[asked].of}吗？`,
          saying(
            the(a, context),
            '在',
            the(b, context),
            `的${chinese.SIDE_WORDS[side].of}。${so(context, isSo ? '是' : '不是')}`
          )
        )
      }
    }
  }
}

function* relations(context: TaskContext): Generator<Exchange> {
  const { scene, language } = context
  const triples = context.random.shuffled(triplesOf(scene, language))
  const one = new Map(singles(context).map((single) => [single.thing, single]))
  for (const { subject, predicate, object } of triples) {
    const [a, noun] = [one.get(subject), object.className === null ? null : nounOf(scene, object.className, language)]
    const others = triples.filter((other) => other.subject === subject && other.predicate === predicate)
    const all = scene.relations.filter(
      (other) => other.subject === subject.id && other.predicate.trim() === predicate && scene.byId.has(other.object)
    )
    const isOne = others.every((other) => other.object === object) && all.length === others.length
    if (a === undefined || noun === null || !isOne) continue
    const b: Single = { noun, thing: object }
    if (language === 'en') {
      const clause = english.asClause(predicate)
      const objectNode = phrase([text(english.isPlural(noun) ? noun : english.withArticle(noun))], [object.id])
      yield gcot(
        context,
        `What is it that ${named(a, context)} ${clause}?`,
        saying(the(a, context, true), ` ${clause} `, objectNode, `.${so(context, noun)}`)
      )
    } else {
      yield gcot(
        context,
        `${a.noun}${predicate}的是什么？`,
        saying(the(a, context), predicate, the(b, context), `。${so(context, noun)}`)
      )
    }
  }
}

/** More than this nobody counts in a sentence. */
const MOST_COUNTED = 12

function* counts(context: TaskContext): Generator<Exchange> {
  const { scene, language, random } = context
  const certain = [...scene.classes.values()].filter(({ isCertain }: SceneClass) => isCertain)
  for (const { name, things } of random.shuffled(certain)) {
    const [plural, counted] = [pluralNoun(scene, name, language), countedNoun(scene, name, things.length, language)]
    if (plural === null || counted === null || things.length > MOST_COUNTED) continue
    const node = phrase(
      counted,
      things.map(({ id }) => id)
    )
    yield language === 'en'
      ? gcot(
          context,
          `How many ${plural} are there?`,
          saying('I can see ', node, `.${so(context, String(things.length))}`)
        )
      : gcot(
          context,
          `图中一共有多少${plural}？`,
          saying('图中可以看到', node, `。${so(context, String(things.length))}`)
        )
  }
}

function* comparisons(context: TaskContext): Generator<Exchange> {
  const { language, scene, random } = context
  const all = singles(context)
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) {
      const larger = isLarger(a.thing, b.thing)
      if (larger !== 'unclear') {
        const [more, less] = larger === 'yes' ? [a, b] : [b, a]
        const [x, y] = random.shuffled([a, b]) as [Single, Single]
        yield language === 'en'
          ? gcot(
              context,
              `Which takes up more of the image, ${named(x, context)} or ${named(y, context)}?`,
              saying(
                the(more, context, true),
                ' takes up more of the image than ',
                the(less, context),
                `.${so(context, named(more, context))}`
              )
            )
          : gcot(
              context,
              `${x.noun}和${y.noun}，哪个在图中占的面积更大？`,
              saying(the(more, context), '比', the(less, context), `在图中占的面积更大。${so(context, more.noun)}`)
            )
      }
      const c = all.find((one) => one !== a && one !== b)
      const nearer =
        c === undefined || scene.size === null ? 'unclear' : isNearer(a.thing, b.thing, c.thing, scene.size)
      if (c === undefined || nearer === 'unclear') continue
      const [near, far] = nearer === 'yes' ? [a, b] : [b, a]
      const [x, y] = random.shuffled([a, b]) as [Single, Single]
      yield language === 'en'
        ? gcot(
            context,
            `Which is closer to ${named(c, context)} in the image, ${named(x, context)} or ${named(y, context)}?`,
            saying(
              the(near, context, true),
              ' is closer to ',
              the(c, context),
              ' than ',
              the(far, context),
              `.${so(context, named(near, context))}`
            )
          )
        : gcot(
            context,
            `${x.noun}和${y.noun}，哪个在图中离${c.noun}更近？`,
            saying(
              the(near, context),
              '比',
              the(far, context),
              '离',
              the(c, context),
              `更近。${so(context, near.noun)}`
            )
          )
    }
  }
}

/** The four take turns, so that relations, which are few, are not buried under sides. */
export const reasoning: Task = function* (context) {
  const rows = context.random.shuffled([relations, sides, counts, comparisons]).map((make) => make(context))
  let isLeft = true
  while (isLeft) {
    isLeft = false
    for (const row of rows) {
      const next = row.next()
      if (next.done === true) continue
      isLeft = true
      yield next.value
    }
  }
}
