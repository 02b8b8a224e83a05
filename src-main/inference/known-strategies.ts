/**
 * @file How decoders were found to run best, kept over restarts, so that a model is tested and timed once on a computer
 * and not at every load. Belongs to the very files of the model, the version of the runtime and the number of threads;
 * a model whose files have no hashes is measured each time.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../files/atomic-write'

z.config({ jitless: true })

export const strategySchema = z.enum(['present-past', 'delta', 'split', 'gpu-buffer'])
export const knownStrategySchema = z.object({ strategy: strategySchema, runtime: z.string() })
export type KnownStrategy = z.output<typeof knownStrategySchema>

/** 2: attention may be split; what was found before is found anew. */
const FORMAT = 2
const fileSchema = z.object({ format: z.literal(FORMAT), known: z.record(z.string(), knownStrategySchema) })
const MOST_KEPT = 500

export interface KnownStrategies {
  /** Without `isHashed` only of this run. */
  of(modelKey: string, isHashed: boolean): Promise<KnownStrategy | null>
  found(modelKey: string, isHashed: boolean, known: KnownStrategy): Promise<void>
}

/** null: nothing is kept over restarts. */
export function createKnownStrategies(file: string | null, threads: number): KnownStrategies {
  const ofThisRun = new Map<string, KnownStrategy>()
  let kept: Promise<Map<string, KnownStrategy>> | null = null
  const keyOf = (modelKey: string): string =>
    createHash('sha256')
      .update(JSON.stringify([modelKey, threads]))
      .digest('hex')

  async function read(): Promise<Map<string, KnownStrategy>> {
    if (file === null) return new Map()
    try {
      return new Map(Object.entries(fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).known))
    } catch {
      // None yet, or nothing we wrote: it is measured again.
      return new Map()
    }
  }
  const all = (): Promise<Map<string, KnownStrategy>> => (kept ??= read())

  return {
    async of(modelKey, isHashed) {
      const own = ofThisRun.get(modelKey)
      if (own !== undefined || !isHashed) return own ?? null
      return (await all()).get(keyOf(modelKey)) ?? null
    },
    async found(modelKey, isHashed, known) {
      ofThisRun.set(modelKey, known)
      if (!isHashed || file === null) return
      const map = await all()
      const key = keyOf(modelKey)
      const before = map.get(key)
      if (before?.strategy === known.strategy && before.runtime === known.runtime) return
      map.delete(key)
      map.set(key, known)
      for (const oldest of map.keys()) {
        if (map.size <= MOST_KEPT) break
        map.delete(oldest)
      }
      try {
        await mkdir(dirname(file), { recursive: true })
        const value = { format: FORMAT, known: Object.fromEntries(map) }
        await writeFileAtomically(file, `${JSON.stringify(value)}\n`, { overwrite: true })
      } catch {
        // A disk that is full or read-only costs a second of measuring at the next start.
        return
      }
    }
  }
}
