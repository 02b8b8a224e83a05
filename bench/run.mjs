#!/usr/bin/env node
/**
 * @file `npm run bench -- [group…] [--scale 0.1] [--rounds 5]`: seeded comparisons, both sides in turns in one
 * run. Prints a table and writes `bench/results/<group>.json`. A group is a folder here with an `index.ts`.
 *
 * Peers in Python are measured when EYRIE_BENCH_PYTHON names an interpreter that has them; they are
 * "not measured" otherwise, and no figure stands in for them.
 */
import '../scripts/from-source.mjs'
import { existsSync, readdirSync } from 'node:fs'
import { cpus, release, type } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const folder = import.meta.dirname
const groups = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.ts')))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' }, rounds: { type: 'string', default: '5' } }
})
const scale = Number(values.scale)
const rounds = Number(values.rounds)
const unknown = positionals.filter((name) => !groups.includes(name))
if (unknown.length > 0 || !(scale > 0 && scale <= 1) || !(Number.isInteger(rounds) && rounds > 0)) {
  console.error(`usage: npm run bench -- [${groups.join(' | ')}] [--scale 0..1] [--rounds n]`)
  process.exit(2)
}

const { printTable, writeResults } = await import('./lib/report.ts')
const machine = `${type()} ${release()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`
let failed = 0
for (const name of positionals.length > 0 ? positionals : groups) {
  const { measure } = await import(`./${name}/index.ts`)
  const group = await measure({ scale, rounds, python: process.env['EYRIE_BENCH_PYTHON'] ?? null })
  const versions = { node: process.version, machine, scale: String(scale), ...group.versions }
  printTable(name, group.rows)
  console.log(writeResults(join(folder, 'results'), name, { rows: group.rows, versions }))
  failed += group.rows.filter(({ pass }) => pass === false).length
}
process.exitCode = failed === 0 ? 0 : 1
