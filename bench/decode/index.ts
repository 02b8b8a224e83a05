/**
 * @file The group `decode`: the decode engine against transformers.js, and what it promises of itself.
 * Rows are numbered as the bars that the engine is held to. `EYRIE_BENCH_ONLY` names parts of it, comma separated, for a quick look.
 */
import { printTable } from '../lib/report'
import type { BenchOptions, Group, Row } from '../lib/row'
import { peerVersions } from '../lib/transformers-js'
import { measureAgainstPeer, measureStrategies } from './against-peer'
import { measureFalconet } from './falconet'
import { measureHost } from './host'
import { measureSameness } from './sameness'

const MID = { box: 1, shipped: 5, byHand: 2.5, free: 3, cold: 1, batch: { oneByOne: 1.8, together: 1.3 } } as const
const SMALL = { box: 3, shipped: 3, byHand: null, free: null, cold: 1, batch: null } as const

export async function measure(options: BenchOptions): Promise<Group> {
  const only = (process.env['EYRIE_BENCH_ONLY'] ?? '').split(',').filter((part) => part !== '')
  const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
    mid576: () => measureAgainstPeer('mid576', MID, options),
    tiny: () => measureAgainstPeer('tiny', SMALL, options),
    strategies: () => measureStrategies(options),
    falconet: () => measureFalconet(options),
    host: () => measureHost(options),
    sameness: () => measureSameness()
  }
  const rows: Row[] = []
  for (const [name, part] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue
    const started = performance.now()
    const found = await part()
    // A run that is cut short has told what it knows; the whole table follows at the end.
    printTable(`decode, ${name}: ${((performance.now() - started) / 1_000).toFixed(0)} s`, found)
    rows.push(...found)
  }
  return { rows, versions: await peerVersions() }
}
