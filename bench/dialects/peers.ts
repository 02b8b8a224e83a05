/** @file Our readers against supervision's Python readers, on the same answers, round by round in turns. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Dialect } from '../../src-shared/dialects/dialect'
import { findDialect } from '../../src-shared/dialects/registry'
import { measured, taken } from '../lib/measure'
import type { Taken } from '../lib/measure'
import { seededRandom } from '../lib/random'
import type { BenchOptions, Row } from '../lib/row'
import { CONTEXT, shortAnswers } from './answers'

const ANSWERS = 100_000
const LEAST_RATIO = 10
/**
 * What of supervision is measured: `api` is what its users call, `Detections.from_vlm`, and must be ten
 * times slower; `function` is the parser inside of it alone, without its result, and is told beside it.
 */
type Entry = 'api' | 'function'
const ENTRIES = ['api', 'function'] as const
/** Name of the peer's reader, and our dialect. */
const READERS = [
  ['paligemma', 'paligemma'],
  ['florence-2', 'florence-2'],
  ['qwen2.5-vl', 'qwen2.5-vl'],
  ['qwen3-vl', 'qwen3-vl'],
  ['deepseek-vl2', 'deepseek-vl2'],
  ['gemini-2.0', 'gemini'],
  ['gemini-2.5', 'gemini'],
  ['moondream', 'moondream']
] as const

interface PeerRound {
  readonly wall_ms: number
  readonly cpu_ms: number
  readonly regions: number
  readonly raised: number
}
interface Peer {
  readonly versions: Readonly<Record<string, string>>
  round(): Promise<PeerRound>
  end(): void
}

/** A process that lives for all rounds; null when it has no supervision or is no Python. */
async function startPeer(python: string, entry: Entry, reader: string, path: string): Promise<Peer | null> {
  const script = join(import.meta.dirname, 'supervision_peer.py')
  const child = spawn(python, [script, entry, reader, path], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => child.stdout.destroy())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string | null> => {
    const { value, done } = await lines.next()
    return done === true ? null : (value as string)
  }
  const first = await next()
  if (first === null) return null
  return {
    versions: JSON.parse(first) as Record<string, string>,
    async round() {
      child.stdin.write('round\n')
      const line = await next()
      if (line === null) throw new Error(`expected an answer of the peer ${reader}`)
      return JSON.parse(line) as PeerRound
    },
    end: () => child.stdin.end()
  }
}

function readAll(dialect: Dialect, sources: readonly string[]): Taken & { readonly regions: number } {
  let regions = 0
  const time = taken(() => {
    for (const source of sources) regions += dialect.parse(source, CONTEXT).tree.regions.length
  })
  return { ...time, regions }
}

export async function measurePeers(
  options: BenchOptions
): Promise<{ rows: readonly Row[]; versions: Record<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-bench-'))
  const rows: Row[] = []
  const versions: Record<string, string> = {}
  try {
    for (const [reader, id] of READERS) {
      const dialect = findDialect(id)
      if (dialect === null) continue
      // Moondream's peer takes what JSON has loaded, so there the answer is JSON and nothing around it.
      const sources = shortAnswers(dialect, Math.ceil(ANSWERS * options.scale), seededRandom(42)).map((source) =>
        id === 'moondream' ? source.replace(/^```json\n|\n```$/g, '') : source
      )
      const path = join(folder, 'answers.jsonl')
      writeFileSync(path, sources.map((source) => `${JSON.stringify(source)}\n`).join(''))
      for (const entry of ENTRIES) {
        const peer = options.python === null ? null : await startPeer(options.python, entry, reader, path)
        rows.push(await compare(entry, reader, dialect, sources, peer, options))
        Object.assign(versions, peer?.versions ?? {})
        peer?.end()
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  return { rows, versions }
}

async function compare(
  entry: Entry,
  reader: string,
  dialect: Dialect,
  sources: readonly string[],
  peer: Peer | null,
  { rounds, scale }: BenchOptions
): Promise<Row> {
  const ours: Taken[] = []
  const theirs: Taken[] = []
  let found = { ours: 0, theirs: 0, raised: 0 }
  for (let round = 0; round < rounds; round++) {
    const mine = readAll(dialect, sources)
    ours.push(mine)
    const their = await peer?.round()
    if (their !== undefined) theirs.push({ wallMs: their.wall_ms, cpuMs: their.cpu_ms })
    found = { ours: mine.regions, theirs: their?.regions ?? 0, raised: their?.raised ?? 0 }
  }
  const [mine, their] = [measured(ours), theirs.length > 0 ? measured(theirs) : null]
  const ratio = their === null ? null : their.cpuMs / mine.cpuMs
  const same =
    found.ours === found.theirs ? `${found.ours} regions on both sides` : `regions ${found.ours}, peer ${found.theirs}`
  return {
    name: `${reader}: ${sources.length} answers, supervision's ${entry === 'api' ? 'Detections.from_vlm' : 'parser alone'}`,
    ours: mine,
    peer: their,
    ratio,
    threshold: entry === 'api' ? `${LEAST_RATIO}×` : null,
    pass: entry !== 'api' || ratio === null || scale < 1 ? null : ratio >= LEAST_RATIO,
    note:
      their === null
        ? `${found.ours} regions`
        : `${same}${found.raised > 0 ? `, peer raised ${found.raised} times` : ''}`
  }
}
