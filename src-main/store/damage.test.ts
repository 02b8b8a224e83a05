import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { RegionRecord } from '../../src-shared/document/records'
import { openProject } from './client'
import { connect } from './database'
import {
  change,
  create,
  dialogue,
  label,
  newProject,
  region,
  removeTemporaryFolders,
  temporaryFolder,
  transaction,
  turn
} from './test-project'

afterAll(removeTemporaryFolders)

interface ClosedProject {
  readonly path: string
  readonly images: readonly string[]
  readonly regions: readonly RegionRecord[]
}

/** Two images with three regions, a label and one turn. */
async function makeProject(): Promise<ClosedProject> {
  const { store, path, images } = await newProject()
  const [first = '', second = ''] = images
  const bird = label('bird')
  const talk = dialogue(first)
  const regions = [region(first, { labelId: bird.id }), region(first), region(second)] as const
  await store.apply(transaction('all', null, create(bird), ...regions.map(create), create(talk)))
  const words = turn(talk, 0, { children: [{ type: 'mention', regionIds: [regions[0].id] }] })
  await store.apply(transaction('talk', first, create(words)))
  await store.close()
  return { path, images, regions }
}
const original = makeProject()

/** A copy of that project, changed inside by `sql`. */
async function tampered(sql: string): Promise<ClosedProject> {
  const project = await original
  const path = join(temporaryFolder(), 'birds.eyrie')
  copyFileSync(project.path, path)
  const database = connect(path, 'write')
  database.pragma('ignore_check_constraints = ON')
  database.pragma('foreign_keys = OFF')
  database.exec(sql)
  database.close()
  return { ...project, path }
}

describe('damage inside label data', () => {
  it('C3: lists a row that is no record and keeps the rest usable', async () => {
    for (const [sql, words] of [
      ["UPDATE region SET state = 'perhaps' WHERE seq = 1", 'state is none of'],
      ['UPDATE region SET x0 = 9e999 WHERE seq = 1', 'not a finite number'],
      ["UPDATE region SET original_json = '{' WHERE seq = 1", 'not JSON'],
      ['UPDATE region SET created_at_ms = 9223372036854775807 WHERE seq = 1', 'createdAtMs is not a whole number'],
      ['UPDATE region SET confidence = -1 WHERE seq = 1', 'confidence is not between']
    ] as const) {
      const { path, images, regions } = await tampered(sql)
      const [first = '', second = ''] = images
      const store = await openProject(path)
      const document = await store.getDocument(first)
      expect(document.regions).toEqual([regions[1]])
      expect(document.damage).toMatchObject([{ code: 'store/damaged-row', severity: 'error' }])
      expect(document.damage?.[0]?.message).toContain(words)
      expect(await store.getDocument(second)).not.toHaveProperty('damage')
      const other = regions[1] as RegionRecord
      await store.apply(transaction('edit', first, change(other, { ...other, phrase: 'still editable' })))
      expect((await store.check()).map((finding) => finding.code)).toContain('store/damaged-row')
      await store.close()
    }
  })

  it('A10: finds a changed number that SQLite cannot see, at export and on demand', async () => {
    const { path, images } = await tampered('UPDATE region SET x0 = x0 + 1e-12 WHERE seq = 3')
    const store = await openProject(path)
    expect(await store.check()).toMatchObject([
      { code: 'store/checksum', message: expect.stringContaining('001.jpg') as string }
    ])
    const damaged: string[] = []
    for await (const document of store.documents('annotated')) if (document.damage) damaged.push(document.image.id)
    expect(damaged).toEqual([images[1]])
    await store.close()
  })

  it('A10: finds lost rows, wrong counts, wrong links and changed labels', async () => {
    for (const [sql, code] of [
      ['DELETE FROM region WHERE seq = 3', 'store/checksum'],
      ["UPDATE turn SET raw_text = 'x'", 'store/checksum'],
      ["UPDATE label SET colour = '#000000'", 'store/checksum'],
      ['UPDATE tally SET proposals = 7', 'store/counts'],
      ['UPDATE image SET least_confidence = 0.5', 'store/counts'],
      ["UPDATE link SET region_id = 'other'", 'store/links'],
      ['UPDATE region SET label_seq = 77 WHERE seq = 1', 'store/dangling-reference']
    ] as const) {
      const { path } = await tampered(sql)
      const store = await openProject(path)
      expect(
        (await store.check()).map((finding) => finding.code),
        sql
      ).toContain(code)
      await store.close()
    }
  })

  it('C3: says on opening that a label cannot be read, and shows a damaged image as a problem that leads to no file', async () => {
    const { path } = await tampered(
      "UPDATE label SET sort_order = 9e999; UPDATE image SET relative_path = '../../etc/passwd' WHERE seq = 1"
    )
    const store = await openProject(path)
    expect(store.openingNotices).toMatchObject([{ code: 'store/damaged-row' }])
    const { items } = await store.listImages({ filter: 'all', offset: 0, limit: 9 })
    expect(items[0]?.image).toMatchObject({ status: 'unreadable', relativePath: 'damaged-record-1' })
    expect(items[1]?.image).toMatchObject({ status: 'ok' })
    await store.close()
  })
})

describe('a backup', () => {
  it('A8: is a checked project of its own, made while edits go on, and never replaces a file', async () => {
    const { store, path, images } = await newProject()
    const [imageId = ''] = images
    await store.apply(transaction('draw', imageId, create(region(imageId))))
    const folder = temporaryFolder()
    const target = join(folder, 'birds backup.eyrie')
    const [report] = await Promise.all([
      store.backup(target),
      ...Array.from({ length: 20 }, () => store.apply(transaction('draw', imageId, create(region(imageId)))))
    ])
    expect(report).toMatchObject({ path: target, images: 2, sizeBytes: readFileSync(target).length })
    expect(report.regions).toBeGreaterThanOrEqual(1)
    expect(readdirSync(folder)).toEqual(['birds backup.eyrie'])
    await expect(store.backup(target)).rejects.toMatchObject({
      code: 'store/backup-failed',
      message: expect.stringContaining('exists') as string
    })
    await expect(store.backup(path)).rejects.toMatchObject({ code: 'store/backup-failed' })
    await expect(store.backup(join(folder, 'none', 'x.eyrie'))).rejects.toMatchObject({ code: 'store/backup-failed' })

    const copy = await openProject(target)
    expect(copy.openingNotices).toEqual([])
    expect(await copy.check()).toEqual([])
    expect((await copy.info()).counts.regions).toBe(report.regions)
    await copy.close()
    await store.close()
  })
})

describe('a worker that dies', () => {
  it('rejects what was pending, is replaced, and has lost nothing that was acknowledged', async () => {
    const { store: first, path, images } = await newProject()
    const [imageId = ''] = images
    await first.close()
    // The real worker, ended from inside when it is asked for the turns of the dialogue `die`.
    const worker = join(temporaryFolder(), 'worker.mjs')
    writeFileSync(
      worker,
      `import ${JSON.stringify(new URL('../../scripts/from-source.mjs', import.meta.url).href)}
       import { parentPort } from 'node:worker_threads'
       parentPort.on('message', ({ method, params }) => {
         if (method === 'getTurns' && params[0] === 'die') process.exit(7)
       })
       await import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)})`
    )
    const store = await openProject(path, { workerUrl: new URL(`file://${worker}`) })
    const edit = transaction('draw', imageId, create(region(imageId)))
    await store.apply(edit)
    const died = { code: 'store/worker-died' }
    const pending = [store.getTurns('die'), store.info(), store.history()]
    for (const result of await Promise.allSettled(pending))
      expect(result).toMatchObject({ status: 'rejected', reason: died })
    expect(await store.apply(edit)).toMatchObject({ seq: 1 })
    await store.apply(transaction('draw', imageId, create(region(imageId))))
    expect((await store.info()).counts.regions).toBe(2)

    for (let time = 0; time < 4; time += 1) await expect(store.getTurns('die')).rejects.toMatchObject(died)
    await expect(store.info()).rejects.toThrow(/times in a row/)
    await expect(store.close()).rejects.toMatchObject(died)
    const again = await openProject(path, { whenLocked: 'take-over' })
    expect((await again.info()).counts.regions).toBe(2)
    await again.close()
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(readdirSync(dirname(path))).toEqual(['birds.eyrie'])
  })
})
