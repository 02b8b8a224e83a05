/**
 * @file The group `formats`: a file of the shape of instances_train2017 read by us, by JSON.parse and by every streaming
 * JSON reader of the field, each in a process of its own; and a file that JSON.parse refuses.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { measured } from '../lib/measure'
import type { BenchOptions, Group, Measured, Row } from '../lib/row'
import { measureIntoProject } from './into-project'
import type { ChildResult } from './read-child'
import { FULL_ANNOTATIONS, FULL_IMAGES, writeSyntheticCoco } from './synthetic-coco'
import type { CocoFile } from './synthetic-coco'

const run = promisify(execFile)

const MOST_TIME = 1.8
const MOST_MEMORY = 0.2
const LEAST_RATIO = 2.5
const STREAMING = ['stream-json', '@streamparser/json', 'clarinet'] as const
const PYTHON = ['pycocotools', 'datumaro'] as const
/** So much more makes a file that JSON.parse refuses: strings end at 2^29 - 24 units. */
const HUGE = 2.3

interface Side {
  readonly rounds: Omit<ChildResult, 'numbers' | 'widths'>[]
}
const timeOf = ({ rounds }: Side): Measured => measured(rounds)
const peakOf = ({ rounds }: Side): number => Math.max(...rounds.map(({ peakBytes }) => peakBytes))
const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

async function readIn(reader: string, path: string): Promise<ChildResult> {
  const script = join(import.meta.dirname, 'read-child.ts')
  const loader = join(import.meta.dirname, '../../scripts/from-source.mjs')
  const { stdout } = await run(process.execPath, ['--import', loader, script, reader, path])
  return JSON.parse(stdout) as ChildResult
}

/** null: not installed there. */
async function readInPython(
  python: string,
  reader: string,
  path: string
): Promise<(ChildResult & { version: string }) | null> {
  const { stdout } = await run(python, [join(import.meta.dirname, 'coco_peer.py'), reader, path])
  return JSON.parse(stdout) as (ChildResult & { version: string }) | null
}

function sameSums(reader: string, ours: ChildResult, theirs: ChildResult): void {
  const isSame =
    ours.annotations === theirs.annotations &&
    ours.numbers === theirs.numbers &&
    Math.abs(ours.widths - theirs.widths) < 1e-3
  if (!isSame) throw new Error(`expected ${reader} to read what we read`)
}

/** All readers take turns, so that what else the machine does falls on all of them. */
async function rounds(file: CocoFile, count: number): Promise<ReadonlyMap<string, Side>> {
  const sides = new Map<string, Side>(['eyrie', 'JSON.parse', ...STREAMING].map((name) => [name, { rounds: [] }]))
  for (let round = 0; round < count; round++) {
    let ours: ChildResult | null = null
    for (const [name, side] of sides) {
      const result = await readIn(name, file.path)
      ours ??= result
      sameSums(name, ours, result)
      side.rounds.push(result)
    }
  }
  return sides
}

const need = (sides: ReadonlyMap<string, Side>, name: string): Side => {
  const side = sides.get(name)
  if (side === undefined) throw new Error(`expected rounds of ${name}`)
  return side
}

function engineRow(sides: ReadonlyMap<string, Side>, isFull: boolean): Row {
  const [ours, peer] = [need(sides, 'eyrie'), need(sides, 'JSON.parse')]
  const time = timeOf(ours).cpuMs / timeOf(peer).cpuMs
  const memory = peakOf(ours) / peakOf(peer)
  return {
    name: 'every annotation, JSON.parse',
    ours: timeOf(ours),
    peer: timeOf(peer),
    ratio: 1 / time,
    threshold: `≥ ${(1 / MOST_TIME).toFixed(2)}×, memory ≤ ${MOST_MEMORY}×`,
    pass: isFull ? time <= MOST_TIME && memory <= MOST_MEMORY : null,
    note: `${time.toFixed(2)}× the time; peak ${mb(peakOf(ours))} against ${mb(peakOf(peer))}, ${memory.toFixed(2)}×`
  }
}

const streamingRow = (sides: ReadonlyMap<string, Side>, name: string, isFull: boolean): Row => {
  const [ours, peer] = [need(sides, 'eyrie'), need(sides, name)]
  const ratio = timeOf(peer).cpuMs / timeOf(ours).cpuMs
  return {
    name: `every annotation, ${name}`,
    ours: timeOf(ours),
    peer: timeOf(peer),
    ratio,
    threshold: `≥ ${LEAST_RATIO}×`,
    pass: isFull ? ratio >= LEAST_RATIO : null,
    note: `peak ${mb(peakOf(ours))} against ${mb(peakOf(peer))}`
  }
}

async function pythonRows(
  file: CocoFile,
  ours: Side,
  options: BenchOptions
): Promise<{ readonly rows: readonly Row[]; readonly versions: Readonly<Record<string, string>> }> {
  const rows: Row[] = []
  const versions: Record<string, string> = {}
  for (const name of PYTHON) {
    const peer: Side = { rounds: [] }
    for (let round = 0; options.python !== null && round < options.rounds; round++) {
      const result = await readInPython(options.python, name, file.path)
      if (result === null) break
      if (result.annotations !== file.annotations) throw new Error(`expected ${name} to read every annotation`)
      versions[name] = result.version
      peer.rounds.push(result)
    }
    const isMeasured = peer.rounds.length > 0
    rows.push({
      name: `every annotation, ${name} with its index`,
      ours: timeOf(ours),
      peer: isMeasured ? timeOf(peer) : null,
      ratio: isMeasured ? timeOf(peer).cpuMs / timeOf(ours).cpuMs : null,
      threshold: null,
      pass: null,
      ...(isMeasured ? { note: `peak ${mb(peakOf(ours))} against ${mb(peakOf(peer))}` } : {})
    })
  }
  return { rows, versions }
}

async function hugeRow(folder: string): Promise<Row> {
  const amount = { images: FULL_IMAGES, annotations: Math.round(FULL_ANNOTATIONS * HUGE) }
  const file = await writeSyntheticCoco(join(folder, 'huge.json'), amount)
  const refusal = await readFile(file.path, 'utf8').then(
    () => null,
    (error: unknown) => (error as Error).message
  )
  const ours: Side = { rounds: [await readIn('eyrie', file.path)] }
  const annotations = ours.rounds[0]?.annotations
  return {
    name: `${mb(file.sizeBytes)}, ${file.annotations} annotations`,
    ours: timeOf(ours),
    peer: null,
    ratio: null,
    threshold: 'is read; JSON.parse refuses it',
    pass: annotations === file.annotations && refusal !== null,
    note: `peak ${mb(peakOf(ours))}; its text as a string: ${refusal ?? 'not refused'}`
  }
}

export async function measure(options: BenchOptions): Promise<Group> {
  const { scale } = options
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-bench-'))
  try {
    const amount = { images: Math.ceil(FULL_IMAGES * scale), annotations: Math.ceil(FULL_ANNOTATIONS * scale) }
    // The folders are those that datumaro asks for.
    for (const name of ['annotations', 'images']) await mkdir(join(folder, name))
    const file = await writeSyntheticCoco(join(folder, 'annotations', 'instances_train2017.json'), amount)
    const sides = await rounds(file, options.rounds)
    const python = await pythonRows(file, need(sides, 'eyrie'), options)
    const rows = [
      engineRow(sides, scale === 1),
      ...STREAMING.map((name) => streamingRow(sides, name, scale === 1)),
      ...python.rows,
      ...(await measureIntoProject(file, options)),
      ...(scale === 1 ? [await hugeRow(folder)] : [])
    ]
    const versions = {
      ...python.versions,
      file: `${file.images} images, ${file.annotations} annotations, ${file.sizeBytes} bytes`
    }
    return { rows, versions }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
