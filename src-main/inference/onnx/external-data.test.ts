import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decoder } from '../testing/tiny-graphs'
import { readExternalReferences } from './external-data'
import { GraphBuilder } from './writer'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-onnx-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(dir, 'graph.onnx')
  await writeFile(path, bytes)
  return path
}

describe('readExternalReferences', () => {
  it('finds none in a graph that carries its weights', async () => {
    expect(readExternalReferences(await written(decoder({ rounds: 3n })))).toEqual([])
  })

  it('G2: finds references of the graph and of graphs inside it, with offset and length', async () => {
    const body = new GraphBuilder('body')
    body.node('Identity', [body.float32Outside([4], { location: 'inner.bin' })], {}, 'z')
    body.output('z', 'float32', [4])
    const graph = new GraphBuilder('outer')
    graph.float32Outside([2, 2], { location: '../../secret', offset: 64, length: 16 })
    graph.node('Loop', [graph.scalarInt(1), ''], { body: { graph: body } })
    expect(readExternalReferences(await written(graph.toModel()))).toEqual([
      { tensor: 'outside_0', location: 'inner.bin', offset: 0, length: null },
      { tensor: 'outside_0', location: '../../secret', offset: 64, length: 16 }
    ])
  })

  it('refuses a cut, an empty and a foreign file with the name of the file', async () => {
    const whole = decoder()
    for (const bytes of [
      whole.subarray(0, whole.length - 7),
      new Uint8Array(0),
      Buffer.from('version https://git-lfs')
    ]) {
      const path = await written(bytes)
      expect(() => readExternalReferences(path)).toThrow(
        expect.objectContaining({ code: 'model/corrupt-graph', message: expect.stringContaining('graph.onnx') })
      )
    }
  })
})
