/** @file What may be split and what is left as it is; that the numbers stay the same is tested where graphs run (kv.test.ts, families.test.ts). */
import { describe, expect, test } from 'vitest'
import { TINY, decoder } from '../testing/tiny-graphs'
import { editDecoder, splitDecoder } from './edit'
import { readGraph } from './graph'
import { GraphBuilder } from './writer'

const typesOf = (bytes: Uint8Array): readonly string[] => readGraph(bytes).nodes.map(({ type }) => type)
const count = (types: readonly string[], wanted: string): number => types.filter((type) => type === wanted).length

describe('a graph whose attention is written out', () => {
  const bytes = decoder()
  const split = splitDecoder(bytes)
  if (typeof split === 'string') throw new Error(split)

  test('gives new rows instead of all, and its weights are the same bytes', () => {
    const [before, after] = [readGraph(bytes), readGraph(split)]
    expect(after.outputs.map(({ name }) => name)).toEqual(
      before.outputs.map(({ name }) => name.replace('present.', 'delta.'))
    )
    expect(after.inputs.map(({ name }) => name)).toEqual([
      ...before.inputs.map(({ name }) => name),
      'num_logits_to_keep'
    ])
    for (const name of before.initializers.keys()) expect(after.initializers.has(name)).toBe(true)
  })

  test('has one choice for each layer, and joins nothing outside of it', () => {
    const types = typesOf(split)
    expect([count(types, 'If'), count(types, 'Softmax')]).toEqual([TINY.layers, 0])
    const joined = readGraph(split).nodes.filter(
      ({ type, inputs }) => type === 'Concat' && inputs.some((name) => name.startsWith('past_key_values'))
    )
    expect(joined).toEqual([])
  })

  test('is left alone where it is edited in the other way', () => {
    expect(count(typesOf(editDecoder(bytes).bytes), 'If')).toBe(0)
  })
})

interface Oddness {
  readonly order?: readonly number[]
  readonly axis?: number
  /** Another output that reads the scores, the joined keys, or their turned ones. */
  readonly more?: 'scores' | 'keys' | 'turned'
  readonly middle?: 'of-values'
  readonly past?: 'made'
  readonly name?: string
  readonly isTwice?: boolean
}

/** One layer of attention and nothing else. */
function attention({ order = [0, 1, 3, 2], axis = 2, more, middle, past, name = 'value', isTwice }: Oddness = {}) {
  const g = new GraphBuilder('odd')
  g.input('inputs_embeds', 'float32', ['b', 's', 8])
  const pasts = ['key', 'value'].map((part) => g.input(`past_key_values.0.${part}`, 'float32', ['b', 2, 'p', 4]))
  const fresh = g.node('Transpose', [g.node('Reshape', ['inputs_embeds', g.ints([0, 0, 2, 4])])], {
    perm: [0, 2, 1, 3]
  })
  const before = past === 'made' ? g.node('Identity', [pasts[0] ?? '']) : (pasts[0] ?? '')
  const keys = g.node('Concat', [before, fresh], { axis }, 'present.0.key')
  const values = g.node('Concat', [pasts[1] ?? '', fresh], { axis }, `present.0.${name}`)
  const turned = g.node('Transpose', [keys], { perm: order })
  const scores = g.node('MatMul', [fresh, turned])
  const moved =
    middle === 'of-values' ? g.node('Add', [scores, g.node('ReduceMean', [values], { keepdims: 0 })]) : scores
  const weights = g.node('Softmax', [moved], { axis: -1 })
  const mixed = g.node('MatMul', [weights, values])
  if (isTwice === true) g.node('MatMul', [weights, values], {}, 'again')
  if (more !== undefined) g.node('Identity', [{ scores, keys, turned }[more]], {}, 'more')
  const rows = g.node('Reshape', [g.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), g.ints([0, 0, 8])])
  g.node('MatMul', [rows, g.float32([8, 3], new Float32Array(24).fill(0.5))], {}, 'logits')
  g.output('logits', 'float32', ['b', 's', 3])
  for (const part of ['key', name]) g.output(`present.0.${part}`, 'float32', ['b', 2, 't', 4])
  if (more !== undefined) g.output('more', 'float32', ['b', 2, 's', 't'])
  if (isTwice === true) g.output('again', 'float32', ['b', 2, 's', 4])
  return g.toModel()
}

test('the plain one is split', () => {
  expect(typeof splitDecoder(attention())).toBe('object')
})

test.each<[what: string, oddness: Oddness, reason: RegExp]>([
  ['keys are turned in another way', { order: [0, 1, 2, 3] }, /not turned for a product/],
  ['rows are joined along another axis', { axis: 3 }, /does not go on from an input/],
  ['the past is changed before', { past: 'made' }, /does not go on from an input/],
  ['the scores are an output, too', { more: 'scores' }, /scores are used elsewhere/],
  ['the joined keys are read by something else', { more: 'keys' }, /not turned for a product/],
  ['the turned keys are read by something else', { more: 'turned' }, /goes into no product/],
  ['values are read on the way', { middle: 'of-values' }, /goes into no product/],
  ['probabilities are used twice', { isTwice: true }, /goes into no product/],
  ['there are no values', { name: 'state' }, /has no values beside it/]
])('%s: it is left as it is, and why is told', (_, oddness, reason) => {
  expect(splitDecoder(attention(oddness))).toMatch(reason)
})

test('one operator for all of attention is no written-out attention', () => {
  expect(splitDecoder(decoder({}, { ...TINY, attention: 'group-query' }))).toMatch(/is not joined of two/)
})
