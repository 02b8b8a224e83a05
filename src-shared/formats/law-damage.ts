/**
 * @file What holds for every reader however its files are damaged: it gives items and issues or rejects with an
 * `import/…` error, it ends, and nothing it gives is broken. For test files only. A format's test gives whole examples;
 * fuzz/ damages and judges them. `npm run fuzz` does it a million times.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Format } from './format'
import { fuzzTarget, inputOf, outcomeOf } from './fuzz/target'
import type { MemoryFileMap } from './law-projects'
import type { MemoryFiles } from './reading/memory-source'

/** On a slow computer that does other things too. */
const MOST_MS_A_RUN = 100
const RUNS = fc.readConfigureGlobal().numRuns ?? 10_000
const MOST_FAULTS = 3
const MOST_SHOWN = 2000

/** `examples`: whole files that the format reads without an issue, small ones. */
export function testDamagedFiles(
  format: Format,
  examples: readonly MemoryFileMap[],
  images: NonNullable<MemoryFiles['imageSizes']> = new Map()
): void {
  const target = fuzzTarget(
    format,
    examples.map((files) => ({ files, images }))
  )
  const seed = fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31

  describe(`laws of ${format.info.id}, damaged`, () => {
    test(
      'whatever happens to a file, reading it gives sound items or an import error',
      { timeout: Math.max(600_000, RUNS * MOST_MS_A_RUN) },
      async () => {
        const faults: string[] = []
        for (let index = 0; index < RUNS && faults.length < MOST_FAULTS; index++) {
          const input = inputOf(target, seed, index)
          const { fault } = await outcomeOf(format, input)
          if (fault === null) continue
          const files = [...input.files].map(([path, content]) => [path, String(content).slice(0, MOST_SHOWN)])
          faults.push(`seed ${seed}, input ${index}: ${fault}\n${JSON.stringify(files)}`)
        }
        expect(faults, faults.join('\n\n')).toEqual([])
      }
    )
  })
}
