/**
 * @file The laws of the dialects with many cases: `npm run laws -- [--runs 100000] [--seed N] [vitest
 * filters…]`. `npm test` runs the same suite with a thousand, the same each time; here they are new each time, and a
 * failure prints the seed to name.
 */
import { parseArgs } from 'node:util'
import { exitCodeOf, runChild } from './lib/child.mjs'
import { inRoot } from './lib/paths.mjs'
import { runMain } from './lib/stop.mjs'
import { toolEntry } from './lib/tool.mjs'

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string', default: 'new' } }
  })
  const filters = positionals.length > 0 ? positionals : ['src-shared/dialects']
  const { code, signal } = await runChild(
    process.execPath,
    [toolEntry('vitest'), 'run', '--testTimeout=3600000', '-t', 'laws of', ...filters],
    { cwd: inRoot(), env: { ...process.env, EYRIE_LAW_RUNS: values.runs, EYRIE_LAW_SEED: values.seed } }
  )
  return exitCodeOf(code, signal)
})
