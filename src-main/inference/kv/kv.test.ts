/** @file Keys and values kept in different ways: the same logits, and handles that never change. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDecoder } from '../decode/decoder'
import type { Decoder } from '../decode/decoder'
import { LOGIT_TOLERANCE } from '../decode/compare-ways'
import { openDecoder } from '../decode/open-decoder'
import { editDecoder, splitDecoder } from '../onnx/edit'
import { configSchema } from '../repo/config'
import { loadRuntime } from '../runtime'
import type { GraphSession, Runtime } from '../runtime'
import { TINY, decoder as tinyDecoder, seededRandom } from '../testing/tiny-graphs'
import type { KeyValueCache } from './cache'
import { createDelta } from './delta'
import { pastPairs } from './layers'
import { createPresentPast } from './present-past'

const { width } = TINY
const shape = {
  model: 'tiny',
  width,
  config: configSchema.parse({
    num_attention_heads: TINY.heads,
    head_dim: TINY.headDim,
    hidden_size: width,
    vocab_size: TINY.vocabulary,
    max_position_embeddings: TINY.maxPositions
  })
}
const random = seededRandom(11)
const rows = (count: number): Float32Array => Float32Array.from({ length: count * width }, () => random() * 2)

let runtime: Runtime
let session: GraphSession
let unedited: GraphSession
let dir: string
let split: GraphSession
let ways: Readonly<Record<'present' | 'delta' | 'split' | 'original', Decoder>>

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-kv-'))
  runtime = await loadRuntime()
  const bytes = tinyDecoder()
  const options = { provider: 'cpu', threads: 1 } as const
  unedited = await runtime.open(bytes, options)
  session = await runtime.open(editDecoder(bytes).bytes, options)
  split = await runtime.open(splitDecoder(bytes) as Uint8Array, options)
  const pairs = pastPairs(session, 'tiny', shape.config)
  const present = createPresentPast(runtime, pairs, { model: 'tiny', onDevice: false })
  ways = {
    present: createDecoder(runtime, session, present, shape),
    delta: createDecoder(runtime, session, createDelta(runtime, pairs, { model: 'tiny', cacheClass: 'concat' }), shape),
    split: createDecoder(
      runtime,
      split,
      createDelta(runtime, pairs, { model: 'tiny', cacheClass: 'concat', id: 'split' }),
      shape
    ),
    original: createDecoder(runtime, unedited, present, shape)
  }
})
afterAll(async () => {
  await session.release()
  await split.release()
  await unedited.release()
  await rm(dir, { recursive: true })
})

const worst = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? a.reduce((max, value, i) => Math.max(max, Math.abs(value - (b[i] ?? NaN))), 0) : Infinity

/** Logits behind these chunks, said one after the other. */
async function tell(decoder: Decoder, chunks: readonly Float32Array[], from = decoder.emptyCache) {
  let cache = from
  let logits = new Float32Array(0)
  for (const chunk of chunks) {
    const result = await decoder.forward(chunk, chunk.length / width, cache)
    ;({ cache } = result)
    logits = result.logits.slice()
  }
  return { cache, logits }
}

describe('ways to keep keys and values', () => {
  it.each([[[1]], [[63, 1, 1]], [[64, 1, 1]], [[65, 3, 1, 60, 1]], [[200, 1, 1, 7]], [[1, 1, 1, 128, 1]]])(
    'every way gives the logits of the graph as it was, calls of %j positions',
    async (sizes) => {
      const chunks = sizes.map(rows)
      const expected = await tell(ways.original, chunks)
      for (const decoder of [ways.present, ways.delta, ways.split]) {
        const found = await tell(decoder, chunks)
        expect(worst(found.logits, expected.logits)).toBeLessThanOrEqual(LOGIT_TOLERANCE.exact)
        expect([found.cache.length, found.cache.next]).toEqual([expected.cache.length, expected.cache.next])
      }
    }
  )

  it('gives the logits of as many of the last positions as are asked for, edited or not', async () => {
    const chunk = rows(6)
    const all = (await ways.original.forward(chunk, 6, ways.original.emptyCache, { rows: 6 })).logits.slice()
    expect(all.length).toBe(6 * TINY.vocabulary)
    for (const asked of [1, 2, 6]) {
      for (const decoder of Object.values(ways)) {
        const { logits } = await decoder.forward(chunk, 6, decoder.emptyCache, { rows: asked })
        expect(worst(logits.slice(), all.slice(-asked * TINY.vocabulary))).toBeLessThanOrEqual(LOGIT_TOLERANCE.exact)
      }
    }
  })

  it('computes one row of logits for a prompt, not all, once the graph is edited', async () => {
    const feeds = { inputs_embeds: runtime.float32(rows(9), [1, 9, width]) }
    expect(session.inputs.some(({ name }) => name === 'num_logits_to_keep')).toBe(true)
    const pairs = pastPairs(session, 'tiny', shape.config)
    const past = Object.fromEntries(
      pairs.map(({ input, heads, headDim }) => [input, runtime.float32(new Float32Array(0), [1, heads, 0, headDim])])
    )
    const ids = BigInt64Array.from({ length: 9 }, (_, i) => BigInt(i))
    const more = {
      attention_mask: runtime.int64(new BigInt64Array(9).fill(1n), [1, 9]),
      position_ids: runtime.int64(ids, [1, 9]),
      num_logits_to_keep: runtime.int64(BigInt64Array.of(1n), [1])
    }
    const { logits } = await session.run({ ...feeds, ...more, ...past }, ['logits'])
    expect(logits?.dims).toEqual([1, 1, TINY.vocabulary])
  })

  it('keeps every handle as it was, whatever others of its line do', async () => {
    // Seeded walk: go on from any handle, cut one, let one go; a handle is its history of rows.
    interface Held {
      readonly cache: KeyValueCache
      readonly chunks: readonly Float32Array[]
    }
    const { delta, original } = ways
    const held: Held[] = [{ cache: delta.emptyCache, chunks: [] }]
    const step = seededRandom(5)
    const below = (limit: number): number => Math.floor((step() + 0.5) * limit) % limit
    let copies = 0
    for (let turn = 0; turn < 160; turn++) {
      const { cache, chunks } = held[below(held.length)] as Held
      const action = below(10)
      if (action < 6) {
        const chunk = rows(1 + below(action === 0 ? 40 : 4))
        if (cache.length + chunk.length / width > 400) continue
        const { cache: next } = await delta.forward(chunk, chunk.length / width, cache)
        if (next.storage !== cache.storage) copies++
        held.push({ cache: next, chunks: [...chunks, chunk] })
      } else if (action < 8) {
        const kept = chunks.slice(0, below(chunks.length + 1))
        const length = kept.reduce((sum, chunk) => sum + chunk.length / width, 0)
        const cut = cache.cut(length, length)
        if (cut !== null) held.push({ cache: cut, chunks: kept })
      } else if (held.length > 4) {
        const [gone] = held.splice(1 + below(held.length - 1), 1)
        gone?.cache.release()
      }
    }
    expect(copies).toBeGreaterThan(5)
    for (const { cache, chunks } of held) {
      const probe = rows(1)
      const { logits } = await delta.forward(probe, 1, cache)
      const expected = await tell(original, [...chunks, probe])
      expect(worst(logits, expected.logits)).toBeLessThanOrEqual(LOGIT_TOLERANCE.exact)
    }
  })

  it('goes back and on without a copy while nobody holds what lies behind', async () => {
    const { delta } = ways
    const { cache: prefix } = await tell(delta, [rows(20)])
    const { cache: first } = await tell(delta, [rows(5)], prefix)
    expect(first.storage).toBe(prefix.storage)
    const { cache: beside } = await tell(delta, [rows(5)], prefix)
    expect(beside.storage).not.toBe(prefix.storage)
    first.release()
    const { cache: again } = await tell(delta, [rows(5)], prefix)
    expect(again.storage).toBe(prefix.storage)
    expect(() => first.cut(1, 1)?.release()).not.toThrow()
    await expect(delta.forward(rows(1), 1, first)).rejects.toThrow('still held')
  })

  it.each(['concat', 'group-query'] as const)('is tested and timed before it is chosen: %s', async (attention) => {
    const file = join(dir, `${attention}.onnx`)
    await writeFile(file, tinyDecoder({}, { ...TINY, attention }))
    const opened = await openDecoder(
      runtime,
      file,
      { provider: 'cpu', threads: 1 },
      { ...shape, sample: rows(8), alive: () => undefined }
    )
    const { reason } = opened.decoding
    expect(reason).toMatch(/a step behind 512 positions takes .* ms with delta, .* with present-past/)
    expect(/with its attention split .* ms/.test(reason)).toBe(attention === 'concat')
    const differences = [...reason.matchAll(/largest difference ([^\s;]+)/g)].map(([, figure]) => Number(figure))
    expect(differences.length).toBe(attention === 'concat' ? 2 : 1)
    for (const difference of differences) expect(difference).toBeLessThanOrEqual(1e-4)
    await opened.session.release()
  })

  it('refuses to choose what computes other logits, and says by how much', async () => {
    const file = join(dir, 'decoder.onnx')
    // Attention that looks at how long its past is, not at the mask: rows nobody may see are seen.
    await writeFile(file, tinyDecoder({ ignoresMask: true }))
    const other = await openDecoder(
      runtime,
      file,
      { provider: 'cpu', threads: 1 },
      { ...shape, sample: rows(8), alive: () => undefined }
    )
    expect(other.strategy.id).toBe('present-past')
    expect(other.decoding.reason).toMatch(
      /^delta gives other logits: off by .*, allowed are 0\.0001; split attention gives other logits: off by .*, allowed are 0\.0001$/
    )
    await other.session.release()
  })
})
