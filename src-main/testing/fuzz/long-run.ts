/**
 * @file A long run: every importer in turn, a slice at a time, in a worker that is watched. An input that hangs or takes
 * all memory ends the worker; it is written down and the next one is read. What was done is in a file for each importer,
 * and a run that was stopped goes on from there.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { inputOf } from '../../../src-shared/formats/fuzz/target'
import { targetOf } from './stretch'
import type { Fault, Slowest, Tally } from './stretch'

export interface LongRunOptions {
  readonly formats: readonly string[]
  readonly runs: number
  readonly seed: number
  readonly folder: string
  /** Of the source that runs; null where nobody knows. */
  readonly commit: string | null
  /** The worker's entry file. */
  readonly entry: URL
  readonly say: (line: string) => void
}

/** `<format>.json` of the folder. */
export interface FuzzRecord {
  readonly format: string
  readonly seed: number
  readonly runs: number
  readonly wanted: number
  /** Of the clock, whatever else the computer did. */
  readonly seconds: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly told: Readonly<Record<string, number>>
  readonly faults: readonly Fault[]
  readonly slowest: Slowest
  /** Which source read which inputs: from, and up to. */
  readonly parts: readonly { readonly commit: string | null; readonly from: number; readonly to: number }[]
}

const SLICE = 2_000
/** Of the processor, not of the clock: a busy computer is no hang. */
const HANG_CPU_MS = 20_000
const LOOK_MS = 500
const MOST_HEAP_MB = 512
const MOST_FAULTS_KEPT = 100

const pathOf = (folder: string, format: string): string => join(folder, `${format}.json`)

async function recordOf({ folder, seed, runs }: LongRunOptions, format: string): Promise<FuzzRecord> {
  const path = pathOf(folder, format)
  if (!existsSync(path)) {
    const nothing = { outcomes: {}, told: {}, faults: [], slowest: { index: 0, ms: 0 }, parts: [] }
    return { format, seed, runs: 0, wanted: runs, seconds: 0, ...nothing }
  }
  const known = JSON.parse(await readFile(path, 'utf8')) as FuzzRecord
  if (known.seed !== seed) throw new Error(`${path} is of the seed ${known.seed}; choose it, or another folder.`)
  return { ...known, wanted: runs }
}

async function save(folder: string, record: FuzzRecord): Promise<void> {
  const path = pathOf(folder, record.format)
  await writeFile(`${path}.part`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${path}.part`, path)
}

const added = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> => {
  const sum: Record<string, number> = { ...a }
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count
  return sum
}

function withTally(record: FuzzRecord, tally: Tally, seconds: number, commit: string | null): FuzzRecord {
  const to = record.runs + tally.runs
  const last = record.parts.at(-1)
  const isSame = last?.commit === commit && last?.to === record.runs
  return {
    ...record,
    runs: to,
    seconds: record.seconds + seconds,
    outcomes: added(record.outcomes, tally.outcomes),
    told: added(record.told, tally.told),
    faults: [...record.faults, ...tally.faults].slice(0, MOST_FAULTS_KEPT),
    slowest: tally.slowest.ms > record.slowest.ms ? tally.slowest : record.slowest,
    parts: isSame
      ? [...record.parts.slice(0, -1), { ...last, to }]
      : [...record.parts, { commit, from: record.runs, to }]
  }
}

const processorMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A worker for one stretch after the other; one that hangs or falls over is ended, and the next one is new. */
class Watched {
  readonly #options: LongRunOptions
  readonly #begun = new Float64Array(new SharedArrayBuffer(8))
  #worker: Worker | null = null

  constructor(options: LongRunOptions) {
    this.#options = options
  }

  /** Inputs `from` up to `to`, or up to one that hangs or falls over: then it is the last of the tally. */
  async stretch(format: string, from: number, to: number): Promise<Tally> {
    const begun = this.#begun
    begun[0] = from
    const worker = (this.#worker ??= new Worker(this.#options.entry, {
      workerData: { begun },
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB }
    }))
    let [seen, since] = [-1, processorMs()]
    let watch: NodeJS.Timeout | undefined
    const answer = await new Promise<Tally | string>((resolve) => {
      watch = setInterval(() => {
        const now = processorMs()
        if (begun[0] !== seen) [seen, since] = [begun[0] ?? -1, now]
        else if (now - since > HANG_CPU_MS) resolve(`it hangs: ${HANG_CPU_MS} ms of the processor`)
      }, LOOK_MS)
      const ended = (error: Error): void => resolve(error.stack ?? error.message)
      worker.once('error', ended)
      worker.once('message', (tally: Tally) => {
        worker.off('error', ended)
        resolve(tally)
      })
      worker.postMessage({ format, seed: this.#options.seed, from, to })
    })
    clearInterval(watch)
    if (typeof answer !== 'string') return answer
    const at = begun[0]
    await this.close()
    return {
      ...{ runs: at - from + 1, outcomes: { stopped: 1 }, told: {} },
      ...{ faults: [{ index: at, why: answer }], slowest: { index: from, ms: 0 } }
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    // Ended on purpose: what it says of that is nothing new.
    worker?.on('error', () => undefined)
    await worker?.terminate()
  }
}

/** The files of an input, as they were read: to look at, and to run again. */
async function writeInput(folder: string, format: string, seed: number, index: number): Promise<string> {
  const { files } = inputOf(await targetOf(format), seed, index)
  const to = join(folder, `${format}-${index}`)
  for (const [path, content] of files) {
    const at = join(to, path)
    await mkdir(dirname(at), { recursive: true })
    await writeFile(at, content)
  }
  return to
}

/** Gives how many inputs were at fault. */
export async function longRun(options: LongRunOptions): Promise<number> {
  const { formats, runs, folder, seed, commit, say } = options
  await mkdir(folder, { recursive: true })
  const watched = new Watched(options)
  let faults = 0
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const format of formats) {
      let record = await recordOf(options, format)
      if (record.runs >= runs) continue
      isDone = false
      const startedAt = performance.now()
      const tally = await watched.stretch(format, record.runs, Math.min(runs, record.runs + SLICE))
      const seconds = (performance.now() - startedAt) / 1000
      record = withTally(record, tally, seconds, commit)
      await save(folder, record)
      const rate = (tally.runs / seconds).toFixed(0)
      say(`${format}: ${record.runs} of ${runs}, ${rate} a second, ${record.faults.length} at fault`)
      for (const { index, why } of tally.faults.slice(0, 5))
        say(`  ${why.split('\n', 3).join(' ')} -> ${await writeInput(folder, format, seed, index)}`)
      faults += tally.faults.length
    }
  }
  await watched.close()
  return faults
}
