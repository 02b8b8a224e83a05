import { afterAll, afterEach, expect, test } from 'vitest'
import { text } from '../../src-shared/grounded/build'
import { parseParams } from '../../src-shared/ipc/schemas'
import type { AskResult } from '../../src-shared/ipc/contract'
import { streaming } from '../testing/scripted-inference'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
afterEach(() => t.remove())
afterAll(closeTestMedia)

const ask = (imageId: string): Promise<AskResult> =>
  t.core.handlers['dialogue.ask'](
    parseParams('dialogue.ask', {
      requestId: 'q',
      imageId,
      dialogueId: null,
      children: [text('What is here?')],
      modelId: null,
      form: null
    })
  )

test('proposals are listed in the order of the answer, whatever their ids', async () => {
  t = await createTestCore()
  await t.open()
  const [imageId = ''] = await t.imageIds()
  const words = Array.from({ length: 12 }, (_, i) => `thing${String.fromCharCode(97 + i)}`)
  t.inference.script = streaming(words.map((word, i) => `${word}[0.${100 + i},0.200,0.500,0.400]`).join(' '))
  await ask(imageId)
  const { regions } = await t.core.handlers['document.get']({ imageId })
  expect(regions.map(({ phrase }) => phrase)).toEqual(words)
})

test('an undo between the look at the question and the commit of the answer leaves neither', async () => {
  t = await createTestCore(['a.jpg'], '', (store) => ({
    ...store,
    async apply(transaction) {
      if (transaction.label === 'dialogue.answer') await store.undo()
      return store.apply(transaction)
    }
  }))
  await t.open()
  const [imageId = ''] = await t.imageIds()
  t.inference.script = streaming('a dog[0.100,0.200,0.300,0.400]')
  await expect(ask(imageId)).rejects.toMatchObject({ code: 'dialogue/answer-dropped' })
  expect(t.notices()).toEqual(['dialogue/answer-dropped'])
  expect(await t.core.handlers['document.get']({ imageId })).toMatchObject({ turns: [], regions: [], dialogues: [] })
})

test('nor is it left in a dialogue whose earlier turns are still there', async () => {
  let answers = 0
  t = await createTestCore(['a.jpg'], '', (store) => ({
    ...store,
    async apply(transaction) {
      if (transaction.label === 'dialogue.answer' && ++answers === 2) await store.undo()
      return store.apply(transaction)
    }
  }))
  await t.open()
  const [imageId = ''] = await t.imageIds()
  await ask(imageId)
  const { dialogues } = await t.core.handlers['document.get']({ imageId })
  const again = parseParams('dialogue.ask', {
    requestId: 'again',
    imageId,
    dialogueId: dialogues[0]?.id ?? '',
    children: [text('And?')],
    modelId: null,
    form: null
  })
  await expect(t.core.handlers['dialogue.ask'](again)).rejects.toMatchObject({ code: 'dialogue/answer-dropped' })
  const { turns } = await t.core.handlers['document.get']({ imageId })
  expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant'])
})
