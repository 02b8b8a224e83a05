import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openProject } from './client'
import { assertNodeCanRunSqlite, assertSqliteIsSafe, connect } from './database'
import { migrations } from './migrations'
import { openForWriting } from './open-project'
import { latestVersion, versionOf } from './schema'
import { create, newProject, region, removeTemporaryFolders, temporaryFolder, transaction } from './test-project'
import { readHolder } from './writer-lock'

afterAll(removeTemporaryFolders)

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

async function makeProject(): Promise<{ path: string; imageId: string }> {
  const { store, path, images } = await newProject()
  const [imageId = ''] = images
  await store.apply(transaction('draw', imageId, create(region(imageId))))
  await store.close()
  return { path, imageId }
}
const original = makeProject()

/** A project of two images and one region in a folder of its own. */
async function closedProject(): Promise<{ path: string; imageId: string }> {
  const { path, imageId } = await original
  const copy = join(temporaryFolder(), basename(path))
  copyFileSync(path, copy)
  return { path: copy, imageId }
}

/** Changes the inside of a closed project, as a stranger would. */
function tamper(path: string, sql: string): void {
  const database = connect(path, 'write')
  database.unsafeMode(true)
  database.exec(sql)
  database.close()
}

async function expectRefused(path: string, code: string): Promise<void> {
  const before = existsSync(path) ? sha256(path) : null
  const files = readdirSync(dirname(path))
  await expect(openProject(path, { busyTimeoutMs: 50 })).rejects.toMatchObject({
    code,
    nextStep: expect.any(String) as string
  })
  expect(existsSync(path) ? sha256(path) : null).toBe(before)
  expect(readdirSync(dirname(path))).toEqual(files)
}

describe('opening', () => {
  it('A3: refuses Node and SQLite versions that crash or damage files', () => {
    expect(() => assertNodeCanRunSqlite('20.19.0')).toThrow(/Node 22 or later, this is 20.19.0/)
    expect(() => assertNodeCanRunSqlite('24.1.0')).not.toThrow()
    for (const version of ['3.51.2', '3.8.11', '2.99.99'])
      expect(() => assertSqliteIsSafe(version)).toThrow(/3.51.3 or later/)
    for (const version of ['3.51.3', '3.51.10', '3.54.1', '4.0.0'])
      expect(() => assertSqliteIsSafe(version)).not.toThrow()
  })

  it('B5: refuses zero-length, foreign, missing and newer files and leaves them byte-identical', async () => {
    const folder = temporaryFolder()
    const file = (name: string, content: string | Buffer): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    await expectRefused(file('empty.eyrie', ''), 'store/empty-file')
    await expect(
      openProject(join(folder, 'empty.eyrie'), { create: { name: 'x', imageRoot: folder } })
    ).rejects.toMatchObject({ code: 'store/empty-file' })
    await expectRefused(file('text.eyrie', 'hello '.repeat(100)), 'store/not-a-project')
    await expectRefused(file('short.eyrie', 'SQLite format 3\0'), 'store/not-a-project')
    await expectRefused(join(folder, 'none.eyrie'), 'store/not-found')
    await expectRefused(folder, 'store/not-a-file').catch((error: unknown) => {
      // A folder has no bytes to compare.
      if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    })
    const foreign = join(folder, 'foreign.eyrie')
    const other = connect(foreign, 'create')
    other.exec('CREATE TABLE t (a)')
    other.close()
    await expectRefused(foreign, 'store/not-a-project')
    const { path } = await closedProject()
    tamper(path, `PRAGMA user_version = ${latestVersion() + 1}`)
    await expectRefused(path, 'store/newer-version')
  })

  it('B4: a file that somebody took meanwhile keeps its format, and a format that cannot be brought up leaves no lock', async () => {
    const { path } = await closedProject()
    const request = { path, create: null, whenLocked: 'refuse', busyTimeoutMs: 50 } as const
    const state = (): { version: number; holder: string | undefined } => {
      const database = connect(path, 'read')
      try {
        return { version: versionOf(database), holder: readHolder(database)?.token }
      } finally {
        database.close()
      }
    }
    const later = { version: latestVersion() + 1, sql: 'CREATE TABLE later (a)' }
    const failing = { version: latestVersion() + 1, sql: 'INSERT INTO nowhere VALUES (1)' }
    const before = state().version
    await expect(openForWriting({ ...request, token: 'first' }, [...migrations, failing])).rejects.toThrow(/nowhere/)
    expect(state()).toEqual({ version: before, holder: undefined })
    const first = await openForWriting({ ...request, token: 'first' })
    await expect(openForWriting({ ...request, token: 'second' }, [...migrations, later])).rejects.toMatchObject({
      code: 'store/locked'
    })
    expect(state()).toEqual({ version: before, holder: 'first' })
    first.database.close()
  })

  it('B5: refuses truncated and damaged files and leaves them byte-identical', async () => {
    const { path } = await closedProject()
    const truncated = join(temporaryFolder(), 'truncated.eyrie')
    copyFileSync(path, truncated)
    truncateSync(truncated, statSync(path).size - 8192 * 3)
    await expectRefused(truncated, 'store/corrupt')
    const damaged = join(temporaryFolder(), 'damaged.eyrie')
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 8192 * 4, 8192 * 12)
    writeFileSync(damaged, bytes)
    await expectRefused(damaged, 'store/corrupt')
  })

  it('C2: refuses unknown triggers, views, tables and changed definitions', async () => {
    for (const sql of [
      "CREATE TRIGGER t AFTER INSERT ON region BEGIN UPDATE region SET phrase = 'x'; END",
      'CREATE VIEW v AS SELECT * FROM region',
      'CREATE TABLE extra (a)',
      'DROP INDEX region_by_image',
      'ALTER TABLE label ADD COLUMN extra TEXT'
    ]) {
      const { path } = await closedProject()
      tamper(path, sql)
      await expectRefused(path, 'store/unknown-schema')
    }
  })

  it('A9: leaves one file on close, which can be copied alone and has its images beside it', async () => {
    const { path } = await closedProject()
    expect(readdirSync(dirname(path))).toEqual([basename(path)])
    const moved = join(temporaryFolder(), 'moved.eyrie')
    copyFileSync(path, moved)
    const store = await openProject(moved)
    expect(await store.info()).toMatchObject({ counts: { regions: 1 } })
    expect(store.imageRoot).toBe(dirname(moved))
    await store.close()
  })

  it('refuses one of two openings at the same time, and knows the image folder under its real name', async () => {
    const folder = temporaryFolder()
    const link = join(temporaryFolder(), 'link')
    symlinkSync(folder, link)
    const path = join(link, 'new.eyrie')
    const create = { name: 'New', imageRoot: link }
    const results = await Promise.allSettled([openProject(path, { create }), openProject(path, { create })])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'store/locked' })
      else {
        expect(result.value.imageRoot).toBe(folder)
        await result.value.close()
      }
    }
    expect(readdirSync(folder)).toEqual(['new.eyrie'])
  })

  it('B4: refuses a second opening by this process and by another, naming the holder', async () => {
    const { store, path } = await newProject()
    await expect(openProject(path)).rejects.toMatchObject({
      code: 'store/locked',
      data: { pid: process.pid, ownProcess: true }
    })
    const other = join(dirname(path), 'link.eyrie')
    symlinkSync(path, other)
    await expect(openProject(other)).rejects.toMatchObject({ code: 'store/locked' })
    rmSync(other)
    await store.close()

    const holder = spawn(process.execPath, [
      '--import',
      new URL('../../scripts/from-source.mjs', import.meta.url).href,
      fileURLToPath(new URL('./crash-child.ts', import.meta.url)),
      path,
      '1',
      '100000'
    ])
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    // A stopped holder is alive: its lock holds.
    holder.kill('SIGSTOP')
    await expect(openProject(path, { busyTimeoutMs: 200 })).rejects.toMatchObject({
      code: 'store/locked',
      data: { pid: holder.pid }
    })
    const reader = await openProject(path, { whenLocked: 'read-only' })
    expect(reader.readOnlyReason).toContain(`process ${holder.pid}`)
    await expect(reader.undo()).rejects.toMatchObject({ code: 'store/read-only' })
    expect((await reader.info()).counts.images).toBe(2)
    await reader.close()
    holder.kill('SIGKILL')
    await new Promise((resolve) => holder.once('close', resolve))

    const after = await openProject(path)
    expect(after.openingNotices.map((notice) => notice.code)).toEqual(['store/recovered'])
    expect(await after.check()).toEqual([])
    await after.close()
    const clean = await openProject(path)
    expect(clean.openingNotices).toEqual([])
    await clean.close()
  })

  it('B4: a session whose project was taken over cannot write any more', async () => {
    const { store, path, images } = await newProject()
    const [imageId = ''] = images
    tamper(path, "UPDATE writer SET token = 'somebody else'")
    await expect(store.apply(transaction('draw', imageId, create(region(imageId))))).rejects.toMatchObject({
      code: 'store/lock-lost'
    })
    expect(await store.info()).toMatchObject({ lastSeq: 0 })
    await store.close()
  })

  it('B4: a project kept locked by another program gives a message after the set time', async () => {
    const { store, path, images } = await newProject(1, { busyTimeoutMs: 100 })
    const [imageId = ''] = images
    const other = connect(path, 'write')
    other.exec('BEGIN IMMEDIATE')
    const edit = transaction('draw', imageId, create(region(imageId)))
    await expect(store.apply(edit)).rejects.toMatchObject({ code: 'store/busy', data: { path } })
    other.exec('ROLLBACK')
    other.close()
    await expect(store.apply(edit)).resolves.toMatchObject({ seq: 1 })
    await store.close()
  })

  it('C1: connections distrust the schema, check cells, map no memory and sync fully', async () => {
    const { path } = await closedProject()
    const database = connect(path, 'write')
    const pragma = (name: string): unknown => database.pragma(name, { simple: true })
    expect([pragma('trusted_schema'), pragma('cell_size_check'), pragma('foreign_keys')]).toEqual([0, 1, 1])
    // Defensive: the schema table cannot be written even on request.
    database.pragma('writable_schema = ON')
    expect(() => database.exec("DELETE FROM sqlite_schema WHERE name = 'region'")).toThrow(/may not be modified/)
    database.close()
  })
})

/** Why `command` cannot be used here; null when it can. */
function cannot(command: string, ...args: readonly string[]): string | null {
  try {
    execFileSync(command, args, { stdio: 'pipe' })
    return null
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? `${command} failed`
  }
}

interface ReadOnlyReport {
  readonly reason: string
  readonly regions: number
  readonly edit: string
  readonly findings: number
}

/** Opens `path` in a process of its own, started through `prefix`, and tells what it found. */
function readThrough(prefix: readonly string[], path: string): ReadOnlyReport {
  const script = `
    const { openProject } = await import(${JSON.stringify(new URL('./client.ts', import.meta.url).href)})
    const store = await openProject(process.argv[1])
    const [{ image }] = (await store.listImages({ filter: 'all', offset: 0, limit: 1 })).items
    const changes = [{ kind: 'review', id: image.id, before: null, after: { id: image.id, done: true } }]
    const edit = await store
      .apply({ id: 'x', label: 'x', origin: 'human', imageId: image.id, createdAtMs: 1, changes })
      .then(() => 'saved', (error) => error.code)
    const { counts } = await store.info()
    console.log(JSON.stringify({ reason: store.readOnlyReason, regions: counts.regions, edit, findings: (await store.check()).length }))
    await store.close()`
  const hook = new URL('../../scripts/from-source.mjs', import.meta.url).href
  const [command = '', ...args] = [
    ...prefix,
    process.execPath,
    '--import',
    hook,
    '--input-type=module',
    '-e',
    script,
    path
  ]
  return JSON.parse(execFileSync(command, args).toString()) as ReadOnlyReport
}

const noMount = cannot('unshare', '-m', 'true')
if (noMount !== null) console.log(`skipped, 2 tests of read-only disks need unshare: ${noMount}`)

describe.skipIf(noMount !== null)('a project on a read-only disk', () => {
  const mounted = (folder: string): readonly string[] => {
    const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    return ['unshare', '-m', 'sh', '-c', script, 'sh', folder]
  }

  it('B3: opens for reading with the reason; edits say so', async () => {
    const { path } = await closedProject()
    const before = sha256(path)
    const report = readThrough(mounted(dirname(path)), path)
    expect(report).toMatchObject({ regions: 1, edit: 'store/read-only', findings: 0 })
    expect(report.reason).toContain('EROFS')
    expect(sha256(path)).toBe(before)
  })

  it('B3: reads a copy when the project was not closed, so that its last changes are there', async () => {
    const { path, imageId } = await closedProject()
    const open = await openProject(path)
    await open.apply(transaction('draw', imageId, create(region(imageId))))
    const folder = temporaryFolder()
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, join(folder, `left.eyrie${suffix}`))
    await open.close()
    const report = readThrough(mounted(folder), join(folder, 'left.eyrie'))
    expect(report).toMatchObject({ regions: 2, edit: 'store/read-only', findings: 0 })
    expect(report.reason).toContain('copy')
    expect(readdirSync(folder).sort()).toEqual(['left.eyrie', 'left.eyrie-wal'])
  })
})

// Root may write everything, so root becomes nobody for this one.
const isRoot = process.getuid?.() === 0
const asNobody = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
const noOtherUser = isRoot ? cannot('setpriv', ...asNobody.slice(1), process.execPath, '--version') : null
if (noOtherUser !== null) console.log(`skipped, 1 test of permissions needs setpriv: ${noOtherUser}`)

describe.skipIf(noOtherUser !== null)('a project that may not be written', () => {
  it('B3: opens for reading with the reason', async () => {
    const { path } = await closedProject()
    chmodSync(path, 0o444)
    chmodSync(dirname(path), 0o755)
    const report = readThrough(asNobody, path)
    expect(report).toMatchObject({ regions: 1, edit: 'store/read-only', findings: 0 })
    expect(report.reason).toContain('EACCES')
  })
})
