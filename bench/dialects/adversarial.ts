/** @file 200 kB of text that could make a careless reader slow, in every dialect and both modes. */
import type { Dialect } from '../../src-shared/dialects/dialect'
import { DIALECTS } from '../../src-shared/dialects/registry'
import { measured, taken } from '../lib/measure'
import type { Taken } from '../lib/measure'
import { seededRandom } from '../lib/random'
import type { BenchOptions, Row } from '../lib/row'
import { CONTEXT, shortAnswers } from './answers'

const LONG = 200_000
const LIMIT_MS = 200
/** The worst texts are read again so often; the least time is the reader's, the rest is the machine's. */
const AGAIN = 5
const LONGEST_START = 48

/** Every start of an answer is an item that never ends; characters of markup alone are openers of nothing. */
function patterns(dialect: Dialect): readonly string[] {
  const [answer = ''] = shortAnswers(dialect, 1, seededRandom(7)).slice(0, 1)
  const first = answer.search(/[[({<`]/)
  const marked = answer.slice(Math.max(0, first))
  const starts = Array.from({ length: Math.min(LONGEST_START, marked.length) }, (_, i) => marked.slice(0, i + 1))
  return [...new Set([...starts, marked, answer, ...'[({<`"\'\\ \n,;0'])]
}

export function measureAdversarial({ scale }: BenchOptions): readonly Row[] {
  return DIALECTS.map((dialect): Row => {
    const tried = patterns(dialect)
      .filter((_, i) => i % Math.ceil(1 / scale) === 0)
      .flatMap((pattern) =>
        (['strict', 'lenient'] as const).map((mode) => {
          const source = pattern.repeat(Math.ceil(LONG / pattern.length)).slice(0, LONG)
          const read = (): Taken => taken(() => void dialect.parse(source, { ...CONTEXT, mode }))
          return { pattern, mode, read, first: read() }
        })
      )
    const [worst] = [...tried]
      .sort((a, b) => b.first.cpuMs - a.first.cpuMs)
      .slice(0, 3)
      .map(({ pattern, mode, read }) => {
        const times = Array.from({ length: AGAIN }, read).sort((a, b) => a.cpuMs - b.cpuMs)
        return { pattern, mode, times, least: times[0] ?? { wallMs: NaN, cpuMs: NaN } }
      })
      .sort((a, b) => b.least.cpuMs - a.least.cpuMs)
    if (worst === undefined) throw new Error('expected a pattern')
    return {
      name: `${dialect.profile.id}: worst of ${tried.length} texts of 200,000 characters`,
      ours: { ...measured([worst.least]), roundsWallMs: measured(worst.times).roundsWallMs },
      peer: null,
      ratio: null,
      threshold: `CPU ${LIMIT_MS} ms`,
      pass: scale === 1 ? worst.least.cpuMs <= LIMIT_MS : null,
      note: `${worst.mode} ${JSON.stringify(worst.pattern)}`
    }
  })
}
