/**
 * @file Every importer of the registry, by the registry: what it keeps comes back from ten exports and imports, and
 * damaged files of its own are read soundly. Each format's own test does more of it; here none can be forgotten.
 * `EYRIE_LAW_RUNS=1000` draws a thousand projects for each.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asmV2 } from '../dialects/asmv2'
import { qwen2Vl } from '../dialects/qwen-vl'
import type { FormatId } from './format'
import { fuzzTarget, inputOf, outcomeOf } from './fuzz/target'
import { captionWords } from './flickr30k/law-captions'
import { compare, contentOf, keepsOf, readFromMemory } from './law-kit'
import { exportOptions, projects, sizesOf, writeToMemory } from './law-projects'
import type { LawOptions } from './law-projects'
import { keepsWith } from './keeps'
import { FORMATS } from './registry'
import { documentsOf } from './round-trip/documents'
import { unpackShards } from './webdataset/law-shards'

/** Of formats whose text has a dialect of its own, and of archives; all others need none. */
const QWEN = ['llava-json', 'qwen-vl-json', 'qwen2-vl-json', 'llama-factory', 'openai-jsonl', 'prefix-suffix']
const OPTIONS: Readonly<Record<FormatId, LawOptions>> = {
  ...Object.fromEntries(QWEN.map((id) => [id, { export: { dialect: qwen2Vl } }])),
  'all-seeing': { export: { dialect: asmV2 } },
  'flickr30k-entities': { captionWords },
  webdataset: { unpack: unpackShards }
}
const PROJECTS = fc.readConfigureGlobal().numRuns ?? 4
const CYCLES = 10
const DAMAGED_SEEDS = 4
const DAMAGED = 100
/** On a slow computer that does other things too. */
const MOST_MS_A_PROJECT = 2_000

const IMPORTERS = FORMATS.filter(({ reader }) => reader !== undefined)

describe.each(IMPORTERS.map((format) => [format.info.id, format] as const))('%s', (id, format) => {
  const options = OPTIONS[id] ?? {}
  const keeps = keepsWith(keepsOf(format), exportOptions(options).dialect)

  test('ten exports and imports change nothing', { timeout: 60_000 + PROJECTS * MOST_MS_A_PROJECT }, async () => {
    await fc.assert(
      fc.asyncProperty(projects(keeps, options), async (project) => {
        const first = contentOf(project, options)
        let current = project
        let once: ReturnType<typeof compare> | null = null
        let content = first
        for (let cycle = 0; cycle < CYCLES; cycle++) {
          const { files } = await writeToMemory(format, current, options)
          content = await readFromMemory(format, files, current, options)
          once ??= compare(format, first, content, options)
          current = documentsOf(content)
        }
        expect(once?.differences).toEqual([])
        expect(compare(format, first, content, options).differences).toEqual([])
      }),
      { numRuns: PROJECTS }
    )
  })

  test('what it wrote, damaged, is read soundly or refused', async () => {
    const written = []
    for (const project of fc.sample(projects(keeps, options), { numRuns: DAMAGED_SEEDS, seed: 1 })) {
      const { files } = await writeToMemory(format, project, options)
      const read = options.unpack?.(files) ?? files
      if (read.size > 0) written.push({ files: read, images: sizesOf(project) })
    }
    const target = fuzzTarget(format, written)
    for (let index = 0; index < DAMAGED; index++) {
      const { fault } = await outcomeOf(format, inputOf(target, 1, index))
      expect(fault, `input ${index}`).toBeNull()
    }
  })
})
