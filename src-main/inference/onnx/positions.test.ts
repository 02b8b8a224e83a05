/** @file What is left to the CPU: found in graphs of real exporters, named where they have no names, nothing else changed. */
import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TINY, decoder, visionEncoder } from '../testing/tiny-graphs'
import { loadRuntime } from '../runtime'
import { editDecoder } from './edit'
import { readGraph } from './graph'
import { Message } from './message'
import { nodesOfPositions } from './positions'
import { fieldsOf } from './protobuf'

const FIXTURES = resolve(import.meta.dirname, '../../../models/export/fixtures')
const DECODER = 'onnx/decoder_model_merged.onnx'
const graphOf = (name: string): Uint8Array => readFileSync(resolve(FIXTURES, name, DECODER))
const withDecoder = readdirSync(FIXTURES).filter((name) => {
  try {
    return graphOf(name).length > 0
  } catch {
    // A detector, or one whose graphs are of other types.
    return false
  }
})

/** As tools that make graphs small leave them. */
function withoutNames(bytes: Uint8Array): Uint8Array {
  const { graph, nodes } = readGraph(bytes)
  const inner = new Message()
  let copied = graph.from
  for (const { field } of nodes) {
    inner.raw(bytes.subarray(copied, field.start))
    const node = new Message()
    for (const { number, start, end } of fieldsOf(bytes, field.from, field.to))
      if (number !== 3) node.raw(bytes.subarray(start, end))
    inner.message(1, node)
    copied = field.end
  }
  inner.raw(bytes.subarray(copied, graph.to))
  return new Message().raw(bytes.subarray(0, graph.start)).message(7, inner).raw(bytes.subarray(graph.end)).finish()
}

describe('nodes of positions', () => {
  it('are all sines and cosines of the decoders we have, and few nodes besides', () => {
    let waves = 0
    for (const name of withDecoder) {
      const outline = readGraph(graphOf(name))
      const found = nodesOfPositions(outline)
      const all = outline.nodes.filter(({ type }) => type === 'Sin' || type === 'Cos')
      expect(
        all.filter((node) => !found.includes(node)),
        name
      ).toEqual([])
      expect(
        found.some(({ type }) => type === 'Softmax' || type === 'MatMulNBits'),
        name
      ).toBe(false)
      expect(found.length, name).toBeLessThan(Math.max(1, outline.nodes.length / 3))
      waves += all.length
    }
    expect(withDecoder.length).toBeGreaterThan(5)
    expect(waves).toBeGreaterThan(5)
  })

  it('are none where the wave is of what the model computes, or a table is used', () => {
    // Its loop takes the sine of states.
    const slow = readGraph(decoder({ bytes: 1_000n }, TINY))
    const plain = readGraph(decoder({}, TINY))
    expect(nodesOfPositions(slow).map(({ type }) => type)).toEqual(nodesOfPositions(plain).map(({ type }) => type))
    expect(nodesOfPositions(plain).map(({ type }) => type)).toEqual(['Cast', 'Unsqueeze', 'Mul', 'Cos', 'Sin'])
    expect(nodesOfPositions(readGraph(decoder({}, { ...TINY, attention: 'group-query' })))).toEqual([])
    expect(nodesOfPositions(readGraph(visionEncoder()))).toEqual([])
  })

  it('get names in a graph without any, and the graph computes what it did', async () => {
    const bytes = withoutNames(graphOf('llava'))
    expect(readGraph(bytes).nodes.every(({ name }) => name === '')).toBe(true)
    const edited = editDecoder(bytes, false)
    const named = readGraph(edited.bytes).nodes.filter(({ name }) => edited.ofPositions.includes(name))
    expect(named.length).toBe(edited.ofPositions.length)
    expect(named.map(({ type }) => type)).toEqual(expect.arrayContaining(['Sin', 'Cos']))
    expect(editDecoder(bytes).ofPositions).toEqual([])

    const runtime = await loadRuntime()
    const count = 5
    const rows = Float32Array.from({ length: count * 48 }, (_, i) => Math.sin(i))
    const logits = []
    for (const graph of [bytes, edited.bytes]) {
      const session = await runtime.open(graph, { provider: 'cpu', threads: 1 })
      const feeds = Object.fromEntries(
        session.inputs.map(({ name, dims }) => {
          if (name === 'inputs_embeds') return [name, runtime.float32(rows, [1, count, 48])]
          if (name === 'num_logits_to_keep') return [name, runtime.int64(BigInt64Array.of(1n), [1])]
          if (name === 'attention_mask') return [name, runtime.int64(new BigInt64Array(count).fill(1n), [1, count])]
          if (name === 'position_ids')
            return [
              name,
              runtime.int64(
                BigInt64Array.from({ length: count }, (_, i) => BigInt(i)),
                [1, count]
              )
            ]
          return [name, runtime.float32(new Float32Array(0), [1, Number(dims[1]), 0, Number(dims[3])])]
        })
      )
      const result = (await session.run(feeds, ['logits']))['logits']?.data as Float32Array
      logits.push([...result.slice(-384)])
      await session.release()
    }
    expect(logits[1]).toEqual(logits[0])
  })
})
