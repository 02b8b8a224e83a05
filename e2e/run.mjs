/** @file `npm run e2e [-- name]`: builds when the sources changed, then the end-to-end specs. */
import { ensureChromium } from '../scripts/lib/browser.mjs'
import { ensureBuild } from '../scripts/lib/build.mjs'
import { exitCodeOf, runChild } from '../scripts/lib/child.mjs'
import { inRoot } from '../scripts/lib/paths.mjs'
import { runMain, Stop } from '../scripts/lib/stop.mjs'
import { toolEntry } from '../scripts/lib/tool.mjs'

await runMain(async () => {
  const chromium = await ensureChromium()
  if (!chromium)
    throw new Stop('no browser of the Chromium family was found: install one, or set EYRIE_CHROMIUM to its path.')
  await ensureBuild(process.execPath)
  const args = [toolEntry('vitest'), 'run', '--config', inRoot('e2e/vitest.config.mjs'), ...process.argv.slice(2)]
  const { code, signal } = await runChild(process.execPath, args, {
    cwd: inRoot(),
    env: { ...process.env, EYRIE_CHROMIUM: chromium }
  })
  return exitCodeOf(code, signal)
})
