/** @file The relations that grounded text states: a predicate with its subjects and objects, as AS-V2 writes them. */
import type { GroundedNode } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { visitNodes } from '../../grounded/visit'
import type { ImportDialogue, ImportItem, ImportRelation } from '../reading/item'

/** Paired by position; one subject or object stands for many. Numbers that do not match pair with nothing. */
function pairsOf(subjects: readonly string[], objects: readonly string[]): readonly (readonly [string, string])[] {
  const count = Math.max(subjects.length, objects.length)
  const fits = (list: readonly string[]): boolean => list.length === 1 || list.length === count
  if (!fits(subjects) || !fits(objects)) return []
  return Array.from({ length: count }, (_, i) => [
    subjects[subjects.length === 1 ? 0 : i] ?? '',
    objects[objects.length === 1 ? 0 : i] ?? ''
  ])
}

function relationsIn(nodes: readonly GroundedNode[], imageKey: string): readonly ImportRelation[] {
  const found: ImportRelation[] = []
  visitNodes(nodes, (node) => {
    if (node.type !== 'phrase' || node.roles === undefined) return
    const predicate = plainText(node.children).trim()
    const of = (role: 'subject' | 'object'): readonly string[] =>
      node.regionIds.filter((_, i) => node.roles?.[i] === role)
    if (predicate === '') return
    for (const [subject, object] of pairsOf(of('subject'), of('object')))
      found.push({ type: 'relation', imageKey, subject, predicate, object })
  })
  return found
}

/** Each once in its dialogue, however often it is said. */
export function relationsOf({ turns, imageKey }: ImportDialogue): readonly ImportRelation[] {
  const seen = new Map<string, ImportRelation>()
  for (const { children } of turns)
    for (const relation of relationsIn(children, imageKey))
      seen.set(JSON.stringify([relation.subject, relation.predicate, relation.object]), relation)
  return [...seen.values()]
}

export async function* withRelations(
  batches: AsyncIterable<readonly ImportItem[]>
): AsyncGenerator<readonly ImportItem[]> {
  for await (const batch of batches)
    yield batch.flatMap((item): readonly ImportItem[] =>
      item.type === 'dialogue' ? [item, ...relationsOf(item)] : [item]
    )
}
