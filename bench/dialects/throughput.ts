/** @file One million short answers, mixed over every dialect. */
import { DIALECTS } from '../../src-shared/dialects/registry'
import { measured, taken } from '../lib/measure'
import { seededRandom } from '../lib/random'
import type { BenchOptions, Row } from '../lib/row'
import { CONTEXT, shortAnswers } from './answers'

const ANSWERS = 1_000_000
/** Of CPU time, all threads: on an idle machine it is more than the wall clock shows, on a busy one it is ours alone. */
const LIMIT_MS = 10_000

export function measureThroughput({ scale }: BenchOptions): readonly Row[] {
  const random = seededRandom(42)
  const each = Math.ceil((ANSWERS * scale) / DIALECTS.length)
  const sources = DIALECTS.map((dialect) => shortAnswers(dialect, each, random))
  const characters = sources.flat().reduce((sum, source) => sum + source.length, 0)
  const order = Array.from({ length: each * DIALECTS.length }, (_, i) => i % DIALECTS.length)

  // Dialects take turns answer by answer, as in a file that mixes them; nothing is warmed up.
  let regions = 0
  const mixed = taken(() => {
    order.forEach((which, i) => {
      const source = sources[which]?.[Math.floor(i / DIALECTS.length)] ?? ''
      regions += DIALECTS[which]?.parse(source, CONTEXT).tree.regions.length ?? 0
    })
  })
  const alone = DIALECTS.map((dialect, i): Row => {
    const own = sources[i] ?? []
    let found = 0
    const time = taken(() => {
      for (const source of own) found += dialect.parse(source, CONTEXT).tree.regions.length
    })
    const note = `${((time.cpuMs * 1000) / own.length).toFixed(1)} µs CPU an answer, ${found} regions`
    return {
      name: `${dialect.profile.id}: ${own.length} short answers`,
      ours: measured([time]),
      peer: null,
      ratio: null,
      threshold: null,
      pass: null,
      note
    }
  })
  return [
    {
      name: `${order.length} short answers of ${DIALECTS.length} dialects`,
      ours: measured([mixed]),
      peer: null,
      ratio: null,
      threshold: `CPU ${LIMIT_MS} ms for ${ANSWERS}`,
      pass: scale === 1 ? mixed.cpuMs <= LIMIT_MS : null,
      note: `${(characters / order.length).toFixed(0)} characters an answer, ${regions} regions`
    },
    ...alone
  ]
}
