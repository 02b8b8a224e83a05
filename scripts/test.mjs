/**
 * @file `npm test`: sets up, then types, lint, layers, unit, build, end-to-end. Runs all of it whatever
 * fails, says what was skipped and why, and ends with the line `N passed, N failed`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './lib/browser.mjs'
import { ensureBuild } from './lib/build.mjs'
import { exitCodeOf, runChild } from './lib/child.mjs'
import { environmentFor } from './lib/node.mjs'
import { inRoot } from './lib/paths.mjs'
import { setUp } from './lib/setup.mjs'
import { runMain, say, Stop } from './lib/stop.mjs'
import { Tally } from './lib/tally.mjs'
import { toolEntry } from './lib/tool.mjs'

const run = async (node, args, env = {}) => {
  const { code, signal } = await runChild(node, args, { cwd: inRoot(), env: { ...environmentFor(node), ...env } })
  return exitCodeOf(code, signal) === 0
}

async function vitest(node, tally, phase, args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-test-'))
  const results = join(folder, 'results.json')
  await run(
    node,
    [toolEntry('vitest'), 'run', ...args, '--reporter=dot', '--reporter=json', `--outputFile.json=${results}`],
    env
  )
  tally.addVitest(phase, results)
  rmSync(folder, { recursive: true })
}

await runMain(async () => {
  const startedAt = performance.now()
  const tally = new Tally()
  const node = await setUp()
  const chromium = await ensureChromium()
  const phase = async (name, check) => {
    say(`${name} …`)
    const from = performance.now()
    await check()
    say(`${name} done in ${((performance.now() - from) / 1000).toFixed(1)} s`)
  }

  await phase('types', async () => tally.add('types', await run(node, [inRoot('scripts/types.mjs')])))
  await phase('lint', async () => {
    tally.add('eslint', await run(node, [toolEntry('eslint'), '.']))
    tally.add('prettier', await run(node, [toolEntry('prettier'), '--check', '--log-level=warn', '.']))
  })
  await phase('layers', async () => tally.add('layers', await run(node, [inRoot('scripts/check-layers.mjs')])))
  await phase('unit', () => vitest(node, tally, 'unit', []))
  let built = true
  await phase('build', async () => {
    built = await ensureBuild(node).then(
      () => true,
      (error) => {
        if (!(error instanceof Stop)) throw error
        say(error.message)
        return false
      }
    )
    tally.add('build', built)
  })
  await phase('end to end', async () => {
    if (!built) tally.add('end to end (there is no build to test)', false)
    else if (!chromium) {
      say('end to end needs a browser of the Chromium family: install one, or set EYRIE_CHROMIUM to its path')
      tally.add('end to end (no Chromium found)', false)
    } else {
      await vitest(node, tally, 'end to end', ['--config', inRoot('e2e/vitest.config.mjs')], {
        EYRIE_CHROMIUM: chromium
      })
    }
  })

  for (const line of tally.report()) say(line)
  say(`took ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`)
  console.log(tally.summary)
  return tally.failed === 0 ? 0 : 1
})
