/** @file Relations that the project holds, asked from either end (Pink's relation tasks). */
import type { RelationRecord } from '../../document/records'
import { phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { ask, groundedOf, listed, saying, shortAnswer, stopOf } from '../exchange'
import type { Task, TaskContext } from '../exchange'
import { isBelievable } from '../predicates'
import type { Scene, Thing } from '../scene'
import { asClause } from '../words/english'
import { nounOf } from '../words/expressions'

const HAN = /\p{Script=Han}/u

export interface Triple {
  readonly relation: RelationRecord
  readonly predicate: string
  readonly subject: Thing
  readonly object: Thing
}

/** In the language of their predicates, both ends sure and named, none that the boxes deny. */
export function triplesOf(scene: Scene, language: TaskContext['language']): readonly Triple[] {
  return scene.relations.flatMap((relation): readonly Triple[] => {
    const [subject, object] = [scene.byId.get(relation.subject), scene.byId.get(relation.object)]
    const predicate = relation.predicate.trim()
    if (subject?.isSure !== true || object?.isSure !== true || subject === object) return []
    if (HAN.test(predicate) !== (language === 'zh-CN')) return []
    if (nameOf(scene, subject, language) === null || nameOf(scene, object, language) === null) return []
    return isBelievable(subject, predicate, object) ? [{ relation, predicate, subject, object }] : []
  })
}

export const nameOf = (scene: Scene, thing: Thing, language: TaskContext['language']): string | null =>
  thing.className === null ? null : nounOf(scene, thing.className, language)

/** Whether the relations that fit are all usable: with one that is doubtful, an answer would not be all of it. */
const isWhole = (scene: Scene, found: readonly Triple[], fits: (relation: RelationRecord) => boolean): boolean =>
  scene.relations.filter(
    (relation) => fits(relation) && scene.byId.has(relation.subject) && scene.byId.has(relation.object)
  ).length === found.length

const predicateWords = (predicate: string, { language }: TaskContext): string =>
  language === 'en' ? asClause(predicate) : predicate

export const relationPredicate: Task = function* (context) {
  const { scene, random, language } = context
  const triples = triplesOf(scene, language)
  for (const { subject, object, predicate } of random.shuffled(triples)) {
    const said = triples.filter((other) => other.subject === subject && other.object === object)
    // Of two relations between the same two, neither is the answer.
    if (said.some((other) => other.predicate !== predicate)) continue
    yield {
      question: ask(context, 'relation-predicate', { subject: groundedOf(subject), object: groundedOf(object) }),
      answer: shortAnswer(context, predicate)
    }
  }
}

/** One phrase for each name, with all of its regions. */
function namedPhrases(things: readonly Thing[], { scene, language }: TaskContext): readonly GroundedNode[] | null {
  const byName = new Map<string, string[]>()
  for (const thing of things) {
    const name = nameOf(scene, thing, language)
    if (name === null) return null
    const ids = byName.get(name)
    if (ids === undefined) byName.set(name, [thing.id])
    else if (!ids.includes(thing.id)) ids.push(thing.id)
  }
  return [...byName].map(([name, ids]) => phrase([text(name)], ids))
}

const answerOf = (phrases: readonly GroundedNode[], { language }: TaskContext): readonly GroundedNode[] =>
  saying(...listed(phrases, language), stopOf(language))

export const relationObject: Task = function* (context) {
  const { scene, random, language } = context
  const triples = triplesOf(scene, language)
  for (const { subject, predicate } of random.shuffled(triples)) {
    const objects = triples.filter((other) => other.subject === subject && other.predicate === predicate)
    const isAll = isWhole(
      scene,
      objects,
      (other) => other.subject === subject.id && other.predicate.trim() === predicate
    )
    if (!isAll) continue
    const phrases = namedPhrases(
      objects.map(({ object }) => object),
      context
    )
    if (phrases === null) continue
    yield {
      question: ask(context, 'relation-object', {
        subject: groundedOf(subject),
        predicate: predicateWords(predicate, context)
      }),
      answer: answerOf(phrases, context)
    }
  }
}

export const relationSubject: Task = function* (context) {
  const { scene, random, language } = context
  const triples = triplesOf(scene, language)
  for (const { object, predicate } of random.shuffled(triples)) {
    const subjects = triples.filter((other) => other.object === object && other.predicate === predicate)
    const isAll = isWhole(
      scene,
      subjects,
      (other) => other.object === object.id && other.predicate.trim() === predicate
    )
    if (!isAll) continue
    const phrases = namedPhrases(
      subjects.map(({ subject }) => subject),
      context
    )
    if (phrases === null) continue
    yield {
      question: ask(context, 'relation-subject', {
        object: groundedOf(object),
        predicate: predicateWords(predicate, context)
      }),
      answer: answerOf(phrases, context)
    }
  }
}
