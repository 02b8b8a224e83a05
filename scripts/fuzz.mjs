/**
 * @file Damaged files for every importer, a million each: `npm run fuzz -- [--runs 1000000] [--seed N] [--folder F]
 * [format…]`, or `--input N` with one format: that input alone, shown. `npm test` reads 10 000 for each. What was done
 * is in a file for each importer of the folder; run again, it goes on from there. Exit code 1 where an input was at
 * fault.
 */
import './from-source.mjs'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { inRoot } from './lib/paths.mjs'
import { runMain, Stop } from './lib/stop.mjs'

/** Of the source that runs, where git knows it. */
async function commitOf() {
  try {
    const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty'], { cwd: inRoot() })
    return stdout.trim()
  } catch {
    // A copy without its history is run all the same.
    return null
  }
}

function wholeNumber(text, name) {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Stop(`--${name} takes a whole number, not ${text}.`)
  return value
}

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      folder: { type: 'string', default: join(tmpdir(), 'eyrie-fuzz') },
      input: { type: 'string' }
    }
  })
  const { FORMATS } = await import('../src-shared/formats/registry.ts')
  const known = FORMATS.filter(({ reader }) => reader !== undefined).map(({ info }) => info.id)
  const unknown = positionals.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw new Stop(`No importer of ${unknown.join(', ')}; there are ${known.join(' ')}.`)
  const formats = positionals.length > 0 ? positionals : known
  const seed = wholeNumber(values.seed, 'seed')

  if (values.input !== undefined) {
    if (positionals.length !== 1) throw new Stop('--input is of one format; name it.')
    const { targetOf } = await import('../src-main/testing/fuzz/stretch.ts')
    const { inputOf, outcomeOf } = await import('../src-shared/formats/fuzz/target.ts')
    const target = await targetOf(formats[0])
    const input = inputOf(target, seed, wholeNumber(values.input, 'input'))
    for (const [path, content] of input.files) console.log(`--- ${path}\n${String(content)}`)
    const { outcome, told, fault } = await outcomeOf(target.format, input)
    console.log(`=== ${outcome}${told.size > 0 ? `: ${[...told].join(' ')}` : ''}${fault === null ? '' : `\n${fault}`}`)
    return fault === null ? 0 : 1
  }
  const { longRun } = await import('../src-main/testing/fuzz/long-run.ts')
  const faults = await longRun({
    formats,
    runs: wholeNumber(values.runs, 'runs'),
    seed,
    folder: values.folder,
    commit: await commitOf(),
    entry: new URL('./lib/fuzz-worker.mjs', import.meta.url),
    say: console.log
  })
  return faults === 0 ? 0 : 1
})
