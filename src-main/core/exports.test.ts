import { createHash } from 'node:crypto'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors'
import type { RegionRecord } from '../../src-shared/document/records'
import { regionRecord } from '../../src-shared/document/testing'
import type { Change } from '../../src-shared/document/transaction'
import { normalizedBox } from '../../src-shared/geometry/space'
import { text } from '../../src-shared/grounded/build'
import type { ExportReport, Params } from '../../src-shared/ipc/contract'
import { writeTogether } from '../files/staged-files'
import type { StagedChunk } from '../files/staged-files'
import { streaming } from '../testing/scripted-inference'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
let imageId: string
beforeEach(async () => {
  t = await createTestCore(['a.jpg', 'b.jpg'])
  await t.open()
  imageId = (await t.imageIds())[0] ?? ''
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

const run = (params: Partial<Params<'export.run'>> = {}): Promise<ExportReport> =>
  t.core.handlers['export.run']({
    formats: ['coco-json'],
    folder: null,
    dialect: 'shikra',
    includeProposals: false,
    overwrite: false,
    ...params
  })
const region = (id: string, state: RegionRecord['state']): Change => ({
  kind: 'region',
  id,
  before: null,
  after: regionRecord(id, {
    imageId,
    shape: { type: 'box', box: normalizedBox(0.25, 0.5, 0.75, 1) },
    phrase: 'dog',
    state,
    provenance: { origin: state === 'proposed' ? 'model' : 'human' }
  })
})
const apply = (...changes: Change[]): Promise<unknown> =>
  t.core.handlers['document.apply']({
    transaction: { id: 't1', label: 'test', origin: 'human', imageId, changes, createdAtMs: 1 }
  })
const exportsDir = (): string => join(t.imagesDir, 'exports')

test('goes to exports/ beside the project, with the hash and size of what is on disk, and nothing temporary', async () => {
  await apply(region('r1', 'accepted'))
  const { files, counts } = await run()
  const [file] = files
  const bytes = await readFile(join(exportsDir(), file?.fileName ?? ''))
  expect(file).toMatchObject({
    displayPath: `~/scans/exports/${file?.fileName}`,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex')
  })
  expect(await readdir(exportsDir())).toEqual(['coco-json.manifest.json', file?.fileName])
  expect(counts).toMatchObject({ images: 2, regions: 1 })
  const coco = JSON.parse(bytes.toString()) as { annotations: { bbox: number[] }[] }
  expect(coco.annotations.map(({ bbox }) => bbox)).toEqual([[160, 240, 320, 240]])
})

test('what was exported is not found as input when the folder is looked at again', async () => {
  await apply(region('r1', 'accepted'))
  await run()
  expect((await t.core.handlers['project.rescan']({})).counts.images).toBe(2)
})

test('rejected regions never leave, proposals only when asked for', async () => {
  await apply(region('r1', 'accepted'), region('r2', 'proposed'), region('r3', 'rejected'))
  const without = await run()
  expect(without.counts.regions).toBe(1)
  expect(without.skipped).toEqual(
    expect.arrayContaining([
      { reason: 'region-proposed', count: 1 },
      { reason: 'region-rejected', count: 1 }
    ])
  )
  expect((await run({ includeProposals: true, overwrite: true })).counts.regions).toBe(2)
})

test('several formats at once count each thing once', async () => {
  t.inference.script = streaming('Yes.')
  await t.core.handlers['dialogue.ask']({
    requestId: 'q',
    imageId,
    dialogueId: null,
    children: [text('A dog?')],
    modelId: null,
    form: null
  })
  await apply(region('r1', 'accepted'))
  const report = await run({ formats: ['coco-json', 'llava-json', 'shikra-jsonl', 'coco-json'] })
  expect(new Set(report.files.map(({ fileName }) => fileName)).size).toBe(report.files.length)
  expect(report.counts).toMatchObject({ images: 2, regions: 1, dialogues: 1, turns: 2 })
  const llava = report.files.find(({ fileName }) => fileName.includes('llava'))?.fileName ?? ''
  expect(JSON.parse(await readFile(join(exportsDir(), llava), 'utf8'))).toMatchObject([{ image: 'a.jpg' }])
})

describe('files that are there', () => {
  test('stay as they are, and none of the others is written either', async () => {
    const { files } = await run()
    const path = join(exportsDir(), files[0]?.fileName ?? '')
    await rm(join(exportsDir(), 'coco-json.manifest.json'))
    await writeFile(path, 'mine')
    await expect(run({ formats: ['shikra-jsonl', 'llava-json', 'coco-json'] })).rejects.toMatchObject({
      code: 'export/exists',
      message: expect.stringContaining(files[0]?.fileName ?? ''),
      nextStep: expect.stringMatching(/another folder/)
    })
    expect(await readFile(path, 'utf8')).toBe('mine')
    expect(await readdir(exportsDir())).toHaveLength(1)
  })

  test('are replaced when told to', async () => {
    await run()
    await apply(region('r1', 'accepted'))
    expect((await run({ overwrite: true })).counts.regions).toBe(1)
  })
})

test('an unknown dialect or format is named with the known ones, and nothing is written', async () => {
  await expect(run({ dialect: 'klingon' })).rejects.toMatchObject({ code: 'dialect/unknown' })
  await expect(run({ formats: ['dxf' as never] })).rejects.toMatchObject({
    code: 'export/unknown-format',
    nextStep: /coco-json/
  })
  await expect(readdir(exportsDir())).rejects.toThrow('ENOENT')
})

describe('a split stream', () => {
  const write = (chunks: () => AsyncGenerator<StagedChunk>, overwrite = true): Promise<unknown> =>
    writeTogether(t.folder, chunks(), { overwrite })
  const names = async (): Promise<string[]> => (await readdir(t.folder)).filter((name) => /\.txt|tmp/.test(name)).sort()

  test('puts each chunk into its file, in order, however they are mixed', async () => {
    await write(async function* () {
      for (let i = 0; i < 1_000; i++) yield { fileName: i % 3 === 0 ? 'a.txt' : 'b.txt', text: `${i}\n` }
    })
    const lines = (await readFile(join(t.folder, 'b.txt'), 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(666)
    expect(lines.slice(0, 3)).toEqual(['1', '2', '4'])
  })

  test('that breaks leaves neither a new file nor a changed one', async () => {
    await writeFile(join(t.folder, 'a.txt'), 'old')
    const broken = write(async function* () {
      yield { fileName: 'a.txt', text: 'new' }
      yield { fileName: 'b.txt', text: 'new' }
      throw new AppError('export/changed', 'It changed.')
    })
    await expect(broken).rejects.toMatchObject({ code: 'export/changed' })
    expect(await names()).toEqual(['a.txt'])
    expect(await readFile(join(t.folder, 'a.txt'), 'utf8')).toBe('old')
  })

  test('that cannot be written ends with the reason instead of waiting for ever', async () => {
    await writeFile(join(t.folder, 'a.txt'), 'old')
    const refused = write(async function* () {
      for (;;) yield { fileName: 'a.txt', text: 'x'.repeat(1_000) }
    }, false)
    await expect(refused).rejects.toMatchObject({ code: 'file/exists' })
    expect(await names()).toEqual(['a.txt'])
  })
})
