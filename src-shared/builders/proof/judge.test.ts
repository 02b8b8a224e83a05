/** The proof of build.test.ts is worth what the judge sees: what is false, of every task. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GroundedNode } from '../../grounded/nodes'
import { LANGUAGES } from '../../prompts/tasks/task'
import { buildDialogues } from '../build'
import type { BuiltDialogue } from '../build'
import { BUILD_TASK_IDS } from '../recipe'
import type { BuildTaskId } from '../recipe'
import { judge } from './judge'
import type { Judged } from './judge'
import { saidIn } from './said'
import { labelsFor, scenes } from './scenes'

/** These need a caption and a tagger; core/taggers.test.ts has both. */
const OF_CAPTIONS: readonly BuildTaskId[] = ['linked-caption', 'chunked-caption', 'caption-expressions']
const JUDGED = BUILD_TASK_IDS.filter((id) => !OF_CAPTIONS.includes(id))
const everything = {
  id: 'everything',
  says: '',
  style: 'sentence',
  weights: Object.fromEntries(JUDGED.map((id) => [id, 1]))
} as const

const PER_IMAGE = 20

const withAnswer = (one: BuiltDialogue, answer: readonly GroundedNode[]): Judged => {
  const [exchange] = one.exchanges
  return { ...one, exchanges: exchange === undefined ? [] : [{ ...exchange, answer }] }
}
const answerOf = ({ exchanges }: BuiltDialogue): readonly GroundedNode[] => exchanges[0]?.answer ?? []
const words = (value: string): readonly GroundedNode[] => [{ type: 'text', value }]

/** The answer without one of the things it names, or with one that nobody drew. */
function tampered(answer: readonly GroundedNode[]): readonly (readonly GroundedNode[])[] {
  return answer.flatMap((node, i) => {
    if (node.type !== 'phrase' && node.type !== 'mention') return []
    const others: readonly (readonly string[])[] = [node.regionIds.slice(1), [...node.regionIds.slice(1), 'nobody']]
    return others.map((regionIds) => answer.with(i, { ...node, regionIds }))
  })
}

describe.each(LANGUAGES)('in %s', (language) => {
  const labels = labelsFor(language)
  /** A few are enough: what is built of one task in one image is much alike. */
  const build = (document: Parameters<typeof buildDialogues>[0], seed: number): readonly BuiltDialogue[] =>
    buildDialogues(document, labels, { seed, perImage: PER_IMAGE, language, usesPoints: false, recipe: everything })

  test('an answer that is no answer is never true', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(scenes(language), fc.nat(), (document, seed) => {
        for (const one of build(document, seed)) {
          seen.add(one.task)
          expect(judge(document, labels, withAnswer(one, words('?'))), one.task).not.toEqual([])
        }
      })
    )
    expect([...seen].toSorted()).toEqual(JUDGED.toSorted())
  })

  test('an answer that leaves out a region it names, or names one that is not there, is false', () => {
    fc.assert(
      fc.property(scenes(language), fc.nat(), (document, seed) => {
        for (const one of build(document, seed))
          for (const answer of tampered(answerOf(one)))
            expect(judge(document, labels, withAnswer(one, answer)), saidIn(answer)).not.toEqual([])
      })
    )
  })

  test('the answer to another question of the task is false, but for words that fit the same region', () => {
    const swapped = new Map<string, number>()
    fc.assert(
      fc.property(scenes(language), fc.nat(), (document, seed) => {
        const built = build(document, seed)
        for (const [i, one] of built.entries()) {
          const other = built.find(({ task }, j) => j > i && task === one.task)
          if (other === undefined || one.task === 'reg') continue
          const answer = answerOf(other)
          if (saidIn(answer) === saidIn(answerOf(one))) continue
          swapped.set(one.task, (swapped.get(one.task) ?? 0) + 1)
          const question = saidIn(one.exchanges[0]?.question ?? [])
          expect(judge(document, labels, withAnswer(one, answer)), `${question} ${saidIn(answer)}`).not.toEqual([])
        }
      })
    )
    for (const task of ['rec', 'expressions', 'find-all', 'counting', 'vqa-gcot', 'existence'])
      expect(swapped.get(task) ?? 0, task).toBeGreaterThan(5)
  })
})
