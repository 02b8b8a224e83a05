import { appendFile, link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { GraphBuilder } from '../onnx/writer'
import { writeTinyModel } from '../testing/tiny-model'
import { addModel } from './add-model'
import { findModel, listCatalogue } from './catalogue'
import { readModelFolder } from './model-folder'
import { THREE_GRAPHS } from './graph-names'
import { verifyModelFiles } from './verify'
import { findGraphs } from './weights'

let dir = ''
const at = (...names: string[]): string => join(dir, ...names)
const place = (): string => at('models')
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-repo-'))
  await writeTinyModel(at('models', 'tiny'))
})
afterEach(() => rm(dir, { recursive: true }))

const list = async (): Promise<readonly ModelSummary[]> =>
  (await listCatalogue([place()])).map((entry) => entry.summary)
async function editJson(path: string, edit: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  edit(value)
  await writeFile(path, JSON.stringify(value))
}
const withoutFiles = (): Promise<void> => editJson(at('models', 'tiny', 'eyrie.json'), (card) => delete card['files'])

describe('the list of models', () => {
  it('tells what the card says and how large it is', async () => {
    const [tiny] = await list()
    expect(tiny).toMatchObject({
      id: 'tiny',
      dialect: 'shikra',
      space: 'original',
      examples: ['What is this?'],
      state: 'ready',
      problem: null
    })
    expect(tiny?.sizeBytes).toBeGreaterThan(100_000)
  })

  it('takes a calibration that was measured with these weights, and says so of any other', async () => {
    const card = JSON.parse(await readFile(at('models', 'tiny', 'eyrie.json'), 'utf8')) as {
      files: { path: string; sha256: string }[]
    }
    const decoder = card.files.find(({ path }) => path.includes('decoder'))?.sha256
    const curves = { confidence: { intercept: -1, slope: 0.5 }, spread: { own: 1, extent: 0.02 } }
    const write = (value: object): Promise<void> =>
      writeFile(at('models', 'tiny', 'calibration.json'), JSON.stringify(value))
    expect((await list())[0]).not.toHaveProperty('calibration')
    await write({ format: 1, decoder, ...curves, measured: {} })
    expect((await list())[0]?.calibration).toEqual(curves)
    await write({ format: 1, decoder: '0'.repeat(64), ...curves })
    expect((await list())[0]?.calibration).toBe('stale')
    await write({ format: 1, decoder, ...curves, spread: { own: -1, extent: 0 } })
    expect((await list())[0]?.problem).toMatchObject({
      code: 'model/bad-config',
      message: expect.stringContaining('own')
    })
  })

  it('is empty where there is no model store yet, and passes over other folders', async () => {
    await mkdir(at('models', 'train'))
    await writeFile(at('models', 'train', 'train.py'), '')
    expect((await list()).length).toBe(1)
    expect(await listCatalogue([at('nowhere')])).toEqual([])
  })

  it('lists a model with a missing graph as broken, naming the model, the file and the next step', async () => {
    await rm(at('models', 'tiny', 'onnx', 'embed_tokens.onnx'))
    const [tiny] = await list()
    expect(tiny?.state).toBe('broken')
    expect(tiny?.problem?.code).toBe('model/missing-file')
    expect(tiny?.problem?.message).toContain('tiny')
    expect(tiny?.problem?.message).toContain('onnx/embed_tokens.onnx')
    expect(tiny?.problem?.nextStep).not.toBe('')
    await expect(findModel([place()], 'tiny')).rejects.toMatchObject({ code: 'model/missing-file' })
  })

  it('lists a model with a cut file, a bad number or a missing card as broken with the reason', async () => {
    await appendFile(at('models', 'tiny', 'onnx', 'vision_encoder.onnx'), 'x')
    expect((await list())[0]?.problem).toMatchObject({
      code: 'model/wrong-size',
      message: expect.stringContaining('vision_encoder')
    })
    await withoutFiles()
    await editJson(at('models', 'tiny', 'config.json'), (config) => (config['head_dim'] = 'sixteen'))
    expect((await list())[0]?.problem).toMatchObject({
      code: 'model/bad-config',
      message: expect.stringContaining('head_dim')
    })
    await rm(at('models', 'tiny', 'config.json'))
    expect((await list())[0]?.problem).toMatchObject({
      code: 'model/missing-file',
      message: expect.stringContaining('config.json')
    })
  })

  it('reads a folder made elsewhere, which has no card, by its family and its README', async () => {
    await rm(at('models', 'tiny', 'eyrie.json'))
    await editJson(at('models', 'tiny', 'config.json'), (config) => (config['model_type'] = 'falconet'))
    await writeFile(at('models', 'tiny', 'README.md'), '---\nlicense: apache-2.0\n---\n# Tiny\n')
    expect((await list())[0]).toMatchObject({
      id: 'tiny',
      name: 'tiny',
      dialect: 'shikra',
      licence: 'apache-2.0',
      state: 'ready'
    })
    await editJson(at('models', 'tiny', 'config.json'), (config) => (config['model_type'] = 'unheard-of'))
    expect((await list())[0]?.problem).toMatchObject({
      code: 'model/unknown-family',
      message: expect.stringContaining('unheard-of')
    })
  })

  it('takes the most precise weights that fit into the memory, and what cannot shrink as it is', async () => {
    const onnx = (name: string): string => at('models', 'tiny', 'onnx', name)
    await writeFile(onnx('decoder_model_merged_q4.onnx'), Buffer.alloc(1_000))
    await writeFile(onnx('decoder_model_merged_fp16.onnx'), Buffer.alloc(3_000))
    await writeFile(onnx('decoder_model_merged.onnx_data'), Buffer.alloc(500_000))
    const types = async (memoryBytes: number): Promise<readonly (string | undefined)[]> => {
      const found = await findGraphs(at('models', 'tiny'), 'tiny', THREE_GRAPHS, memoryBytes)
      return THREE_GRAPHS.map((graph) => found.get(graph)?.type)
    }
    expect(await types(1e9)).toEqual(['fp32', 'fp32', 'fp32'])
    expect(await types(400_000)).toEqual(['fp32', 'fp32', 'q4'])
    expect(await types(1)).toEqual(['fp32', 'fp32', 'q4'])
  })

  it('keeps the first of two models with one id and lists the other as broken', async () => {
    await writeTinyModel(at('models', 'twin'))
    expect((await list()).map(({ id, state }) => [id, state])).toEqual([
      ['tiny', 'ready'],
      ['tiny~2', 'broken']
    ])
  })

  it('never makes a path of an id', async () => {
    for (const id of ['../models/tiny', 'models/tiny', '', '.', 'TINY\0']) {
      await expect(findModel([at('models')], id)).rejects.toMatchObject({ code: 'model/not-found' })
    }
    await editJson(at('models', 'tiny', 'eyrie.json'), (card) => (card['id'] = '../../x'))
    expect((await list())[0]).toMatchObject({ id: 'tiny', state: 'broken', problem: { code: 'model/bad-config' } })
  })
})

describe('checking files', () => {
  const check = async (): Promise<void> => verifyModelFiles(await readModelFolder(at('models', 'tiny')))

  it('finds a file of the right size and the wrong content', async () => {
    await check()
    const path = at('models', 'tiny', 'tokenizer.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"BPE"', '"BPF"'))
    await expect(check()).rejects.toMatchObject({ code: 'model/wrong-hash', data: { file: 'tokenizer.json' } })
  })

  it('G2: refuses weights outside the folder, links to them, and lengths beyond the file', async () => {
    await withoutFiles()
    const onnx = (name: string): string => at('models', 'tiny', 'onnx', name)
    const refer = async (location: string, length = 16): Promise<void> => {
      const graph = new GraphBuilder('embed_tokens')
      graph.node('Identity', [graph.float32Outside([4], { location, offset: 0, length })], {}, 'y')
      graph.output('y', 'float32', [4])
      await writeFile(onnx('embed_tokens.onnx'), graph.toModel())
    }
    await writeFile(at('secret.bin'), Buffer.alloc(16))
    await symlink(at('secret.bin'), onnx('link.bin'))
    await writeFile(onnx('linked.bin'), Buffer.alloc(16))
    await link(onnx('linked.bin'), at('other-name.bin'))
    await writeFile(onnx('good.onnx_data'), Buffer.alloc(16))
    for (const location of [
      '../../../secret.bin',
      at('secret.bin'),
      'link.bin',
      'linked.bin',
      'not-there.bin',
      'a\0b',
      ''
    ]) {
      await refer(location)
      await expect(check(), location).rejects.toMatchObject({ code: 'model/unsafe-reference' })
    }
    await refer('good.onnx_data', 17)
    await expect(check()).rejects.toMatchObject({
      code: 'model/unsafe-reference',
      message: expect.stringContaining('beyond its end')
    })
    await refer('good.onnx_data')
    await check()
  })
})

describe('addModel', () => {
  const store = (): string => at('store')

  it('G1: copies the files with their hashes, leaves out what it does not know, and lists the copy', async () => {
    await writeFile(at('models', 'tiny', 'setup.py'), 'print()')
    await writeFile(at('models', 'tiny', 'LICENSE'), 'Apache-2.0')
    const added = await addModel(at('models', 'tiny'), store(), [])
    expect(added.leftOut).toEqual(['setup.py'])
    expect(added.files.map((file) => file.path)).toContain('onnx/decoder_model_merged.onnx')
    expect(added.files.every((file) => /^[0-9a-f]{64}$/.test(file.sha256))).toBe(true)
    expect((await listCatalogue([store()]))[0]?.summary).toMatchObject({ id: 'tiny', state: 'ready' })
    await expect(addModel(at('models', 'tiny'), store(), [])).rejects.toMatchObject({ code: 'model/exists' })
  })

  it('G1: refuses links of both kinds and leaves nothing behind', async () => {
    await link(at('models', 'tiny', 'config.json'), at('elsewhere.json'))
    await expect(addModel(at('models', 'tiny'), store(), [])).rejects.toMatchObject({ code: 'model/linked-file' })
    await rm(at('elsewhere.json'))
    await symlink('/etc/hostname', at('models', 'tiny', 'NOTICE'))
    await expect(addModel(at('models', 'tiny'), store(), [])).rejects.toMatchObject({ code: 'model/not-a-file' })
    await rm(at('models', 'tiny', 'NOTICE'))
    await mkdir(store(), { recursive: true })
    await editJson(at('models', 'tiny', 'eyrie.json'), (card) => {
      const files = card['files'] as { sha256: string }[]
      if (files[0] !== undefined) files[0].sha256 = '0'.repeat(64)
    })
    await expect(addModel(at('models', 'tiny'), store(), [])).rejects.toMatchObject({ code: 'model/wrong-hash' })
    expect(await readdir(store())).toEqual([])
  })

  it('adds folders made elsewhere, of language models and of detectors', async () => {
    const fixtures = join(import.meta.dirname, '../../../models/export/fixtures')
    for (const name of ['llava', 'd-fine', 'ofa']) await addModel(join(fixtures, name), store(), [])
    const listed = (await listCatalogue([store()])).map(({ summary }) => summary)
    expect(listed.map(({ id, state, dialect }) => [id, state, dialect])).toEqual([
      ['d-fine', 'ready', 'json'],
      ['llava', 'ready', 'llava-1.5'],
      ['ofa', 'ready', 'ofa']
    ])
    expect(listed.map(({ dialectSettings }) => dialectSettings)).toEqual([undefined, undefined, { 'patch-size': 64 }])
  })

  it('says when there is no such folder', async () => {
    await expect(addModel(at('nothing'), store(), [])).rejects.toMatchObject({ code: 'model/no-folder' })
  })
})
