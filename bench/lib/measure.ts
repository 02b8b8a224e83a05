/** @file Times work of this process, by the wall clock and by the CPU: other work on the machine moves only the first. */
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Measured } from './row'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Before a side is timed: what the other one left behind is not collected on its account. */
export const collectGarbage = (): void => gc()

/** Sweeping goes on in threads of its own behind `gc`, as CPU time of this process. */
const SWEEPING_MS = 40

/** The same where a side takes only some milliseconds: resolves when the collector's threads are done, too. */
export async function settleGarbage(): Promise<void> {
  gc()
  await setTimeout(SWEEPING_MS)
}

export interface Taken {
  readonly wallMs: number
  readonly cpuMs: number
}

/** CPU time is of all threads: the compiler's and the collector's work is part of what a figure costs. */
export function taken(work: () => void): Taken {
  const cpu = process.cpuUsage()
  const started = performance.now()
  work()
  const wallMs = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs, cpuMs: (user + system) / 1000 }
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = NaN, high = NaN] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1)
  return (low + high) / 2
}

export const measured = (rounds: readonly Taken[]): Measured => ({
  wallMs: median(rounds.map(({ wallMs }) => wallMs)),
  cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
  roundsWallMs: rounds.map(({ wallMs }) => Math.round(wallMs * 10) / 10)
})

export async function takenAsync(work: () => Promise<void>): Promise<Taken> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const wallMs = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs, cpuMs: (user + system) / 1000 }
}
