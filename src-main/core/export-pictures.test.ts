import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { RegionRecord, TurnRecord } from '../../src-shared/document/records'
import type { ExportReport } from '../../src-shared/ipc/contract'
import { normalizedBox } from '../../src-shared/geometry/space'
import { phrase, text } from '../../src-shared/grounded/build'
import { unpackTar } from '../files/unpack-tar'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
afterEach(() => t.remove())
afterAll(closeTestMedia)

async function open(): Promise<string> {
  t = await createTestCore(['a.jpg', 'b.png', 'gone.jpg'])
  await t.open()
  const imageId = (await t.imageIds())[0] ?? ''
  const region: RegionRecord = {
    ...{ id: 'r', imageId, labelId: null, phrase: 'the dog', state: 'accepted', original: null, confidence: null },
    shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 0.4) },
    ...{ provenance: { origin: 'human' }, createdAtMs: 1 }
  }
  const caption: TurnRecord = {
    ...{ id: 't', dialogueId: 'd', imageId, order: 0, role: 'assistant', rawText: null, status: 'complete' },
    children: [phrase([text('The dog')], ['r']), text(' sleeps.')],
    ...{ statusReason: null, provenance: { origin: 'human' }, timings: null, createdAtMs: 1 }
  }
  const dialogue = { id: 'd', imageId, title: 'caption', createdAtMs: 1 }
  await t.core.handlers['document.apply']({
    transaction: {
      ...{ id: 'x', label: 'test', origin: 'human', imageId, createdAtMs: 1 },
      changes: [
        { kind: 'region', id: 'r', before: null, after: region },
        { kind: 'dialogue', id: 'd', before: null, after: dialogue },
        { kind: 'turn', id: 't', before: null, after: caption }
      ]
    }
  })
  return join(t.imagesDir, 'exports')
}
const run = (): Promise<ExportReport> =>
  t.core.handlers['export.run']({
    ...{ formats: ['webdataset'], folder: null, dialect: 'shikra', includeProposals: false, overwrite: false }
  })

test('shards hold the pictures byte for byte, what is said of them, and are certified by reading them back', async () => {
  const folder = await open()
  const { certificates, counts, files } = await run()
  expect(certificates).toMatchObject([
    { format: 'webdataset', isCertified: true, counts: { images: { out: 3, back: 3 }, turns: { out: 1, back: 1 } } }
  ])
  expect(counts).toMatchObject({ images: 3, regions: 1, dialogues: 1, records: 3 })
  expect(files.map(({ fileName }) => fileName)).toEqual(['shard-000000.tar', 'webdataset.manifest.json'])
  expect((await readdir(folder)).toSorted()).toEqual(['shard-000000.tar', 'webdataset.manifest.json'])

  const unpacked = join(t.folder, 'unpacked')
  await unpackTar(join(folder, 'shard-000000.tar'), unpacked, { name: 'shard' })
  expect((await readdir(unpacked)).toSorted()).toEqual([
    ...['000000000.jpg', '000000000.json', '000000000.txt'],
    ...['000000001.json', '000000001.png', '000000002.jpg', '000000002.json']
  ])
  for (const [entry, name] of [
    ['000000000.jpg', 'a.jpg'],
    ['000000001.png', 'b.png']
  ] as const)
    expect(await readFile(join(unpacked, entry))).toEqual(await readFile(join(t.imagesDir, name)))
  expect(await readFile(join(unpacked, '000000000.txt'), 'utf8')).toBe('The dog sleeps.')
  expect(JSON.parse(await readFile(join(unpacked, '000000000.json'), 'utf8'))).toMatchObject({
    ...{ image: 'a.jpg', width: 640, height: 480 },
    regions: [{ id: 'r', phrase: 'the dog', bbox: [64, 96, 192, 192] }]
  })
})

test('an image that is not there is left out and counted; the export stands', async () => {
  await open()
  await rm(join(t.imagesDir, 'gone.jpg'))
  const { skipped, certificates } = await run()
  expect(skipped).toEqual([{ reason: 'image-without-picture', count: 1 }])
  expect(certificates).toMatchObject([{ isCertified: true, counts: { images: { out: 3, back: 2 } } }])
})
