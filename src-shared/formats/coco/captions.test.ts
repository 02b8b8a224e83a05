import { expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { cocoCaptions } from './captions'
import { recogniseCoco } from './recognise'

const file = (annotation: object = {}): Record<string, string> => ({
  'captions.json': JSON.stringify({
    images: [{ id: 1, width: 640, height: 480, file_name: 'a.jpg' }],
    annotations: [{ id: 1, image_id: 1, caption: 'a 😀 mug', ...annotation }]
  })
})

testFormatLaws(cocoCaptions, { runs: 40 })
testDamagedFiles(cocoCaptions, [new Map(Object.entries(file()))])

test('a caption is the assistant’s, and nobody asked', async () => {
  const { items, said } = await readFiles(cocoCaptions, file())
  expect(items).toContainEqual(
    expect.objectContaining({ type: 'dialogue', turns: [expect.objectContaining({ role: 'assistant' })] })
  )
  expect(said).toEqual([])
})

test.each([
  ['another image', { image_id: 7 }, ['skip import/no-such-image']],
  ['no words', { caption: ' ' }, ['skip import/empty-caption']],
  ['words that are a number', { caption: 7 }, ['skip']]
])('%s', async (_, annotation, said) => {
  const read = await readFiles(cocoCaptions, file(annotation))
  expect(read.said.map((each, i) => (said[i]?.includes('/') === true ? each : each.split(' ')[0]))).toEqual(said)
  expect(read.items.some(({ type }) => type === 'dialogue')).toBe(false)
})

test('it is told from instances by what annotations hold', async () => {
  const of = (files: Record<string, string>) =>
    cocoCaptions.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))
  expect(await of(file())).toMatchObject({ score: 0.95, paths: ['captions.json'] })
  expect(await of(file({ bbox: [1, 2, 3, 4] }))).toBeNull()
  const coco = await recogniseCoco(memorySource({ files: new Map(Object.entries(file())) }))
  expect(coco?.score).toBeLessThan(0.95)
})
