import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoreView } from '../../src-shared/ipc/contract'
import { TINY_MANIFEST, startSource } from '../model-store/testing'
import type { TestSource } from '../model-store/testing'
import { writeModelOfOthers } from '../inference/testing/model-of-others'
import { writePicture } from '../testing/pictures'
import { zipOf } from '../testing/zip'
import { cliFolder } from '../testing/cli-folder'

let source: TestSource
const { at, eyrie } = cliFolder('models')

beforeAll(async () => {
  await writePicture(at('scans', 'a.jpg'), { width: 64, height: 48 })
  const files = await writeModelOfOthers(at('tiny'), { licence: 'gemma', hasEnd: true })
  source = await startSource({ repository: 'someone/Tiny', files })
  await writeFile(at('tiny.zip'), zipOf(Object.entries(files).map(([name, content]) => ({ name, content }))))
  await mkdir(at('models', 'manifests'), { recursive: true })
  const licence = { name: 'Gemma Terms of Use', terms: 'restricted', isConfirmed: false, source: 'a test' }
  await writeFile(at('models', 'manifests', 'tiny.json'), JSON.stringify({ ...TINY_MANIFEST, licence }))
})
afterAll(() => source.close())

test('models known lists what can be had and asks no server; models get asks, shows and waits for the licence', async () => {
  const known = await eyrie('models', 'known')
  expect(known).toMatchObject({ code: 0, out: 'tiny  shikra  Gemma Terms of Use (!)  fp32 ?  not confirmed\n' })
  expect(known.err).toContain('Nothing was asked of any server')
  expect(source.asked).toEqual([])

  const dry = await eyrie('models', 'get', 'tiny', '--from', source.url, '--dry-run', '--json')
  expect(JSON.parse(dry.out)).toMatchObject({ id: 'tiny-fp32', hashes: 'publisher', problem: null })
  expect(dry.err).toMatch(/licence: gemma, does NOT allow every use/)
  expect(dry.err).toMatch(/disk: [\d.]+ MB needed, [\d.]+ GB free/)
  expect(dry.err).toMatch(/memory: [\d.]+ MB at least for its weights/)
  expect(await eyrie('models', 'get', 'tiny', '--from', source.url)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('--licence-accepted')
  })
  expect(source.fetched().filter((path) => path.startsWith('onnx/'))).toEqual([])
})

test('models get brings a model that then answers, and models remove takes it away', { timeout: 120_000 }, async () => {
  const got = await eyrie('models', 'get', 'tiny', '--from', source.url, '--licence-accepted', '--json')
  expect(JSON.parse(got.out)).toMatchObject({ id: 'tiny-fp32', dir: at('data', 'models', 'tiny-fp32') })
  expect(JSON.parse((await eyrie('models', 'test', 'tiny-fp32', '--json')).out)).toMatchObject({ provider: 'cpu' })
  const view = JSON.parse((await eyrie('models', 'known', '--json')).out) as StoreView
  expect(view.removable).toEqual(['tiny-fp32'])
  expect(await eyrie('models', 'get', 'tiny', '--from', source.url, '--licence-accepted')).toMatchObject({ code: 1 })
  expect((await eyrie('models', 'remove', 'tiny-fp32')).code).toBe(0)
  expect(await readdir(at('data', 'models'))).toEqual([])
  expect(await eyrie('models', 'remove', 'tiny-fp32')).toMatchObject({ code: 1, out: '' })
})

test('models add takes a zip archive, and asks about a licence that restricts', async () => {
  const refused = await eyrie('models', 'add', at('tiny.zip'))
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('gemma') })
  expect(await readdir(at('data', 'models'))).toEqual([])
  const added = await eyrie('models', 'add', at('tiny.zip'), '--licence-accepted', '--json')
  expect(JSON.parse(added.out)).toMatchObject({ id: 'tiny', leftOut: [] })
  expect((await eyrie('models', 'list')).out).toMatch(/^tiny +ready/m)
})

test('models get says that there is no network, and what to do then', async () => {
  const { code, err } = await eyrie('models', 'get', 'tiny', '--from', 'http://127.0.0.1:9', '--licence-accepted')
  expect(code).toBe(1)
  expect(err).toMatch(/nothing answers at its port/)
  expect(err).toMatch(/add it from disk/)
  expect(await eyrie('models', 'get', 'nope')).toMatchObject({ code: 1, err: expect.stringContaining('tiny') })
  expect(await eyrie('models', 'get', 'tiny', '--dtype', 'q1')).toMatchObject({ code: 1 })
})

test(
  'models test compares how a model is run with its files, models probe says what it is made of',
  { timeout: 120_000 },
  async () => {
    const tested = JSON.parse((await eyrie('models', 'test', 'tiny', '--json')).out) as Record<string, unknown>
    expect(tested).toMatchObject({
      inspection: {
        provider: 'cpu',
        decoding: {
          strategy: expect.stringMatching(/split|delta|present-past/),
          reason: expect.stringContaining('largest difference')
        },
        selfTest: { allowed: 1e-4, passed: true }
      }
    })
    const probed = JSON.parse((await eyrie('models', 'probe', '--json')).out) as {
      providers: { name: string; works: boolean; detail: string }[]
      model: { id: string; graphs: object[]; memory: { beforeBytes: number; loadedBytes: number; peakBytes: number } }
    }
    expect(probed.providers.at(-1)).toMatchObject({ name: 'cpu', works: true })
    for (const { works, detail } of probed.providers) if (!works) expect(detail).not.toBe('')
    expect(probed.model).toMatchObject({
      id: 'tiny',
      selfTest: null,
      graphs: expect.arrayContaining([
        {
          name: 'decoder_model_merged',
          file: 'onnx/decoder_model_merged.onnx',
          weights: 'fp32',
          bytes: expect.any(Number),
          kind: 'concat',
          detail: 'Concat'
        }
      ])
    })
    const { beforeBytes, loadedBytes, peakBytes } = probed.model.memory
    expect(beforeBytes).toBeGreaterThan(1e7)
    expect(peakBytes).toBeGreaterThanOrEqual(Math.max(beforeBytes, loadedBytes))
    expect(await eyrie('models', 'probe', 'nope')).toMatchObject({ code: 1, out: '' })
  }
)

test('doctor says what the store holds, what is free, and which manifest is broken', { timeout: 120_000 }, async () => {
  await writeFile(at('models', 'manifests', 'torn.json'), '{')
  const told = JSON.parse((await eyrie('doctor', '--json')).out) as {
    ok: boolean
    findings: { name: string; state: string; detail: string }[]
  }
  expect(told.findings.find(({ name }) => name === 'model store')).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/^1 model added, 1 known model; .+ of disk and .+ free$/)
  })
  const torn = { name: 'models/manifests/torn.json', state: 'broken', detail: expect.any(String) as string }
  expect(told.findings).toContainEqual(torn)
  expect(told.ok).toBe(false)
})
