import { afterAll, expect, test } from 'vitest'
import { mention, text } from '../../src-shared/grounded/build'
import { change, create, dialogue, newProject, region, removeTemporaryFolders, transaction, turn } from './test-project'

afterAll(removeTemporaryFolders)

test('edits of an answer: of its words, of what it proposed, of what was drawn for it, undone ones too', async () => {
  const { store, images } = await newProject(1)
  const [imageId = ''] = images
  const about = dialogue(imageId)
  const ask = turn(about, 0)
  const answer = turn(about, 1, { provenance: { origin: 'model' }, children: [text('Here.')] })
  const proposed = region(imageId, { state: 'proposed', provenance: { origin: 'model', turnId: answer.id } })
  const at = async (atMs: number, origin: 'human' | 'model', ...changes: Parameters<typeof transaction>[2][]) =>
    store.apply({ ...transaction(`at ${atMs}`, imageId, ...changes), origin, createdAtMs: atMs })

  await at(100, 'human', create(about), create(ask))
  await at(150, 'model', create(answer), create(proposed))
  const accepted = { ...proposed, state: 'accepted' as const }
  await at(170, 'human', change(proposed, accepted))
  const drawn = region(imageId)
  await at(190, 'human', create(drawn))
  const unrelated = region(imageId)
  await at(200, 'human', create(unrelated))
  const linked = { ...answer, children: [text('Here '), mention(drawn.id)] }
  await at(230, 'human', change(answer, linked))
  await store.undo()

  const edits = await store.answerEdits()
  const undoneAtMs = edits.at(-1)?.atMs ?? 0
  expect(undoneAtMs).toBeGreaterThan(1e12)
  expect(edits).toEqual(
    [
      { atMs: 170, afterMs: 100 },
      { atMs: 190, afterMs: 170 },
      { atMs: 230, afterMs: 200 },
      { atMs: undoneAtMs, afterMs: 230 }
    ].map((edit) => ({ turnId: answer.id, ...edit, share: 1 }))
  )
  await store.close()
})

test('one edit of the regions of two answers is half of either', async () => {
  const { store, images } = await newProject(1)
  const [imageId = ''] = images
  const about = dialogue(imageId)
  const [first, second] = [turn(about, 1), turn(about, 3)]
  const regions = [first, second].map(({ id }) =>
    region(imageId, { state: 'proposed', provenance: { origin: 'model', turnId: id } })
  )
  await store.apply({ ...transaction('answers', imageId, ...regions.map(create)), origin: 'model' })
  await store.apply(transaction('accept', imageId, ...regions.map((one) => change(one, { ...one, state: 'accepted' }))))
  expect((await store.answerEdits()).map(({ turnId, share }) => [turnId, share])).toEqual([
    [first.id, 0.5],
    [second.id, 0.5]
  ])
  await store.close()
})
