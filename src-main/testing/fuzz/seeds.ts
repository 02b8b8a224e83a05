/**
 * @file Whole files to be damaged, for every importer: the examples of the corpus, as the tools of the field write them,
 * and what Eyrie itself writes of small projects with ugly names.
 */
import fc from 'fast-check'
import { shikra } from '../../../src-shared/dialects/shikra'
import type { Format } from '../../../src-shared/formats/format'
import type { FuzzSeed } from '../../../src-shared/formats/fuzz/target'
import { keepsWith } from '../../../src-shared/formats/keeps'
import { projects, sizesOf, writeToMemory } from '../../../src-shared/formats/law-projects'
import type { MemoryFileMap } from '../../../src-shared/formats/law-projects'
import { unpackShards } from '../../../src-shared/formats/webdataset/law-shards'
import { EXAMPLES } from '../malformed/corpus'
import { filesOf, IMAGES } from '../malformed/example'

const PROJECTS = 60
const MOST_WRITTEN = 8
/** A million inputs are read: small ones find as much as large ones, and sooner. */
const MOST_BYTES = 1_500
const SEED = 20_261_127

const bytesOf = (files: MemoryFileMap): number => [...files.values()].reduce((sum, { length }) => sum + length, 0)

/** What is in a shard are files of text beside the images. */
const asText = (files: MemoryFileMap): MemoryFileMap =>
  new Map([...files].map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))

async function written(format: Format): Promise<readonly FuzzSeed[]> {
  const { keeps } = format.info
  if (keeps === undefined) return []
  const seeds: FuzzSeed[] = []
  for (const project of fc.sample(projects(keepsWith(keeps, shikra)), { numRuns: PROJECTS, seed: SEED })) {
    const { files, summary } = await writeToMemory(format, project)
    const { regions, dialogues } = summary.counts
    const read = format.info.id === 'webdataset' ? asText(unpackShards(files)) : files
    // Parquet has a footer of some kilobytes whatever it holds.
    const isSmall = bytesOf(read) <= MOST_BYTES || [...read.values()].some((content) => typeof content !== 'string')
    if (regions + dialogues > 0 && isSmall) seeds.push({ files: read, images: sizesOf(project) })
    if (seeds.length === MOST_WRITTEN) break
  }
  return seeds
}

export async function seedsOf(format: Format): Promise<readonly FuzzSeed[]> {
  const examples = EXAMPLES.filter((example) => example.format === format.info.id)
  return [...examples.map((example) => ({ files: filesOf(example), images: IMAGES })), ...(await written(format))]
}
