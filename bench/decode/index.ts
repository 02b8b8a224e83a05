/**
 * @file The group `decode`: the decode engine against transformers.js, and what it promises of itself. Each part
 * (parts.ts) runs in a process of its own, both sides in turns, with what the inference host finds in its environment:
 * a model measured before leaves memory behind in which the next one's weights lie worse.
 * `EYRIE_BENCH_ONLY` names parts, comma separated, for a quick look.
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { inferenceHostEnvironment } from '../../src-main/inference/host-environment'
import { printTable } from '../lib/report'
import type { BenchOptions, Group, Row } from '../lib/row'
import { PART_NAMES } from './parts'
import type { PartName } from './parts'

/** Rejects when the part ends without rows. */
function measureApart(name: PartName, options: BenchOptions): Promise<Group> {
  const child = fork(join(import.meta.dirname, 'part.mjs'), [name, JSON.stringify(options)], {
    env: { ...process.env, ...inferenceHostEnvironment() },
    serialization: 'advanced'
  })
  return new Promise((settle, fail) => {
    child.once('message', (group) => settle(group as Group))
    child.once('exit', (code) => fail(new Error(`the part ${name} ended with code ${code}`)))
  })
}

export async function measure(options: BenchOptions): Promise<Group> {
  const only = (process.env['EYRIE_BENCH_ONLY'] ?? '').split(',').filter((part) => part !== '')
  const rows: Row[] = []
  let versions: Group['versions'] = {}
  for (const name of PART_NAMES) {
    if (only.length > 0 && !only.includes(name)) continue
    const started = performance.now()
    const found = await measureApart(name, options)
    // A run that is cut short has told what it knows; the whole table follows at the end.
    printTable(`decode, ${name}: ${((performance.now() - started) / 1_000).toFixed(0)} s`, found.rows)
    rows.push(...found.rows)
    // A part without a peer knows of none.
    versions = {
      ...found.versions,
      ...versions,
      ...(found.rows.some(({ peer }) => peer !== null) ? found.versions : {})
    }
  }
  return { rows, versions }
}
