/** @file From the file into a project: what the importer takes for all of it. The peers of Python stand in rows of their own. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runEnvironment, runOptions } from '../../scripts/lib/run-options.mjs'
import { measured } from '../lib/measure'
import type { Taken } from '../lib/measure'
import type { BenchOptions, Row } from '../lib/row'
import type { CocoFile } from './synthetic-coco'

const run = promisify(execFile)

const MOST_MS = 10_000
const MOST_BYTES = 300e6

interface Imported extends Taken {
  readonly peakBytes: number
  readonly regions: number
  readonly skipped: number
  readonly projectBytes: number
}

async function importIt({ path, images }: CocoFile): Promise<Imported> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-bench-import-'))
  const script = join(import.meta.dirname, 'import-child.ts')
  const loader = join(import.meta.dirname, '../../scripts/from-source.mjs')
  const child = (...words: readonly string[]): Promise<{ readonly stdout: string }> =>
    run(process.execPath, [...runOptions, '--import', loader, script, ...words], {
      env: { ...runEnvironment, ...process.env }
    })
  try {
    await child('register', folder, String(images))
    return JSON.parse((await child('import', folder, path)).stdout) as Imported
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

export async function measureIntoProject(file: CocoFile, { rounds, scale }: BenchOptions): Promise<readonly Row[]> {
  const taken: Imported[] = []
  for (let round = 0; round < rounds; round++) taken.push(await importIt(file))
  for (const { regions, skipped } of taken) {
    if (regions !== file.annotations || skipped > 0)
      throw new Error(`expected ${file.annotations} regions, got ${regions}`)
  }
  const ours = measured(taken)
  const peak = Math.max(...taken.map(({ peakBytes }) => peakBytes))
  const isFull = scale === 1
  return [
    {
      name: 'into a project, journalled, hashed and synced',
      ours,
      peer: null,
      ratio: null,
      threshold: '≤ 10 s, ≤ 300 MB',
      pass: isFull ? ours.wallMs <= MOST_MS && peak <= MOST_BYTES : null,
      note: `peak ${mb(peak)}; the project has ${mb(taken[0]?.projectBytes ?? 0)}`
    }
  ]
}
