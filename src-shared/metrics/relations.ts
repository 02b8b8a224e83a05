/**
 * @file Relations as triples of subject, predicate and object, each end with its words and box. A triple that was said
 * meets a true one when all three words are equal (lower case, or synonyms the caller gives) and both boxes overlap by
 * more than one half; each true triple is met once. Recall, and its mean over predicates, so that a frequent one does not
 * hide the rest. Source: the rule of All-Seeing v2's scene graph script (OpenGVLab/all-seeing, eval_psg.py).
 */
import { intersectionOverUnion } from '../geometry/iou'
import type { PixelBox } from '../geometry/space'

export interface TripleEnd {
  readonly name: string
  readonly box: PixelBox
}
export interface Triple {
  readonly subject: TripleEnd
  readonly predicate: string
  readonly object: TripleEnd
}
export interface RelationSample {
  readonly truth: readonly Triple[]
  /** In the order said: of two that meet the same true one, the first counts. */
  readonly said: readonly Triple[]
}
export interface RelationScore {
  readonly samples: number
  readonly triples: number
  readonly said: number
  /** True triples that were met, over all of them. */
  readonly recall: number | null
  /** Mean of the recalls of predicates that occur in the truth. */
  readonly meanRecall: number | null
  /** Said triples that met a true one, over all said. */
  readonly precision: number | null
  readonly byPredicate: Readonly<Record<string, { readonly triples: number; readonly recall: number }>>
}

const RELATION_IOU = 0.5

/** Whether two names mean the same; the default is equality without case and outer space. */
export type SameName = (a: string, b: string) => boolean
const nameOf = (name: string): string => name.trim().toLowerCase()
const isSameName: SameName = (a, b) => nameOf(a) === nameOf(b)

function meets(said: Triple, truth: Triple, same: SameName): boolean {
  return (
    same(said.predicate, truth.predicate) &&
    [said.subject, said.object].every((end, i) => {
      const other = i === 0 ? truth.subject : truth.object
      return same(end.name, other.name) && intersectionOverUnion(end.box, other.box) > RELATION_IOU
    })
  )
}

export interface MetTriples {
  readonly truths: ReadonlySet<Triple>
  readonly said: ReadonlySet<Triple>
}

/** Which true triples were met, and by which said ones. */
export function metTriples(sample: RelationSample, same: SameName = isSameName): MetTriples {
  const open = new Set(sample.truth)
  const met = { truths: new Set<Triple>(), said: new Set<Triple>() }
  for (const triple of sample.said) {
    const found = [...open].find((truth) => meets(triple, truth, same))
    if (found === undefined) continue
    open.delete(found)
    met.truths.add(found)
    met.said.add(triple)
  }
  return met
}

export function scoreRelations(samples: readonly RelationSample[], same: SameName = isSameName): RelationScore {
  const counts = new Map<string, { triples: number; met: number }>()
  let [said, met] = [0, 0]
  for (const sample of samples) {
    for (const { predicate } of sample.truth) {
      const count = counts.get(nameOf(predicate)) ?? { triples: 0, met: 0 }
      counts.set(nameOf(predicate), count)
      count.triples++
    }
    said += sample.said.length
    for (const { predicate } of metTriples(sample, same).truths) {
      met++
      const count = counts.get(nameOf(predicate))
      if (count !== undefined) count.met++
    }
  }
  const all = [...counts]
  const triples = all.reduce((sum, [, count]) => sum + count.triples, 0)
  const recalls = all.map(([, count]) => count.met / count.triples)
  return {
    samples: samples.length,
    triples,
    said,
    recall: triples === 0 ? null : met / triples,
    meanRecall: recalls.length === 0 ? null : recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    precision: said === 0 ? null : met / said,
    byPredicate: Object.fromEntries(
      all
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => [name, { triples: count.triples, recall: count.met / count.triples }])
    )
  }
}
