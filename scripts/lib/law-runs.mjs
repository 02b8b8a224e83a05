/** @file How many cases a property test has where it names no number: `EYRIE_LAW_RUNS`, for `npm run laws`. */
import fc from 'fast-check'

const runs = Number(process.env.EYRIE_LAW_RUNS)
if (runs > 0) fc.configureGlobal({ numRuns: runs })
