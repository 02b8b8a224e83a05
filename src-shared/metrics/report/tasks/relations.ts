/** @file Report of relation triples. */
import { metTriples } from '../../relations'
import type { RelationSample, Triple } from '../../relations'
import { boxOutline, words, worstFirst } from '../report'
import type { Failure, Outline, TaskReport } from '../report'
import { shareRows } from './shown'
import type { Shown } from './shown'

const textOf = ({ subject, predicate, object }: Triple): string => `${subject.name} · ${predicate} · ${object.name}`

function ends(role: Outline['role'], triples: readonly Triple[]): readonly Outline[] {
  const seen = new Map<string, Outline>()
  for (const { subject, object } of triples)
    for (const { name, box } of [subject, object]) seen.set(`${name} ${box.join()}`, boxOutline(role, box, name))
  return [...seen.values()]
}

const MOST_TRIPLES = 8
const listed = (triples: readonly Triple[]): string =>
  triples.length === 0
    ? '–'
    : [...triples.slice(0, MOST_TRIPLES).map(textOf), ...(triples.length > MOST_TRIPLES ? ['…'] : [])].join('\n')

export function reportRelations(samples: readonly (Shown & RelationSample)[]): TaskReport {
  const judged = samples.map((sample) => ({ sample, met: metTriples(sample) }))
  const failures = judged.flatMap(({ sample, met }): readonly Failure[] => {
    const { id, image, asked, truth, said } = sample
    const missed = truth.filter((triple) => !met.truths.has(triple))
    const wrong = said.filter((triple) => !met.said.has(triple))
    if (missed.length === 0 && wrong.length === 0) return []
    return [
      {
        ...{ id, image, asked, truth: listed(missed), said: listed(wrong) },
        reason: words(
          `${missed.length} of ${truth.length} missed, ${wrong.length} wrong`,
          `漏 ${missed.length}/${truth.length}，错 ${wrong.length}`
        ),
        outlines: [...ends('truth', missed), ...ends('said', wrong)],
        score: (2 * met.truths.size) / Math.max(1, truth.length + said.length)
      }
    ]
  })
  const charts = shareRows(
    words('Recall by predicate', '按谓词的召回率'),
    words('recall', '召回率'),
    judged.flatMap(({ sample, met }) =>
      sample.truth.map((triple) => ({ name: triple.predicate.trim().toLowerCase(), isRight: met.truths.has(triple) }))
    )
  )
  return { charts, failures: worstFirst(failures) }
}
