import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImageDocument } from '../../src-shared/document/records'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { openProject } from './client'
import { applicationId, connect } from './database'
import { latestVersion, versionOf } from './schema'
import { create, region, removeTemporaryFolders, temporaryFolder, transaction } from './test-project'

afterAll(removeTemporaryFolders)

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
/** What the code of that format read from the file. */
const { documents, ...known } = JSON.parse(fixture('version-1.json')) as {
  readonly documents: readonly Omit<ImageDocument, 'relations'>[]
  readonly labels: unknown
  readonly history: unknown
}
/** Relations came later. */
const wanted: readonly ImageDocument[] = documents.map((document) => ({ ...document, relations: [] }))

function versionOneFile(more = ''): string {
  const path = join(temporaryFolder(), 'birds.eyrie')
  const database = connect(path, 'create')
  // Rows come before what they point at.
  database.pragma('foreign_keys = OFF')
  database.exec(fixture('version-1.sql') + more)
  database.pragma(`application_id = ${applicationId}`)
  database.pragma('user_version = 1')
  database.close()
  return path
}

describe('a project file of format 1', () => {
  it('is brought to the format of today without the loss of a record, a checksum or a step to redo', async () => {
    const path = versionOneFile()
    const store = await openProject(path)
    const read = await Promise.all(wanted.map(({ image }) => store.getDocument(image.id)))
    expect(read).toEqual(wanted)
    expect(read.flatMap(({ regions }) => regions)).toHaveLength(5)
    expect(await store.listLabels()).toEqual(known.labels)
    expect(await store.check()).toEqual([])
    expect(await store.history()).toEqual(known.history)
    await store.redo()
    const [, second = ''] = wanted.map(({ image }) => image.id)
    expect((await store.getDocument(second)).regions).toHaveLength(1)
    const drawn = region(second, {
      shape: { type: 'polyline', points: [normalizedPoint(0, 0), normalizedPoint(1, 1 / 3)] },
      attributes: { occluded: true }
    })
    await store.apply(transaction('draw', second, create(drawn)))
    await store.close()

    const database = connect(path, 'read')
    expect(versionOf(database)).toBe(latestVersion())
    database.close()
    const again = await openProject(path)
    expect((await again.getDocument(second)).regions).toContainEqual(drawn)
    expect(await again.check()).toEqual([])
    await again.close()
  })

  it.each([
    ['brought to the format of today', ''],
    ['only read', `INSERT INTO writer VALUES (1, 'other', 1, 'unknown', 'another-host', 'unknown', 0);`]
  ])('lists its least certain proposals first, %s', async (_, locked) => {
    const path = versionOneFile(`${locked}
      UPDATE region SET state = 'proposed', confidence = 1.0 / (1 + seq);
      UPDATE image SET proposal_count = (SELECT count(*) FROM region WHERE image_seq = image.seq);`)
    const store = await openProject(path, { whenLocked: 'read-only' })
    const { items } = await store.listImages({ filter: 'proposals', order: 'certainty', offset: 0, limit: 9 })
    const database = connect(path, 'read')
    const found = database
      .prepare('SELECT image.id, min(confidence) AS least FROM region JOIN image ON image.seq = image_seq GROUP BY 1')
      .all() as { id: string; least: number }[]
    database.close()
    expect(found.length).toBeGreaterThan(1)
    const byLeast = found.toSorted((a, b) => a.least - b.least)
    expect(items.map((item) => ({ id: item.image.id, least: item.leastConfidence }))).toEqual(byLeast)
    await store.close()
  })

  it('is read as it is while another program has it open', async () => {
    const other = `INSERT INTO writer VALUES (1, 'other', 1, 'unknown', 'another-host', 'unknown', 0);`
    const path = versionOneFile(other)
    const store = await openProject(path, { whenLocked: 'read-only' })
    const read = await Promise.all(wanted.map(({ image }) => store.getDocument(image.id)))
    expect(read).toEqual(wanted)
    expect(await store.check()).toEqual([])
    await store.close()
    const database = connect(path, 'read')
    expect(versionOf(database)).toBe(1)
    database.close()
  })
})
