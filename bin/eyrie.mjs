#!/usr/bin/env node
/**
 * @file The command line. Runs on any Node 18 or later: finds or installs a Node that can run the
 * app, its dependencies and the build, all on stderr, then hands over to out/main/cli.js.
 */
import { ensureBuild } from '../scripts/lib/build.mjs'
import { exitCodeOf, runChild } from '../scripts/lib/child.mjs'
import { environmentFor } from '../scripts/lib/node.mjs'
import { inRoot } from '../scripts/lib/paths.mjs'
import { runEnvironment, runOptions } from '../scripts/lib/run-options.mjs'
import { setUp } from '../scripts/lib/setup.mjs'
import { runMain } from '../scripts/lib/stop.mjs'

await runMain(async () => {
  const node = await setUp()
  await ensureBuild(node)
  const { code, signal } = await runChild(node, [...runOptions, inRoot('out/main/cli.js'), ...process.argv.slice(2)], {
    env: { ...runEnvironment, ...environmentFor(node) },
    stdio: 'inherit'
  })
  return exitCodeOf(code, signal)
})
