/** @file A stretch of inputs of one importer, one after the other in one thread: what `npm run fuzz` runs in a worker. */
import { getHeapStatistics } from 'node:v8'
import { findFormat } from '../../../src-shared/formats/registry'
import { fuzzTarget, inputOf, outcomeOf } from '../../../src-shared/formats/fuzz/target'
import type { FuzzInput, FuzzTarget } from '../../../src-shared/formats/fuzz/target'
import { seedsOf } from './seeds'

export interface Fault {
  readonly index: number
  readonly why: string
}
export interface Slowest {
  readonly index: number
  readonly ms: number
}
/** What is known after so many inputs of a stretch. */
export interface Tally {
  readonly runs: number
  readonly outcomes: Readonly<Record<string, number>>
  /** How many inputs were told each code. */
  readonly told: Readonly<Record<string, number>>
  readonly faults: readonly Fault[]
  readonly slowest: Slowest
}

/** A few kilobytes are read in less. */
export const MOST_MS = 1_000
/** Buffers that one input may have made and kept, in bytes; the heap has its own limit. */
const MOST_BUFFER_BYTES = 64 * 2 ** 20
/** Another process may have had the processor: an input that took long is timed again. */
const LONG_MS = 20
const TIMED = 3

export async function targetOf(format: string): Promise<FuzzTarget> {
  const found = findFormat(format)
  if (found === null) throw new Error(`There is no format ${format}.`)
  return fuzzTarget(found, await seedsOf(found))
}

async function timed(target: FuzzTarget, input: FuzzInput): Promise<number> {
  const startedAt = performance.now()
  await outcomeOf(target.format, input)
  return performance.now() - startedAt
}

/** `begun` hears of each index before its input is read. */
export async function runStretch(
  target: FuzzTarget,
  seed: number,
  from: number,
  to: number,
  begun: (index: number) => void
): Promise<Tally> {
  const outcomes: Record<string, number> = {}
  const told: Record<string, number> = {}
  const faults: Fault[] = []
  let slowest: Slowest = { index: from, ms: 0 }
  // Refusals are errors, and most inputs are refused: a stack costs as much as the reading. Faults are read again.
  const { stackTraceLimit } = Error
  for (let index = from; index < to; index++) {
    begun(index)
    const input = inputOf(target, seed, index)
    const before = getHeapStatistics().external_memory
    const startedAt = performance.now()
    Error.stackTraceLimit = 0
    const { outcome, told: codes, fault } = await outcomeOf(target.format, input)
    Error.stackTraceLimit = stackTraceLimit
    let ms = performance.now() - startedAt
    const grown = getHeapStatistics().external_memory - before
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    for (const code of codes) told[code] = (told[code] ?? 0) + 1
    if (fault !== null) faults.push({ index, why: (await outcomeOf(target.format, input)).fault ?? fault })
    if (grown > MOST_BUFFER_BYTES) faults.push({ index, why: `it takes ${grown} bytes of buffers` })
    if (ms > LONG_MS && ms > slowest.ms) for (let i = 0; i < TIMED; i++) ms = Math.min(ms, await timed(target, input))
    if (ms > slowest.ms) slowest = { index, ms }
    if (ms > MOST_MS) faults.push({ index, why: `it takes ${ms.toFixed(0)} ms` })
  }
  return { runs: to - from, outcomes, told, faults, slowest }
}
