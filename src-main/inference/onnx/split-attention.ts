/**
 * @file Attention that reads past and new rows of keys and values apart, instead of joining them first (ADR 0009).
 *
 * [Note: Apart] Exports write `softmax(q · [past | new]ᵀ) · [past | new]`. Joined, every step copies all keys and values
 * of the past, turns the keys, and where several heads share them copies them once more for each head, to add one
 * row. `[q · pastᵀ | q · newᵀ]` are the same numbers, and so are `p₁ · past + p₂ · new` but for the order of one sum: the
 * past is read where it lies. Heads that share keys are rows of one product. Only the scores are copied, which are as
 * many as new rows times all rows: for a long prompt that is the dearer way, so each layer takes the way it was written
 * when many rows come at once (`If`).
 */
import { PREFIX, constant, node, port, renamed } from './additions'
import type { Additions } from './additions'
import { Wires, findAttention, outputOf } from './attention'
import type { Attention, Joined } from './attention'
import type { GraphNode, GraphOutline } from './graph'
import { Message } from './message'
import { PRESENT, deltaName } from './presents'

/** From here on a layer joins past and new rows, as it was written. */
const MANY_ROWS = 32
/** Older `Split`s take no sizes that are computed. */
const LEAST_OPSET = 13

/** Values of one layer, and of one way through it. */
const named = (layer: number, stem: string): string => `${PREFIX}split_${layer}_${stem}`
const shared = (stem: string): string => `${PREFIX}split_${stem}`

function graphOf(name: string, nodes: readonly Message[], output: Message): Message {
  const message = new Message()
  for (const one of nodes) message.message(1, one)
  return message.text(2, name).message(12, output)
}

/** As it was written. */
function joinedWay(bytes: Uint8Array, { values, region }: Attention, nodes: readonly GraphNode[], output: string) {
  const context = outputOf(values.product)
  return nodes
    .filter((one) => region.has(one))
    .map((one) =>
      one === values.product
        ? renamed(bytes, one, { inputs: new Map(), outputs: new Map([[context, output]]) })
        : renamed(bytes, one, { inputs: new Map() })
    )
}

/** Shapes `[0, heads, -1, x]` by name, for the initializers of the graph. */
type Shapes = Map<string, readonly number[]>

function shapeOf(shapes: Shapes, dims: readonly number[]): string {
  const name = shared(`shape_${dims.join('_').replaceAll('-', 'm')}`)
  shapes.set(name, dims)
  return name
}

function apartWay(
  bytes: Uint8Array,
  { keys, values, between }: Attention,
  layer: number,
  output: string,
  shapes: Shapes
): readonly Message[] {
  const at = (stem: string): string => named(layer, stem)
  const nodes: Message[] = []
  const make = (type: string, inputs: readonly string[], stem: string, attributes = {}): string => {
    nodes.push(node(type, inputs, at(stem), attributes))
    return at(stem)
  }
  const [asked = ''] = keys.product.inputs
  const [, heads, , headDim] = keys.output.dims
  const { isShared } = keys
  let query = asked
  let shape = ''
  if (isShared) {
    // Heads that share keys stand behind each other, so that they are rows of one.
    query = make('Reshape', [asked, shapeOf(shapes, [0, heads ?? 0, -1, headDim ?? 0])], 'query')
    const size = make('Shape', [asked], 'query_shape')
    const rows = make('Slice', [size, shared('zero'), shared('three')], 'query_rows')
    shape = make('Concat', [rows, shared('rest')], 'by_head', { axis: 0 })
  }
  const scoresOf = (rows: string, stem: string): string =>
    make('MatMul', [query, make('Transpose', [rows], `${stem}_turned`, { perm: [0, 1, 3, 2] })], `${stem}_scores`)
  const parts = [scoresOf(keys.past, 'past'), scoresOf(keys.fresh, 'new')]
  let scores = make('Concat', parts, 'scores', { axis: -1 })
  if (isShared) scores = make('Reshape', [scores, shape], 'scores_by_head')

  const names = new Map([[outputOf(keys.product), scores]])
  for (const one of between) for (const name of one.outputs) names.set(name, at(name))
  for (const one of between) nodes.push(renamed(bytes, one, { inputs: names, outputs: names }))
  const [probabilities = ''] = values.product.inputs
  let weights = names.get(probabilities) ?? probabilities
  if (isShared) weights = make('Reshape', [weights, shapeOf(shapes, [0, heads ?? 0, -1, 0])], 'weights')
  const [ofPast, ofNew] = [at('weights_past'), at('weights_new')]
  nodes.push(node('Split', [weights, shared('lengths')], [ofPast, ofNew], { axis: -1 }))
  const mixed = [
    make('MatMul', [ofPast, values.past], 'past_mixed'),
    make('MatMul', [ofNew, values.fresh], 'new_mixed')
  ]
  if (isShared) nodes.push(node('Reshape', [make('Add', mixed, 'mixed'), shape], output))
  else nodes.push(node('Add', mixed, output))
  return nodes
}

/** Nodes that say what those said which asked for sizes, now that nothing is joined. */
function sizesApart(
  { keys, region }: Attention,
  { past, fresh, sizes }: Joined,
  name: (stem: string) => string
): ReadonlyMap<GraphNode, readonly Message[]> {
  const [asked = ''] = keys.product.inputs
  return new Map(
    sizes
      .filter(({ node: one }) => !region.has(one))
      .map(({ node: one, isRepeated }, index) => {
        const at = (stem: string): string => name(`size_${index}_${stem}`)
        const total = isRepeated ? at('total') : outputOf(one)
        const nodes = [
          node('Shape', [past], at('past')),
          node('Shape', [fresh], at('new')),
          node('Mul', [at('new'), shared('of_rows')], at('new_rows')),
          node('Add', [at('past'), at('new_rows')], total)
        ]
        if (isRepeated) {
          nodes.push(
            node('Shape', [asked], at('query')),
            node('Slice', [at('query'), shared('zero'), shared('two')], at('heads')),
            node('Slice', [total, shared('two'), shared('four')], at('rows')),
            node('Concat', [at('heads'), at('rows')], outputOf(one), { axis: 0 })
          )
        }
        return [one, nodes] as const
      })
  )
}

/** Edits a graph of the `concat` class; a sentence where its attention is written in a way we do not know. */
export function splitAttention(outline: GraphOutline): Additions | string {
  if (outline.opset < LEAST_OPSET) return `its operators are of version ${outline.opset}, older than ${LEAST_OPSET}`
  const presents = outline.outputs.filter(({ name }) => PRESENT.test(name))
  const keys = presents.filter(({ name }) => name.endsWith('.key'))
  const [firstKey] = keys
  if (firstKey === undefined || keys.length * 2 !== presents.length) return 'its outputs are no keys and values'
  if (!outline.inputs.some(({ name }) => name === 'inputs_embeds')) return 'it takes no embeddings'
  const wires = new Wires(outline)
  const { bytes, nodes } = outline
  const instead = new Map<GraphNode, readonly Message[]>()
  const shapes: Shapes = new Map()
  const outputs: Message[] = []
  const appended: Message[] = []
  let past = ''
  for (const [layer, key] of keys.entries()) {
    const value = presents.find(({ name }) => name === key.name.replace(/\.key$/, '.value'))
    if (value === undefined) return `${key.name} has no values beside it`
    const attention = findAttention(wires, key, value)
    if (typeof attention === 'string') return attention
    const { isShared } = attention.keys
    const [, heads, , headDim] = key.dims
    if (isShared && (typeof heads !== 'number' || typeof headDim !== 'number' || value.dims[3] !== headDim))
      return `it does not say how many heads ${key.name} has`
    past ||= attention.keys.past
    for (const one of attention.region) {
      if (instead.has(one)) return 'its layers share what they compute'
      instead.set(one, [])
    }
    const { product } = attention.values
    const [joined, apart] = [named(layer, 'joined'), named(layer, 'apart')]
    const blank = [null, null, null, null]
    instead.set(product, [
      node('If', [shared('is_long')], outputOf(product), {
        then_branch: graphOf(
          joined,
          joinedWay(bytes, attention, nodes, joined),
          port(joined, value.elementType, blank)
        ),
        else_branch: graphOf(
          apart,
          apartWay(bytes, attention, layer, apart, shapes),
          port(apart, value.elementType, blank)
        )
      })
    ])
    for (const part of [attention.keys, attention.values]) {
      const { name, elementType, dims } = part.output
      const stem = (text: string): string => named(layer, `${part === attention.keys ? 'key' : 'value'}_${text}`)
      for (const [one, others] of sizesApart(attention, part, stem)) {
        if (instead.has(one)) return 'its layers share what they ask'
        instead.set(one, others)
      }
      appended.push(node('Identity', [part.fresh], deltaName(name)))
      outputs.push(port(deltaName(name), elementType, ['eyrie_batch', dims[1] ?? null, 'eyrie_new', dims[3] ?? null]))
    }
  }
  const one = (stem: string, value: number): Message => constant(shared(stem), value, [1])
  return {
    ahead: null,
    instead,
    without: new Set(presents),
    inputs: [],
    outputs,
    nodes: appended,
    first: [
      node('Shape', ['inputs_embeds'], shared('embeds')),
      node('Gather', [shared('embeds'), shared('one')], shared('new'), { axis: 0 }),
      node('Shape', [past], shared('past_shape')),
      node('Gather', [shared('past_shape'), shared('two')], shared('past'), { axis: 0 }),
      node('Concat', [shared('past'), shared('new')], shared('lengths'), { axis: 0 }),
      node('Greater', [shared('new'), shared('many')], shared('is_long'))
    ],
    initializers: [
      ...[one('zero', 0), one('one', 1), one('two', 2), one('three', 3), one('four', 4), one('rest', -1)],
      one('many', MANY_ROWS),
      constant(shared('of_rows'), [0, 0, 1, 0], [4]),
      ...[...shapes].map(([name, dims]) => constant(name, dims, [dims.length]))
    ]
  }
}
