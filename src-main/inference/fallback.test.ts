/** @file A provider that fails in the middle of an answer, without taking the process with it (B10). */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { writePicture } from '../testing/pictures'
import { DEFAULT_STOP_LIMITS } from './decode/stop-rules'
import { createHost } from './host'
import type { AskCommand, HostReply } from './protocol'
import type * as runtimes from './runtime'
import type { GraphSession, Runtime } from './runtime'
import { writeTinyModel } from './testing/tiny-model'

/** Says what a graph on the failing provider gives at its `call`-th run, counted over all graphs; null: what it should. */
let trouble: (call: number, result: Record<string, runtimes.RuntimeTensor>) => Error | null = () => null

vi.mock(import('./runtime'), async (original) => {
  const real = await original()
  return {
    ...real,
    async loadRuntime(): Promise<Runtime> {
      const runtime = await real.loadRuntime()
      let calls = 0
      return {
        ...runtime,
        async open(graph, options): Promise<GraphSession> {
          // There is no such provider here: the CPU plays it until it fails.
          if (options.provider !== 'dml') return runtime.open(graph, options)
          const session = await runtime.open(graph, { ...options, provider: 'cpu' })
          return {
            ...session,
            provider: 'dml',
            async run(feeds, outputs) {
              const result = await session.run(feeds, outputs)
              const error = trouble(++calls, result)
              if (error !== null) throw error
              return result
            }
          }
        }
      }
    }
  }
})

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-fallback-'))
  await writeTinyModel(join(dir, 'tiny'))
  await writePicture(join(dir, 'picture.png'))
})
afterAll(() => rm(dir, { recursive: true }))

const replies: HostReply[] = []
beforeEach(() => void (replies.length = 0))
let nextId = 1
/** Everything the host says to one question, asked of one host. */
async function ask(host: (message: unknown) => void, providers: readonly string[]): Promise<readonly HostReply[]> {
  const id = nextId++
  host({ ...command(), id, providers: [...providers] })
  await vi.waitFor(
    () =>
      expect(replies.some((reply) => reply.id === id && (reply.kind === 'answer' || reply.kind === 'failed'))).toBe(
        true
      ),
    { timeout: 20_000 }
  )
  return replies.filter((reply) => reply.id === id)
}
const command = (): Omit<AskCommand, 'id' | 'providers'> => ({
  kind: 'ask',
  modelDir: join(dir, 'tiny'),
  modelKey: 'tiny',
  imagePath: join(dir, 'picture.png'),
  messages: [{ role: 'user', text: 'What is this?' }],
  threads: 1,
  prefixCacheBytes: 0,
  featureCache: null,
  knownStrategy: null,
  limits: { ...DEFAULT_STOP_LIMITS, maxNewTokens: 12 },
  nBest: 1,
  form: null,
  settings: null,
  mask: null,
  beside: []
})
const host = (): ((message: unknown) => void) => createHost((reply) => void replies.push(reply))
/** Words behind the last restart. */
function wordsOf(said: readonly HostReply[]): string {
  const from = said.findLastIndex(({ kind }) => kind === 'restart')
  return said
    .slice(from + 1)
    .map((reply) => (reply.kind === 'token' ? reply.text : ''))
    .join('')
}
const loadedOf = (said: readonly HostReply[]) =>
  said.flatMap((reply) => (reply.kind === 'loaded' ? [[reply.provider, reply.providerNotes] as const] : []))

it('B10: one that fails in mid-answer is given up once, the answer begins anew on the CPU, and both are said', async () => {
  trouble = () => null
  const expected = wordsOf(await ask(host(), ['cpu']))
  expect(expected.length).toBeGreaterThan(3)
  let answered = 0
  // After some words: the device is lost, and stays so.
  trouble = () =>
    replies.some(({ kind, id }) => kind === 'token' && id === nextId - 1) && ++answered > 3
      ? new Error('device lost')
      : null
  const said = await ask(host(), ['dml'])
  expect(said.map(({ kind }) => kind)).toContain('token')
  expect(said.filter(({ kind }) => kind === 'restart')).toHaveLength(1)
  expect(loadedOf(said)).toEqual([
    ['dml', []],
    ['cpu', ['dml was given up: device lost']]
  ])
  expect(wordsOf(said)).toBe(expected)
  expect(said.at(-1)).toMatchObject({ kind: 'answer', stop: 'length' })
})

it('B10: one that gives numbers that are none is given up like one that fails', async () => {
  trouble = () => null
  const expected = wordsOf(await ask(host(), ['cpu']))
  trouble = (_call, { logits }) => {
    if (logits?.type === 'float32') (logits.data as Float32Array).fill(NaN)
    return null
  }
  const said = await ask(host(), ['dml'])
  expect(loadedOf(said).at(-1)).toEqual(['cpu', [expect.stringMatching(/^dml was given up: .*logits/)]])
  expect(wordsOf(said)).toBe(expected)
})

it('B10: what is wrong with a question is not blamed on the provider', async () => {
  trouble = () => null
  const asked = host()
  const id = nextId++
  asked({ ...command(), id, providers: ['dml'], imagePath: join(dir, 'nowhere.png') })
  await vi.waitFor(() => expect(replies.some(({ kind }) => kind === 'failed')).toBe(true), { timeout: 20_000 })
  expect(replies.some(({ kind }) => kind === 'restart')).toBe(false)
  expect(loadedOf(replies)).toEqual([['dml', []]])
})
