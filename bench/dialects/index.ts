/** @file The group `dialects`: throughput, supervision's readers, and texts made to be slow. */
import type { BenchOptions, Group } from '../lib/row'
import { measureAdversarial } from './adversarial'
import { measurePeers } from './peers'
import { measureThroughput } from './throughput'

export async function measure(options: BenchOptions): Promise<Group> {
  const throughput = measureThroughput(options)
  const { rows, versions } = await measurePeers(options)
  return { rows: [...throughput, ...rows, ...measureAdversarial(options)], versions }
}
