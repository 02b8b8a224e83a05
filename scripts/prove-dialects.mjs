/**
 * @file The long proofs of the dialects, over every registered one or those named:
 *
 *   npm run prove -- round-trip [--count 1000000] [--seed 1] [ids…]   where regions land, in steps of the grid
 *   npm run prove -- fuzz [--count 1000000] [--seconds S] [--seed 1] [ids…]   broken text; --seconds is for each dialect
 *
 * Prints a table; exit 1 when something was found. The laws have a long form of their own: npm run laws.
 */
import './from-source.mjs'
import { parseArgs } from 'node:util'

const { DIALECTS } = await import('../src-shared/dialects/registry.ts')
const { measureRoundTrip } = await import('../src-shared/dialects/proof/round-trip.ts')
const { fuzzDialect } = await import('../src-shared/dialects/proof/fuzz.ts')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' }
  }
})
const [proof, ...ids] = positionals
const [count, seconds, seed] = [Number(values.count), Number(values.seconds), Number(values.seed)]
const unknown = ids.filter((id) => DIALECTS.every(({ profile }) => profile.id !== id))
if (!['round-trip', 'fuzz'].includes(proof) || [count, seconds, seed].some(Number.isNaN) || unknown.length > 0) {
  console.error(`usage: npm run prove -- round-trip|fuzz [--count N] [--seconds S] [--seed N] [dialect…] ${unknown}`)
  process.exit(2)
}
const chosen = DIALECTS.filter(({ profile }) => ids.length === 0 || ids.includes(profile.id))

const row = (cells) => console.log(cells.map((cell, i) => String(cell).padEnd(i === 0 ? 24 : 14)).join(''))
let found = 0
if (proof === 'round-trip') {
  row(['dialect', 'regions', 'worst steps', 'stated', 'cut', 'lost'])
  for (const dialect of chosen) {
    const figures = measureRoundTrip(dialect, count, seed)
    const { worstSteps, statedSteps, cut, lost, example } = figures
    row([figures.dialect, figures.count, worstSteps.toFixed(6), statedSteps, cut, lost])
    if (example !== null) {
      found++
      console.log(`  ${JSON.stringify(example)}`)
    }
  }
} else {
  row(['dialect', 'texts', 'regions', 'slowest ms', 'found'])
  for (const dialect of chosen) {
    const started = performance.now()
    const figures = fuzzDialect(dialect, {
      count,
      seed,
      // Time of the processor: other work on the machine is no hang.
      nowMs: () => process.cpuUsage().user / 1_000,
      isLate: () => performance.now() - started > seconds * 1_000
    })
    const { finding } = figures
    row([figures.dialect, figures.count, figures.regions, figures.slowestMs.toFixed(1), finding === null ? '-' : 'YES'])
    if (finding !== null) {
      found++
      console.log(`  ${finding.reason}\n  ${JSON.stringify(finding)}`)
    }
  }
}
process.exitCode = found === 0 ? 0 : 1
