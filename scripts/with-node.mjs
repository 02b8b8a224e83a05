#!/usr/bin/env node
/**
 * @file Runs a package's command or a file with a Node that can run it, whatever Node started this.
 *
 *   node scripts/with-node.mjs vitest run            the command `vitest` of the package `vitest`
 *   node scripts/with-node.mjs typescript#tsc -v     the command `tsc` of the package `typescript`
 *   node scripts/with-node.mjs ./scripts/types.mjs   a file
 */
import { resolve } from 'node:path'
import { exitCodeOf, runChild } from './lib/child.mjs'
import { environmentFor } from './lib/node.mjs'
import { setUp } from './lib/setup.mjs'
import { runMain, say } from './lib/stop.mjs'
import { toolEntry } from './lib/tool.mjs'

await runMain(async () => {
  const [tool, ...args] = process.argv.slice(2)
  if (!tool) {
    say('usage: node scripts/with-node.mjs <package[#command] | ./file> [arguments]')
    return 2
  }
  const node = await setUp()
  const entry = /^\.{0,2}[\\/]/.test(tool) ? resolve(tool) : toolEntry(tool)
  const { code, signal } = await runChild(node, [entry, ...args], { env: environmentFor(node) })
  return exitCodeOf(code, signal)
})
