import { afterAll, describe, expect, it } from 'vitest'
import type { RelationRecord } from '../../src-shared/document/records'
import { deleteRegion } from '../../src-shared/document/region-edits'
import { openProject } from './client'
import { connect } from './database'
import { change, create, newProject, region, remove, removeTemporaryFolders, transaction } from './test-project'

afterAll(removeTemporaryFolders)

async function rider() {
  const project = await newProject(2)
  const [imageId = '', otherId = ''] = project.images
  const [man, horse, elsewhere] = [region(imageId), region(imageId), region(otherId)]
  const riding: RelationRecord = {
    id: 'riding',
    imageId,
    subject: man.id,
    predicate: 'riding',
    object: horse.id,
    provenance: { origin: 'import', dialect: 'psg' },
    createdAtMs: 7
  }
  // The relation first: what it is about is put before it all the same.
  await project.store.apply(transaction('draw', imageId, create(riding), create(man), create(horse)))
  await project.store.apply(transaction('draw', otherId, create(elsewhere)))
  return { ...project, imageId, otherId, man, horse, elsewhere, riding }
}

describe('relations in a project', () => {
  it('are kept with their image, through a change, undo, redo and opening again', async () => {
    const { store, path, imageId, otherId, riding } = await rider()
    expect((await store.getDocument(imageId)).relations).toEqual([riding])
    expect((await store.getDocument(otherId)).relations).toEqual([])
    const renamed = { ...riding, predicate: 'sitting on' }
    await store.apply(transaction('rename', imageId, change(riding, renamed)))
    expect((await store.getDocument(imageId)).relations).toEqual([renamed])
    await store.undo()
    expect((await store.getDocument(imageId)).relations).toEqual([riding])
    await store.redo()
    await store.close()
    const again = await openProject(path)
    expect((await again.getDocument(imageId)).relations).toEqual([renamed])
    expect(await again.check()).toEqual([])
    await again.close()
  })

  it('go with a region and come back with it', async () => {
    const { store, imageId, man } = await rider()
    const before = await store.getDocument(imageId)
    const removal = deleteRegion(before, [man.id], { transactionId: 'away', nowMs: 9 })
    if (removal === null) throw new Error('expected a transaction')
    await store.apply(removal)
    expect(await store.getDocument(imageId)).toMatchObject({ relations: [], regions: [{}] })
    expect(await store.check()).toEqual([])
    await store.undo()
    expect(await store.getDocument(imageId)).toEqual(before)
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('hold on to their regions, and are about regions of one image', async () => {
    const { store, imageId, man, elsewhere, riding } = await rider()
    const dangling = { code: 'store/dangling-reference' }
    const lone = store.apply(transaction('remove', imageId, remove(man)))
    await expect(lone).rejects.toMatchObject(dangling)
    await expect(lone).rejects.toThrow(/still has relations/)
    for (const object of ['nowhere', elsewhere.id]) {
      const foreign = { ...riding, id: 'other', object }
      await expect(store.apply(transaction('say', imageId, create(foreign)))).rejects.toMatchObject(dangling)
    }
    const silent = { ...riding, id: 'other', predicate: '' }
    await expect(store.apply(transaction('say', imageId, create(silent)))).rejects.toThrow(/predicate is empty/)
    await store.close()
  })

  it('that were changed behind its back are found', async () => {
    const { store, path, imageId } = await rider()
    await store.close()
    const database = connect(path, 'write')
    database.exec("UPDATE relation SET predicate = 'eating'")
    database.close()
    const again = await openProject(path)
    expect((await again.check()).map(({ code }) => code)).toEqual(['store/checksum'])
    await again.close()
    const damaged = connect(path, 'write')
    damaged.exec("UPDATE relation SET predicate = ''")
    damaged.close()
    const third = await openProject(path)
    const { relations, damage } = await third.getDocument(imageId)
    expect(relations).toEqual([])
    expect(damage?.[0]?.message).toMatch(/relation riding .* predicate is empty/)
    await third.close()
  })
})
