/** @file Captions whose words carry regions: a person's own, and plain ones made of what is certain. */
import type { TurnRecord } from '../../document/records'
import type { GroundedNode } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { visitNodes } from '../../grounded/visit'
import { ask, listed, saying } from '../exchange'
import type { Task, TaskContext } from '../exchange'
import { isBeside, SIDES } from '../places'
import type { Side } from '../places'
import { phrase } from '../../grounded/build'
import type { Scene } from '../scene'
import * as chinese from '../words/chinese'
import * as english from '../words/english'
import { nounOf } from '../words/expressions'
import { countedPhrases } from './location'

const HAN = /\p{Script=Han}/u

/** Answers that stand alone: that is how data sets of captions and of expressions come in. */
export function captionTurns({ document }: Scene): readonly TurnRecord[] {
  return document.dialogues.flatMap(({ id }) => {
    const turns = document.turns.filter(({ dialogueId }) => dialogueId === id)
    const [only] = turns
    return turns.length === 1 && only?.role === 'assistant' && only.status === 'complete' ? [only] : []
  })
}

/** Shorter is a name or an expression, not a caption. */
export const LEAST_WORDS = { en: 5, 'zh-CN': 6 } as const

function linksOf(turn: TurnRecord, scene: Scene): { readonly count: number; readonly isSound: boolean } {
  let [count, isSound] = [0, true]
  visitNodes(turn.children, (node) => {
    if (node.type === 'raw') isSound = false
    if (node.type !== 'phrase' && node.type !== 'mention') return
    if (node.type === 'mention') isSound = false
    count += node.regionIds.length
    if (node.regionIds.some((id) => scene.byId.get(id)?.isSure !== true)) isSound = false
  })
  return { count, isSound }
}

/** A caption that has links already, as a question and its answer. */
export const linkedCaption: Task = function* (context) {
  const { scene, random, language } = context
  for (const turn of random.shuffled(captionTurns(scene))) {
    const words = plainText(turn.children).trim()
    const isOwn = HAN.test(words) === (language === 'zh-CN')
    const length = language === 'en' ? words.split(/\s+/).length : [...words].length
    const { count, isSound } = linksOf(turn, scene)
    if (!isOwn || length < LEAST_WORDS[language] || count === 0 || !isSound) continue
    yield { question: ask(context, 'grounded-caption', {}), answer: turn.children }
  }
}

interface Pair {
  readonly subject: string
  readonly object: string
  readonly side: Side
}

function pairsOf(scene: Scene): readonly Pair[] {
  const single = [...scene.classes.values()].flatMap(({ name, things, isCertain }) => {
    const [thing] = things
    return isCertain && things.length === 1 && thing !== undefined ? [{ name, thing }] : []
  })
  return single.flatMap((a) =>
    single.flatMap((b) =>
      SIDES.filter((side) => a !== b && isBeside(a.thing, b.thing, side) === 'yes').map((side) => ({
        subject: a.name,
        object: b.name,
        side
      }))
    )
  )
}

/** "The dog is to the left of the cat." with both marked. */
export function sideSentence(
  { subject, object, side }: Pair,
  { scene, language }: TaskContext
): readonly GroundedNode[] {
  const node = (name: string, isFirst: boolean): GroundedNode => {
    const noun = nounOf(scene, name, language) ?? name
    const ids = scene.classes.get(name)?.things.map(({ id }) => id) ?? []
    if (language === 'zh-CN') return phrase(noun, ids)
    return phrase(isFirst ? `The ${noun}` : `the ${noun}`, ids)
  }
  const [a, b] = [node(subject, true), node(object, false)]
  return language === 'en'
    ? saying(a, ` is ${english.SIDE_WORDS[side].of} `, b, '.')
    : saying(a, '在', b, `的${chinese.SIDE_WORDS[side].of}。`)
}

const MOST_CLASSES = 6

/** "The image shows two dogs and a tree. The tree is to the left of the house.": what boxes alone can say. */
export const plainCaption: Task = function* (context) {
  const { scene, language, random } = context
  const certain = [...scene.classes.values()].filter(
    ({ name, isCertain }) => isCertain && nounOf(scene, name, language) !== null
  )
  if (certain.length === 0) return
  const shown = certain.toSorted((a, b) => areaOf(b.things) - areaOf(a.things)).slice(0, MOST_CLASSES)
  const phrases = countedPhrases(
    shown.map(({ name, things }) => ({ className: name, things })),
    context
  )
  if (phrases === null) return
  const named = new Set(shown.map(({ name }) => name))
  const pairs = random.shuffled(pairsOf(scene).filter(({ subject, object }) => named.has(subject) && named.has(object)))
  const sides = pairs.slice(0, random.below(3)).map((pair) => sideSentence(pair, context))
  const [start, end] = language === 'en' ? ['The image shows ', '.'] : ['图中有', '。']
  yield {
    question: ask(context, 'grounded-caption', {}),
    answer: saying(
      start,
      ...listed(phrases, language),
      end,
      ...sides.flatMap((nodes): readonly (string | GroundedNode)[] => (language === 'en' ? [' ', ...nodes] : nodes))
    )
  }
}

const areaOf = (things: readonly { readonly area: number }[]): number => things.reduce((sum, { area }) => sum + area, 0)

/** A person's own captions before the plain ones. */
export const groundedCaption: Task = function* (context) {
  yield* linkedCaption(context)
  yield* plainCaption(context)
}
