/**
 * @file WebGPU against the CPU on both classes of graphs: the same tokens, and two questions that begin behind one picture whose keys and
 * values lie on the device. On a software adapter where there is no other; skipped with the reason where there is none.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writePicture } from '../testing/pictures'
import { askOnGpu } from './testing/ask-gpu'
import { TINY } from './testing/tiny-graphs'
import { writeTinyModel } from './testing/tiny-model'

/** Largest difference of logits; sine and cosine of positions are left to the CPU (onnx/positions.ts). */
const TOLERANCE = 1e-4
let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-webgpu-'))
  await writePicture(join(dir, 'picture.png'))
})
afterAll(() => rm(dir, { recursive: true }))

describe('WebGPU gives the tokens of the CPU, twice behind one picture on the device', () => {
  it.for([
    ['concat', 12],
    ['group-query', 12]
  ] as const)('%s', { timeout: 420_000 }, async ([name, tokens], { skip }) => {
    const model = join(dir, name)
    await writeTinyModel(model, { id: name, spec: { ...TINY, attention: name } })
    const found = await askOnGpu(model, join(dir, 'picture.png'), tokens, ['What is this?', 'Where?'])
    skip(found.provider !== 'webgpu', `no WebGPU adapter: ${found.notes.join('; ')}`)
    expect(found.strategy).toBe('gpu-buffer')
    expect(found.gpu).toEqual(found.cpu)
    expect(new Set(found.cpu.flat()).size).toBeGreaterThan(2)
    expect(found.prefixReused).toEqual([false, true])
    expect(found.worstLogit).toBeLessThanOrEqual(TOLERANCE)
  })
})
