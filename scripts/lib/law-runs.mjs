/**
 * @file How many cases a property test has where it names no number, and which. `npm test` draws the same cases each
 * time, so that what is red is red because of the change at hand; `npm run laws` draws new ones (`EYRIE_LAW_SEED=new`),
 * or those of a seed that a failure has printed.
 */
import fc from 'fast-check'

const SEED = 20_261_127

const runs = Number(process.env.EYRIE_LAW_RUNS)
const named = process.env.EYRIE_LAW_SEED
fc.configureGlobal({
  ...(runs > 0 && { numRuns: runs }),
  ...(named !== 'new' && { seed: named === undefined ? SEED : Number(named) })
})
