import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Change } from '../../src-shared/document/transaction'
import { canonicalJson } from './canonical-json'
import { openProject } from './client'
import { connect } from './database'
import { removeTemporaryFolders, temporaryFolder } from './test-project'

afterAll(removeTemporaryFolders)

const hook = new URL('../../scripts/from-source.mjs', import.meta.url).href
const childArguments = (path: string, ...rest: readonly (string | number)[]): string[] => [
  '--import',
  hook,
  fileURLToPath(new URL('./crash-child.ts', import.meta.url)),
  path,
  ...rest.map(String)
]

interface Line {
  readonly opened?: readonly string[]
  readonly ack?: string
  readonly seq?: number
  readonly error?: string
  readonly closed?: true
}
interface Run {
  readonly lines: readonly Line[]
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** Runs a command; `killAfterMs` counts from the first acknowledged change. */
function run(command: string, args: readonly string[], killAfterMs: number | null = null): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let stderr = ''
    let timer: NodeJS.Timeout | null = null
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (killAfterMs !== null && !timer && out.includes('"ack"'))
        timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (_code, signal) => {
      if (timer) clearTimeout(timer)
      // The last line may be cut by the kill; then it was not acknowledged.
      const lines = out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line)
      resolve({ lines, signal, stderr })
    })
  })
}

const acknowledgements = (lines: readonly Line[]): readonly { ack: string; seq: number }[] =>
  lines.filter((line): line is { ack: string; seq: number } => line.ack !== undefined)

const startsMs: number[] = []

/** Opens after a kill and holds the file against the acknowledgements and against its own journal. */
async function expectSound(path: string, acknowledged: readonly { ack: string; seq: number }[]): Promise<void> {
  const startedMs = performance.now()
  const store = await openProject(path)
  startsMs.push(performance.now() - startedMs)
  expect(await store.check()).toEqual([])
  const stored = new Map<string, string>()
  for await (const document of store.documents('all')) {
    for (const record of [...document.regions, ...document.turns]) stored.set(record.id, canonicalJson(record))
  }
  await store.close()
  expect(readdirSync(join(path, '..')).sort()).toEqual(['crash.eyrie'])

  const database = connect(path, 'read')
  const journal = database.prepare('SELECT seq, transaction_id AS ack FROM journal ORDER BY seq').all() as {
    seq: number
    ack: string
  }[]
  const bySeq = new Map(journal.map((row) => [row.seq, row.ack]))
  for (const { ack, seq } of acknowledged) expect(bySeq.get(seq)).toBe(ack)
  expect(new Set(journal.map((row) => row.ack)).size).toBe(journal.length)
  expect(journal.map((row) => row.seq)).toEqual(journal.map((_, index) => index + 1))
  expect(stored).toEqual(replayed(database.prepare('SELECT * FROM journal ORDER BY seq').all() as JournalRow[]))
  database.close()
}

interface JournalRow {
  readonly seq: number
  readonly kind: 'edit' | 'undo' | 'redo'
  readonly target_seq: number | null
  readonly changes_json: string | null
}

/** The state that the journal describes, computed without any code of the store. */
function replayed(journal: readonly JournalRow[]): Map<string, string> {
  const changesOf = new Map(
    journal.filter((row) => row.kind === 'edit').map((row) => [row.seq, JSON.parse(row.changes_json ?? '') as Change[]])
  )
  const state = new Map<string, string>()
  for (const row of journal) {
    for (const change of changesOf.get(row.target_seq ?? row.seq) ?? []) {
      if (change.kind !== 'region' && change.kind !== 'turn') continue
      const record = row.kind === 'undo' ? change.before : change.after
      if (record) state.set(change.id, canonicalJson(record))
      else state.delete(change.id)
    }
  }
  return state
}

// A4 allows 3 s. The median, since other work on the machine may hold up a single start.
afterAll(() => {
  const median = startsMs.sort((a, b) => a - b)[startsMs.length >> 1]
  if (median !== undefined) expect(median).toBeLessThan(3_000)
})

describe('kill -9', () => {
  it('A4: at a random moment of labelling loses no acknowledged change, 15 times in a row', async () => {
    const path = join(temporaryFolder(), 'crash.eyrie')
    const acknowledged: { ack: string; seq: number }[] = []
    let killed = 0
    let closed = true
    for (let round = 0; round < 15; round += 1) {
      const args = childArguments(path, 100 + round, 100_000)
      const { lines, signal, stderr } = await run(process.execPath, args, Math.random() * 120)
      expect(stderr).toBe('')
      if (signal === 'SIGKILL') killed += 1
      acknowledged.push(...acknowledgements(lines))
      expect(lines[0]).toEqual({ opened: closed ? [] : ['store/recovered'] })
      // Every fifth time looked at closely; the others are reopened by the next child as they were left.
      closed = round % 5 === 4
      if (closed) await expectSound(path, acknowledged)
    }
    expect(killed).toBe(15)
    expect(acknowledged.length).toBeGreaterThan(100)
  }, 60_000)
})

/** Why strace cannot be used here; null when it can. */
function straceMissing(): string | null {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=pwrite64', 'true'], { stdio: 'pipe' })
    return null
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'strace failed'
  }
}
const missing = straceMissing()
if (missing !== null) console.log(`skipped, 4 tests of disk faults need strace: ${missing}`)

describe.skipIf(missing !== null)('disk faults made by strace', () => {
  const traced = (
    log: string,
    trace: string,
    inject: readonly string[],
    path: string,
    ...rest: readonly (string | number)[]
  ): Promise<Run> =>
    run('strace', [
      '-f',
      '-o',
      log,
      '-e',
      `trace=${trace}`,
      ...inject.flatMap((rule) => ['-e', `inject=${rule}`]),
      process.execPath,
      ...childArguments(path, ...rest)
    ])

  it('A2: syncs the disk at least once before each acknowledgement', async () => {
    const folder = temporaryFolder()
    const log = join(temporaryFolder(), 'trace')
    const { lines } = await traced(log, 'fsync,fdatasync,write', [], join(folder, 'crash.eyrie'), 5, 20)
    const events = readFileSync(log, 'utf8')
      .split('\n')
      .flatMap((line) => (/\bf(data)?sync\(/.test(line) ? ['sync'] : line.includes('{\\"ack\\"') ? ['ack'] : []))
    const between = events.join(' ').split('ack').slice(0, -1)
    expect(between.length).toBe(acknowledgements(lines).length)
    expect(between.length).toBeGreaterThan(10)
    for (const part of between) expect(part).toContain('sync')
  }, 30_000)

  it('A4: killed at the N-th write, from creation to close, loses no acknowledged change', async () => {
    const log = join(temporaryFolder(), 'trace')
    await traced(log, 'pwrite64', [], join(temporaryFolder(), 'crash.eyrie'), 3, 6)
    const writes = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('pwrite64(')).length
    expect(writes).toBeGreaterThan(30)
    // The long sweep takes every write: EYRIE_SWEEP=all.
    const points = process.env['EYRIE_SWEEP'] === 'all' ? writes : 6
    for (let point = 0; point < points; point += 1) {
      const when = 1 + Math.floor((point * (writes - 1)) / Math.max(points - 1, 1))
      const path = join(temporaryFolder(), 'crash.eyrie')
      const { lines } = await traced('/dev/null', 'pwrite64', [`pwrite64:signal=SIGKILL:when=${when}`], path, 3, 6)
      expect(
        lines.some((line) => line.closed),
        `write ${when} of ${writes}`
      ).toBe(false)
      if (!existsSync(path)) {
        // Killed while the file was made: the next start makes it, and what was left behind is gone.
        expect(acknowledgements(lines)).toEqual([])
        const store = await openProject(path, { create: { name: 'Crash', imageRoot: join(path, '..') } })
        await store.close()
      }
      await expectSound(path, acknowledgements(lines))
    }
  }, 600_000)

  it('B2: says so when a sync fails, and never calls that change saved before it is', async () => {
    const path = join(temporaryFolder(), 'crash.eyrie')
    const log = join(temporaryFolder(), 'trace')
    await traced(log, 'fsync,fdatasync', [], join(temporaryFolder(), 'crash.eyrie'), 3, 0, 'edits')
    const before = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /\bf(data)?sync\(/.test(line)).length
    // Some syncs of an open and close belong to the close; a few later is inside the edits.
    const when = before + 3
    const name = readFileSync(log, 'utf8').includes('fdatasync(') ? 'fdatasync' : 'fsync'
    const { lines } = await traced(
      '/dev/null',
      name,
      [`${name}:error=EIO:when=${when}..${when + 1}`],
      path,
      3,
      20,
      'edits'
    )
    expect(lines.filter((line) => line.error)).not.toEqual([])
    for (const line of lines) if (line.error) expect(line.error).toBe('store/io-error')
    expect(acknowledgements(lines)).toHaveLength(20)
    await expectSound(path, acknowledgements(lines))
  }, 30_000)

  it('B1: a full disk is named, loses nothing, and work goes on when there is room again', async () => {
    const path = join(temporaryFolder(), 'crash.eyrie')
    await run(process.execPath, childArguments(path, 3, 5, 'edits'))
    const { lines, stderr } = await traced(
      '/dev/null',
      'pwrite64',
      ['pwrite64:error=ENOSPC:when=40..42'],
      path,
      4,
      10,
      'edits'
    )
    expect(stderr).toBe('')
    expect(lines.filter((line) => line.error).map((line) => line.error)).toContain('store/disk-full')
    expect(acknowledgements(lines)).toHaveLength(10)
    await expectSound(path, acknowledgements(lines))
  }, 30_000)
})
