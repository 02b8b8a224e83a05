import { cp, link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StoreProgress } from '../../src-shared/ipc/contract'
import type { ModelStoreRoom } from '../core/ports'
import { listCatalogue } from '../inference/repo/catalogue'
import { readEither } from '../inference/repo/add-model'
import { verifyModelFiles } from '../inference/repo/verify'
import { GraphBuilder } from '../inference/onnx/writer'
import { zipOf } from '../testing/zip'
import type { Packed } from '../testing/zip'
import { createModelStoreRoom } from './room'
import { TINY_MANIFEST, breakOff, sha256, startSource } from './testing'
import type { SourceFolder, TestSource } from './testing'
import { writeModelOfOthers } from '../inference/testing/model-of-others'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const MANIFEST = {
  ...TINY_MANIFEST,
  weights: [...TINY_MANIFEST.weights, { id: 'q4', types: { decoder_model_merged: 'q4' }, bytes: 1_000 }]
}

let dir = ''
let source: TestSource
let room: ModelStoreRoom
/** Files of a folder made elsewhere, without a card of ours. */
let files: Record<string, Buffer> = {}
const progress: StoreProgress[] = []
const at = (...names: string[]): string => join(dir, ...names)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-store-'))
  progress.length = 0
  files = await writeModelOfOthers(at('elsewhere', 'tiny'), { licence: 'mit' })
  await mkdir(at('manifests'))
  await known()
  open()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await room.close()
  await source?.close()
  await rm(dir, { recursive: true })
})

const known = (change: object = {}): Promise<void> =>
  writeFile(at('manifests', 'tiny.json'), JSON.stringify({ ...MANIFEST, ...change }))
function open(): void {
  room = createModelStoreRoom({
    storeDir: at('store'),
    places: [at('shipped'), at('store')],
    manifestsDir: at('manifests'),
    limits: { backOffMs: 1, idleMs: 10_000, firstByteMs: 10_000, tries: 3 },
    now: () => new Date(0)
  })
}
const serve = async (folder: Partial<SourceFolder> = {}): Promise<void> => {
  source = await startSource({ repository: 'someone/Tiny', files, commit: COMMIT, ...folder })
}
const wanted = { id: 'tiny', weights: 'fp32', isLicenceAccepted: false }
const survey = () => room.survey({ requestId: 's', ...wanted, from: source.url })
const get = (change: Partial<typeof wanted> = {}) =>
  room.get({ requestId: 'g', ...wanted, from: source.url, ...change }, (one) => void progress.push(one))
const store = async (): Promise<readonly string[]> =>
  (await readdir(at('store')).catch(() => [])).filter((name) => !name.startsWith('.'))
/** Of the file that is coming, as far as progress was told. */
function bytesOf(name: string): number {
  const first = progress.find(({ file }) => file?.endsWith(name) === true)
  const before = progress[progress.indexOf(first as StoreProgress) - 1]?.done ?? 0
  return first === undefined ? 0 : (progress.findLast(({ file }) => file?.endsWith(name) === true)?.done ?? 0) - before
}
const leftovers = async (): Promise<readonly string[]> => (await readdir(at('store')).catch(() => [])).sort()

describe('what is known', () => {
  test('is listed without asking anybody, with what there is room for', async () => {
    const view = await room.view()
    expect(view.known).toMatchObject([
      {
        id: 'tiny',
        licence: { name: 'MIT', terms: 'open', isConfirmed: false },
        isConfirmed: false,
        weights: [
          { id: 'fp32', bytes: null, modelId: 'tiny-fp32', isInstalled: false, partialBytes: 0 },
          { id: 'q4', bytes: 1_000 }
        ]
      }
    ])
    expect(view.room.freeDiskBytes).toBeGreaterThan(1e6)
    expect(view.room.freeMemoryBytes).toBeGreaterThan(1e6)
    expect(view.room.totalMemoryBytes).toBeGreaterThanOrEqual(view.room.freeMemoryBytes)
    expect(await leftovers()).toEqual([])
  })

  test('of a family that this version lacks is not offered', async () => {
    await known({ runs: { family: 'unheard-of' } })
    expect((await room.view()).known).toEqual([])
  })

  test.each(['http://example.com', 'ftp://x', 'https://a:b@example.com', 'https://169.254.169.254', 'example.com', ''])(
    'is not asked for at %j',
    async (from) => {
      await expect(room.get({ requestId: 'g', ...wanted, from }, () => undefined)).rejects.toMatchObject({
        code: 'model-store/bad-source'
      })
    }
  )
})

describe('a download', () => {
  test('is asked about first: bytes, licence, hosts, hashes; nothing is taken', async () => {
    await serve()
    const offer = await survey()
    const bytes = Object.values(files).reduce((sum, one) => sum + one.length, 0)
    expect(offer).toMatchObject({
      id: 'tiny-fp32',
      name: 'Tiny (fp32)',
      licence: { name: 'mit', terms: 'open', isConfirmed: true },
      bytes,
      haveBytes: 0,
      hosts: [new URL(source.url).host],
      revision: COMMIT,
      hashes: 'publisher',
      problem: null
    })
    expect(offer.memoryBytes).toBeLessThan(bytes)
    expect(source.fetched()).toEqual(['README.md'])
    expect(await leftovers()).toEqual([])
  })

  test('becomes a model that is listed and checked at each load, with its hashes and where it came from', async () => {
    await serve()
    const got = await get()
    expect(await store()).toEqual(['tiny-fp32'])
    expect(await leftovers()).toEqual(['tiny-fp32'])
    const card = JSON.parse(await readFile(at('store', 'tiny-fp32', 'eyrie.json'), 'utf8')) as Record<string, unknown>
    expect(card).toMatchObject({
      id: 'tiny-fp32',
      name: 'Tiny (fp32)',
      licence: 'mit',
      dialect: 'shikra',
      revision: COMMIT,
      origin: { kind: 'download', from: source.url, repository: 'someone/Tiny', hashes: 'compared with the publisher' }
    })
    const expected = Object.entries(files).map(([path, bytes]) => ({
      path,
      bytes: bytes.length,
      sha256: sha256(bytes)
    }))
    expect([...got.files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
      expected.sort((a, b) => (a.path < b.path ? -1 : 1))
    )
    expect((await listCatalogue([at('store')]))[0]?.summary).toMatchObject({
      id: 'tiny-fp32',
      state: 'ready',
      licence: 'mit'
    })
    await verifyModelFiles(await readEither(at('store', 'tiny-fp32')))
    await writeFile(at('store', 'tiny-fp32', 'tokenizer.json'), Buffer.alloc(files['tokenizer.json']?.length ?? 0, 32))
    await expect(verifyModelFiles(await readEither(at('store', 'tiny-fp32')))).rejects.toMatchObject({
      code: 'model/wrong-hash'
    })
    expect(progress.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1])).toEqual([
      'asking',
      'downloading',
      'checking'
    ])
    expect(progress.at(-1)).toMatchObject({ done: got.files.reduce((sum, { bytes }) => sum + bytes, 0) })
    expect((await room.view()).known[0]?.weights[0]).toMatchObject({ isInstalled: true, partialBytes: 0 })
    expect((await room.view()).removable).toEqual(['tiny-fp32'])
    await expect(get()).rejects.toMatchObject({ code: 'model/exists' })
  })

  test('works from a plain file server, which tells no list and no hashes; they are recorded', async () => {
    files['onnx/decoder_model_merged.onnx_data'] = Buffer.alloc(1_000, 1)
    await serve({ isPlain: true })
    expect(await survey()).toMatchObject({ hashes: 'recorded', notes: [expect.stringContaining('no list')] })
    await get()
    const card = JSON.parse(await readFile(at('store', 'tiny-fp32', 'eyrie.json'), 'utf8')) as Record<string, unknown>
    expect(card).toMatchObject({ origin: { hashes: 'recorded at this download' } })
    expect(await readdir(at('store', 'tiny-fp32', 'onnx'))).toContain('decoder_model_merged.onnx_data')
  })

  test('of a hub that keeps large files elsewhere takes sizes and hashes from its first answer', async () => {
    const isLarge = (path: string): boolean => path.includes('/resolve/') && path.endsWith('.onnx')
    await serve({
      isPlain: true,
      trouble: ({ method, path }, response) => {
        if (path.startsWith('/elsewhere/')) {
          const bytes = files[path.slice('/elsewhere/'.length)] ?? Buffer.alloc(0)
          // Signed for reading: asked for its head, it refuses.
          if (method === 'HEAD') response.writeHead(403).end()
          else response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
          return true
        }
        if (!isLarge(path)) return false
        const name = path.split('/').slice(-2).join('/')
        const bytes = files[name] ?? null
        if (bytes === null) return false
        response
          .writeHead(302, {
            location: `/elsewhere/${name}`,
            'x-repo-commit': COMMIT,
            'x-linked-size': bytes.length,
            'x-linked-etag': `"${sha256(bytes)}"`
          })
          .end()
        return true
      }
    })
    expect(await survey()).toMatchObject({ hashes: 'publisher' })
    expect(source.asked.some(({ path }) => path.startsWith('/elsewhere/'))).toBe(false)
    await get()
    expect(await store()).toEqual(['tiny-fp32'])
  })

  test('that was stopped goes on where it was, after a restart too', async () => {
    const decoder = files['onnx/decoder_model_merged.onnx'] ?? Buffer.alloc(0)
    const isDecoder = (path: string): boolean => path.endsWith('/decoder_model_merged.onnx')
    await serve({
      trouble: (asked, response, count) => {
        if (asked.method !== 'GET' || !isDecoder(asked.path) || count > 1) return false
        if (count === 0) breakOff(decoder, 5_000, asked, response, () => bytesOf('decoder_model_merged.onnx') >= 5_000)
        // The second try is answered by nobody: the person stops it.
        else room.cancel('g')
        return true
      }
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/cancelled' })
    expect(await store()).toEqual([])
    const partial = (await room.view()).known[0]?.weights[0]?.partialBytes ?? 0
    expect(partial).toBeGreaterThan(0)
    expect((await survey()).haveBytes).toBe(partial)
    await room.close()
    open()
    const before = source.fetched().length
    await get()
    const again = source.fetched().slice(before)
    // What was whole did not come again; the README is read for its licence.
    expect(again).not.toContain('config.json')
    expect(
      source.asked.flatMap(({ path, headers, method }) => (isDecoder(path) && method === 'GET' ? [headers.range] : []))
    ).toEqual([undefined, 'bytes=5000-', 'bytes=5000-'])
    expect(await store()).toEqual(['tiny-fp32'])
    expect(await leftovers()).toEqual(['tiny-fp32'])
  })

  test('of another version than what had come begins anew, and says so', async () => {
    await serve({
      trouble: ({ path, method }, response) =>
        method === 'GET' && path.endsWith('vision_encoder.onnx') && response.writeHead(404).end() !== null
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/missing-file' })
    await source.close()
    await serve({ commit: COMMIT.replace('0', 'f') })
    const got = await get()
    expect(got.notes).toEqual(['What had come before is not used: the publisher has another version now.'])
    expect(source.fetched()).toContain('config.json')
  })

  test('is not begun twice, by this program or another', async () => {
    await serve({
      trouble: ({ path, method }, response) => {
        if (method !== 'GET' || !path.endsWith('/config.json')) return false
        response.writeHead(200, { 'content-length': files['config.json']?.length ?? 0 }).write('{')
        return true
      }
    })
    const first = get()
    const second = createModelStoreRoom({ storeDir: at('store'), places: [], manifestsDir: at('manifests') })
    await vi.waitFor(() => expect(source.fetched()).toContain('config.json'))
    await expect(get()).rejects.toMatchObject({ code: 'model-store/busy' })
    await expect(second.get({ requestId: 'x', ...wanted, from: source.url }, () => undefined)).rejects.toMatchObject({
      code: 'model-store/busy'
    })
    expect(room.cancel('g')).toBe(true)
    await expect(first).rejects.toMatchObject({ code: 'model-store/cancelled' })
    // A program that died left its lock: nobody holds it.
    await writeFile(
      at('store', '.partial-tiny-fp32', 'lock'),
      JSON.stringify({ pid: 2 ** 30, started: '1', host: 'x', boot: '-' }).replace(
        '"x"',
        JSON.stringify((await import('node:os')).hostname())
      )
    )
    await source.close()
    await serve()
    await get()
    expect(await leftovers()).toEqual(['tiny-fp32'])
  })

  test('under a licence that is not free, or that nobody states, waits for the person', async () => {
    files['README.md'] = Buffer.from('---\nlicense: gemma\n---\n')
    await serve()
    await expect(get()).rejects.toMatchObject({ code: 'model-store/licence', data: { licence: 'gemma' } })
    expect(source.fetched().filter((path) => path.startsWith('onnx/'))).toEqual([])
    delete files['README.md']
    await known({ licence: { ...MANIFEST.licence, name: 'unknown', terms: 'unknown' } })
    const asked = source.asked.length
    await expect(get()).rejects.toMatchObject({ code: 'model-store/licence' })
    // Known before: nobody was asked.
    expect(source.asked.length).toBe(asked)
    await get({ isLicenceAccepted: true })
    expect(await store()).toEqual(['tiny-fp32'])
  })

  test('that cannot fit is refused with the figures, before its first byte', async () => {
    files['onnx/decoder_model_merged.onnx_data'] = Buffer.alloc(10)
    await serve({
      trouble: ({ path }, response) => {
        if (!path.includes('/tree/')) return false
        const list = Object.entries(files).map(([name, bytes]) => ({
          type: 'file',
          path: name,
          size: name.endsWith('_data') ? 9e14 : bytes.length
        }))
        response.writeHead(200).end(JSON.stringify(list))
        return true
      }
    })
    expect((await survey()).problem).toMatchObject({
      code: 'model-store/no-disk',
      message: expect.stringContaining('900000')
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/no-disk', data: { freeBytes: expect.any(Number) } })
    expect(source.fetched()).toEqual(['README.md', 'README.md'])
  })

  test('of which a part is missing is refused, and so is a size that nobody tells', async () => {
    await serve()
    await expect(
      room.get({ requestId: 'g', ...wanted, weights: 'q4', from: source.url }, () => undefined)
    ).rejects.toMatchObject({
      code: 'model-store/missing-file',
      message: expect.stringContaining('decoder_model_merged_q4')
    })
    await source.close()
    await serve({
      isPlain: true,
      trouble: ({ method, path }, response) => {
        if (method !== 'HEAD' || !path.endsWith('.onnx')) return false
        response.writeHead(200).end()
        return true
      }
    })
    await expect(survey()).rejects.toMatchObject({ code: 'model-store/no-size' })
    await source.close()
    await serve({ repository: 'someone/Else' })
    await expect(survey()).rejects.toMatchObject({ code: 'model-store/missing-file', data: { file: 'config.json' } })
  })

  test('G1-G3: names of a server never become paths, and only what a model needs is taken', async () => {
    const tricks = ['../../evil.json', '/etc/evil.json', 'onnx/../../x.onnx', 'setup.py', 'model.pkl', 'C:\\x.json']
    await serve({
      trouble: ({ path }, response) => {
        if (!path.includes('/tree/')) return false
        const all = [...Object.keys(files), ...tricks].map((name) => ({
          type: 'file',
          path: name,
          size: files[name]?.length ?? 5
        }))
        response.writeHead(200).end(JSON.stringify(all))
        return true
      }
    })
    const got = await get()
    expect(got.files.map(({ path }) => path).sort()).toEqual(Object.keys(files).sort())
    expect(await readdir(dir)).toEqual(expect.not.arrayContaining(['evil.json', 'x.onnx']))
  })

  test('G2: of graphs that read files elsewhere is refused, and nothing is in the store', async () => {
    const graph = new GraphBuilder('embed_tokens')
    graph.node(
      'Identity',
      [graph.float32Outside([4], { location: '../../../secret.bin', offset: 0, length: 16 })],
      {},
      'y'
    )
    graph.output('y', 'float32', [4])
    files['onnx/embed_tokens.onnx'] = Buffer.from(graph.toModel())
    await serve()
    await expect(get()).rejects.toMatchObject({ code: 'model/unsafe-reference' })
    expect(await store()).toEqual([])
  })

  test('whose bytes are not what its publisher says is refused', async () => {
    await serve({
      trouble: ({ path, method }, response) => {
        if (method !== 'GET' || !path.endsWith('vision_encoder.onnx')) return false
        const bytes = Buffer.alloc(files['onnx/vision_encoder.onnx']?.length ?? 0, 7)
        response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
        return true
      }
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/wrong-hash' })
    expect(await store()).toEqual([])
  })
})

describe('a folder or an archive of this computer', () => {
  const look = (path: string) => room.look({ requestId: 'l', path }, (one) => void progress.push(one))
  const packed = (prefix = ''): Packed[] =>
    Object.entries(files).map(([name, content]) => ({ name: `${prefix}${name}`, content }))
  const zip = async (entries: readonly Packed[]): Promise<string> => {
    await writeFile(at('my model.zip'), zipOf(entries))
    return at('my model.zip')
  }

  test('is copied and checked, shown, and then kept, with a card that holds its hashes', async () => {
    await writeFile(at('elsewhere', 'tiny', 'setup.py'), '')
    const { token, offer } = await look(at('elsewhere', 'tiny'))
    expect(offer).toMatchObject({
      id: 'tiny',
      licence: { name: 'mit', terms: 'open' },
      leftOut: ['setup.py'],
      hosts: []
    })
    expect(await store()).toEqual([])
    const added = await room.keep(token, false)
    expect(await leftovers()).toEqual(['tiny'])
    const card = JSON.parse(await readFile(at('store', 'tiny', 'eyrie.json'), 'utf8')) as { files: unknown[] }
    expect(card.files).toHaveLength(Object.keys(files).length)
    expect(added.files.map(({ path }) => path)).toContain('onnx/vision_encoder.onnx')
    await verifyModelFiles(await readEither(at('store', 'tiny')))
    await expect(room.keep(token, false)).rejects.toMatchObject({ code: 'model-store/not-staged' })
    await expect(look(at('elsewhere', 'tiny'))).rejects.toMatchObject({ code: 'model/exists' })
  })

  test.each(['', 'Some Model/'])('comes out of a zip archive with its files under %j', async (prefix) => {
    const { token, offer } = await look(await zip(packed(prefix)))
    expect(offer.id).toBe(prefix === '' ? 'my-model' : 'Some-Model')
    await room.keep(token, false)
    expect(await leftovers()).toEqual([offer.id])
    expect((await listCatalogue([at('store')]))[0]?.summary.state).toBe('ready')
    expect(progress.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['unpacking', 'copying']))
  })

  test.each([
    ['a name that leads out', [{ name: '../evil.json', content: '{}' }], 'import/archive'],
    ['an absolute name', [{ name: '/evil.json', content: '{}' }], 'import/archive'],
    ['a link', [{ name: 'onnx/x.onnx', content: '/etc/passwd', mode: 0o120777 }], 'import/archive-unsafe'],
    ['a name that is there twice', [{ name: 'a.json' }, { name: 'a.json' }], 'import/archive-unsafe'],
    ['a wrong checksum', [{ name: 'a.json', content: '{}', checksum: 1 }], 'import/archive'],
    ['a bomb', [{ name: 'onnx/x.onnx', content: Buffer.alloc(100_000_000) }], 'import/archive-too-large'],
    ['no model', [{ name: 'readme.txt', content: 'hello' }], 'model/no-folder'],
    ['nothing', [], 'model/no-folder']
  ] as const)('G1-G3: an archive with %s is refused and leaves nothing', async (_, entries, code) => {
    await expect(look(await zip(entries))).rejects.toMatchObject({ code })
    expect(await leftovers()).toEqual([])
  })

  test('G1: links in a folder are refused, whatever they are called', async () => {
    await writeFile(at('secret'), 'secret')
    await symlink(at('secret'), at('elsewhere', 'tiny', 'NOTICE'))
    await expect(look(at('elsewhere', 'tiny'))).rejects.toMatchObject({ code: 'model/not-a-file' })
    await rm(at('elsewhere', 'tiny', 'NOTICE'))
    await link(at('secret'), at('elsewhere', 'tiny', 'NOTICE'))
    await expect(look(at('elsewhere', 'tiny'))).rejects.toMatchObject({ code: 'model/linked-file' })
    await expect(look(at('nothing'))).rejects.toMatchObject({ code: 'model/no-folder' })
    await writeFile(at('note.txt'), 'no archive')
    await expect(look(at('note.txt'))).rejects.toMatchObject({ code: 'import/archive' })
    expect(await leftovers()).toEqual([])
  })

  test('is stopped at once and leaves nothing, while it is copied and while it is unpacked', async () => {
    const stopAt = (phase: StoreProgress['phase']) =>
      room.look({ requestId: 'l', path: phase === 'copying' ? at('elsewhere', 'tiny') : at('my model.zip') }, (one) => {
        if (one.phase === phase) room.cancel('l')
      })
    await expect(stopAt('copying')).rejects.toMatchObject({ code: 'model-store/cancelled' })
    await zip(packed())
    await expect(stopAt('unpacking')).rejects.toMatchObject({ code: 'model-store/cancelled' })
    expect(await leftovers()).toEqual([])
    expect(room.cancel('l')).toBe(false)
  })

  test('under a licence that restricts is kept only when the person may use it, and dropped when not', async () => {
    await writeFile(at('elsewhere', 'tiny', 'README.md'), '---\nlicense: cc-by-nc-4.0\n---\n')
    const { token, offer } = await look(at('elsewhere', 'tiny'))
    expect(offer.licence.terms).toBe('restricted')
    await expect(room.keep(token, false)).rejects.toMatchObject({ code: 'model-store/licence' })
    await room.drop(token)
    expect(await leftovers()).toEqual([])
    const again = await look(at('elsewhere', 'tiny'))
    await room.keep(again.token, true)
    expect(await leftovers()).toEqual(['tiny'])
  })

  test('that waits is dropped when the app ends', async () => {
    await look(at('elsewhere', 'tiny'))
    expect((await leftovers()).length).toBe(1)
    await room.close()
    expect(await leftovers()).toEqual([])
  })
})

describe('removing', () => {
  test('takes models of the store, whole or broken, and nothing that came with the app', async () => {
    await cp(at('elsewhere', 'tiny'), at('store', 'mine'), { recursive: true })
    await cp(at('elsewhere', 'tiny'), at('shipped', 'theirs'), { recursive: true })
    await rm(at('store', 'mine', 'config.json'))
    await room.remove('mine')
    expect(await leftovers()).toEqual([])
    await expect(room.remove('theirs')).rejects.toMatchObject({ code: 'model-store/ships' })
    await expect(room.remove('../shipped/theirs')).rejects.toMatchObject({ code: 'model/not-found' })
    expect(await readdir(at('shipped'))).toEqual(['theirs'])
  })

  test('forgets what has come of a download', async () => {
    await serve({
      trouble: ({ path, method }, response) =>
        method === 'GET' && path.endsWith('vision_encoder.onnx') && response.writeHead(404).end() !== null
    })
    await expect(get()).rejects.toMatchObject({ code: 'model-store/missing-file' })
    expect(await leftovers()).toEqual(['.partial-tiny-fp32'])
    await room.remove('tiny-fp32')
    expect(await leftovers()).toEqual([])
  })
})
