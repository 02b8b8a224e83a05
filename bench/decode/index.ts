/** @file The group `decode`: the decode engine against transformers.js, and what it promises of itself. */
import type { BenchOptions, Group } from '../lib/row'
import { measureAgainstPeer, measureStrategies } from './against-peer'

export async function measure(options: BenchOptions): Promise<Group> {
  const mid = await measureAgainstPeer('mid576', { shipped: 5, byHand: 2.5, free: 3, cold: 1, batch: true }, options)
  const tiny = await measureAgainstPeer('tiny', { shipped: 3, byHand: null, free: null, cold: 1, batch: true }, options)
  const rows = [...mid.rows, ...tiny.rows, ...(await measureStrategies(options))]
  return { rows, versions: { transformersJs: mid.version ?? 'not installed' } }
}
