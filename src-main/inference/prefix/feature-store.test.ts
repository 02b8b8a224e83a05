/** @file Features of pictures over restarts: what comes back is what was kept, or nothing. */
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writePicture } from '../../testing/pictures'
import { answerQuestion } from '../decode/answer'
import { DEFAULT_STOP_LIMITS } from '../decode/stop-rules'
import { openModel } from '../open-model'
import type { OpenModel } from '../open-model'
import { readModelFolder } from '../repo/model-folder'
import { visionIdentity } from '../repo/vision-identity'
import { loadRuntime } from '../runtime'
import { writeTinyModel } from '../testing/tiny-model'
import type { SeenPicture } from './feature-cache'
import { createFeatureStore } from './feature-store'
import { createMemory } from './memory'

let dir = ''
const at = (name: string): string => join(dir, name)
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-features-'))
})
beforeEach(() => rm(at('store'), { recursive: true, force: true }))
afterAll(() => rm(dir, { recursive: true }))

const seen = (rows: number, first = 1): SeenPicture => ({
  picture: {
    block: [{ text: '<row>' }, { features: rows }],
    grid: { offsets: [Int32Array.of(0, 1), Int32Array.of(2, 3)], span: 4 }
  },
  features: Float32Array.from({ length: rows * 4 }, (_, i) => first + i / 7),
  proposals: () => [[1, 2], [3]]
})
const plain = (found: SeenPicture | null) => found && { ...found, proposals: found.proposals() }
const files = async (): Promise<readonly string[]> =>
  (await readdir(at('store')).catch(() => [])).filter((name) => name.endsWith('.features'))

describe('features on disk', () => {
  it('come back as they were, in another process as well, and only under their own key', async () => {
    await createFeatureStore(at('store'), 1e6).write('a', seen(5))
    const later = createFeatureStore(at('store'), 1e6)
    expect(plain(await later.read('a'))).toEqual(plain(seen(5)))
    expect(await later.read('b')).toBeNull()
    expect(await files()).toHaveLength(1)
  })

  it('are made anew when a single bit of the file is another, wherever it is, or the file ends early', async () => {
    const store = createFeatureStore(at('store'), 1e6)
    await store.write('a', seen(5))
    const [name = ''] = await files()
    const whole = await readFile(join(at('store'), name))
    for (let place = 0; place < whole.length; place += 13) {
      const hurt = Buffer.from(whole)
      hurt[place] = (hurt[place] ?? 0) ^ (1 << (place % 8))
      await writeFile(join(at('store'), name), hurt)
      expect(await store.read('a'), `byte ${place}`).toBeNull()
      expect(await files(), 'a damaged file is removed').toEqual([])
    }
    for (const length of [0, 7, 43, 44, 60, whole.length - 1]) {
      await writeFile(join(at('store'), name), whole.subarray(0, length))
      expect(await store.read('a'), `${length} bytes`).toBeNull()
    }
    // Another picture's file in its place is not taken for it.
    await store.write('b', seen(5, 9))
    const [other = ''] = await files()
    await writeFile(join(at('store'), name), await readFile(join(at('store'), other)))
    expect(await store.read('a')).toBeNull()
    expect(plain(await store.read('b'))).toEqual(plain(seen(5, 9)))
  })

  it('give way to newer ones within their bytes, those used longest ago first; one that is larger is not kept', async () => {
    const first = createFeatureStore(at('store'), 1e6)
    for (const key of ['a', 'b', 'c']) await first.write(key, seen(100))
    const [name = ''] = await files()
    const { size } = await stat(join(at('store'), name))
    const old = new Date(Date.now() - 100_000)
    for (const file of await files()) await utimes(join(at('store'), file), old, old)
    // Used just now.
    expect(await first.read('b')).not.toBeNull()
    await createFeatureStore(at('store'), size * 2.5).write('d', seen(100))
    expect([await first.read('a'), await first.read('c')]).toEqual([null, null])
    expect([plain(await first.read('b')), plain(await first.read('d'))]).toEqual([plain(seen(100)), plain(seen(100))])
    await createFeatureStore(at('store'), 10).write('e', seen(100))
    expect(await first.read('e')).toBeNull()
  })

  it('costs nothing but itself where nothing can be written', async () => {
    await writeFile(at('file'), '')
    const store = createFeatureStore(join(at('file'), 'store'), 1e6)
    await store.write('a', seen(1))
    expect(await store.read('a')).toBeNull()
  })

  it('spare the vision encoder in a new process; another setting, picture or file of weights does not find them', async () => {
    await writeTinyModel(at('tiny'), { id: 'tiny' })
    await writePicture(at('picture.png'))
    const folder = await readModelFolder(at('tiny'))
    const model = await openModel(await loadRuntime(), folder, { providers: ['cpu'], threads: 1 })
    const identity = await visionIdentity(folder, ['cpu'])
    let looked = 0
    const counted: OpenModel = {
      ...model,
      async see(picture) {
        looked++
        // As a large encoder would take.
        await new Promise((resolve) => setTimeout(resolve, 60))
        return model.see(picture)
      }
    }
    const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }
    const store = createFeatureStore(at('store'), 1e6)
    const written: Promise<void>[] = []
    const watched = {
      ...store,
      write: (...all: Parameters<typeof store.write>) => (
        written.push(store.write(...all)),
        written[0] as Promise<void>
      )
    }
    const ask = async (identityOf: string): Promise<readonly number[]> => {
      const memory = createMemory(1e8, new Set(), { store: watched, identity: identityOf })
      const limits = { ...DEFAULT_STOP_LIMITS, maxNewTokens: 6, maxRepeatedTokens: 1_000 }
      const request = { imagePath: at('picture.png'), messages: [{ role: 'user' as const, text: 'What?' }], limits }
      const { ids } = await answerQuestion(counted, memory, request, quiet)
      await Promise.all(written)
      return ids
    }
    const first = await ask(identity)
    expect(await ask(identity)).toEqual(first)
    expect(looked).toBe(1)
    await ask('another')
    expect(looked).toBe(2)

    await writeFile(
      join(at('tiny'), 'preprocessor_config.json'),
      `${await readFile(join(at('tiny'), 'preprocessor_config.json'), 'utf8')} `
    )
    expect(await visionIdentity(folder, ['cpu'])).not.toBe(identity)
    expect(await visionIdentity(folder, ['webgpu'])).not.toBe(identity)
    await model.release()
  })
})
