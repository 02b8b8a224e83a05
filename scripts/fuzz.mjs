/**
 * @file Damaged files for every importer, many of them: `npm run fuzz -- [--runs 1000000] [--seed N] [format folder…]`.
 * `npm test` draws 10 000 for each, the same each time; here they are new each time, and a failure prints the seed to name.
 */
import { parseArgs } from 'node:util'
import { exitCodeOf, runChild } from './lib/child.mjs'
import { inRoot } from './lib/paths.mjs'
import { runMain } from './lib/stop.mjs'
import { toolEntry } from './lib/tool.mjs'

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: 'new' } }
  })
  const folders = positionals.length > 0 ? positionals.map((id) => `formats/${id}/`) : ['src-shared/formats']
  const { code, signal } = await runChild(
    process.execPath,
    [toolEntry('vitest'), 'run', '-t', 'damaged', '--reporter=verbose', ...folders],
    { cwd: inRoot(), env: { ...process.env, EYRIE_LAW_RUNS: values.runs, EYRIE_LAW_SEED: values.seed } }
  )
  return exitCodeOf(code, signal)
})
