/**
 * @file Edits of a decoder graph in memory, which leave its weights alone. ADR 0009.
 *
 * `editDecoder` adds logits of only the last positions, and outputs with the new rows of the cache only ("delta"): what
 * the graph gave before, it still gives. `splitDecoder` gives `delta.*` instead of the `present.*` they are named after.
 */
import { INT64, MAX_INT64, NOTHING, PREFIX, assemble, constant, node, port } from './additions'
import type { Additions } from './additions'
import { readGraph } from './graph'
import type { GraphNode, GraphOutline } from './graph'
import type { Message } from './message'
import { nodesOfPositions } from './positions'
import { PRESENT, deltaName } from './presents'
import { splitAttention } from './split-attention'

export type CacheClass = 'concat' | 'group-query'

export interface EditedDecoder {
  readonly bytes: Uint8Array
  /** `num_logits_to_keep` was added; false when the graph has it or cannot have it. */
  readonly keepsLogits: boolean
  /** How the graph joins past and new rows; null: no `delta.*` was added. */
  readonly delta: CacheClass | null
  /** One sentence for each edit that could not be made. */
  readonly refused: readonly string[]
  /** Outputs that carry keys and values. */
  readonly presents: readonly string[]
  /** Inputs of its products are rounded to 8 bits: a difference in the last bit may grow to one of a step. */
  readonly roundsActivations: boolean
  /** Names of nodes that compute sine and cosine of positions (positions.ts), of a graph without `delta`. */
  readonly ofPositions: readonly string[]
}

/** Older `Slice`s take their bounds in another way. */
const LEAST_OPSET = 11

/** The rows of a matrix product are independent of each other: these take the rows that are asked for. */
const HEADS: ReadonlySet<string> = new Set(['MatMul', 'MatMulNBits', 'FusedMatMul', 'MatMulInteger'])
/** Change every value by itself. */
const BY_VALUE: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Mul', 'Div', 'Add', 'Sub', 'Tanh'])
/** Their scale is of all rows together: with other rows they give other values. */
const OF_ALL_ROWS = 'DynamicQuantizeLinear'

/** The matrix product that makes the logits; a sentence when there is none that can be found. */
function findHead(outline: GraphOutline): GraphNode | string {
  const maker = new Map(outline.nodes.flatMap((made) => made.outputs.map((name) => [name, made] as const)))
  const isConstant = (name: string): boolean =>
    outline.initializers.has(name) || maker.get(name)?.type === 'Constant' || name === ''
  let name = 'logits'
  for (;;) {
    const made = maker.get(name)
    if (made === undefined) return 'its logits come from no node of the graph itself'
    if (HEADS.has(made.type)) {
      return maker.get(made.inputs[0] ?? '')?.type === OF_ALL_ROWS
        ? 'its logits depend on a scale of all rows together'
        : made
    }
    const flowing = made.inputs.filter((input) => !isConstant(input))
    const [only] = flowing
    if (!BY_VALUE.has(made.type) || flowing.length !== 1 || only === undefined)
      return `its logits come from a ${made.type}, not from a matrix product`
    name = only
  }
}

function keepLogits(outline: GraphOutline): Additions | string {
  if (outline.inputs.some(({ name }) => name === 'num_logits_to_keep')) return NOTHING
  const head = findHead(outline)
  if (typeof head === 'string') return head
  const [states = ''] = head.inputs
  const name = (stem: string): string => `${PREFIX}keep_${stem}`
  return {
    inputs: [port('num_logits_to_keep', INT64, [1])],
    initializers: [constant(name('one'), 1, [1]), constant(name('end'), MAX_INT64, [1])],
    nodes: [
      node('Neg', ['num_logits_to_keep'], name('start')),
      node('Slice', [states, name('start'), name('end'), name('one')], name('states'))
    ],
    outputs: [],
    ahead: { of: head, from: states, to: name('states') }
  }
}

/** Rows of `[batch, heads, rows, dim]`. */
const ROWS_AXIS = 2

function deltaOutputs(outline: GraphOutline): (Additions & { readonly cacheClass: CacheClass }) | string {
  const presents = outline.outputs.filter(({ name }) => PRESENT.test(name))
  if (presents.length === 0) return 'it hands out no keys and values'
  const maker = new Map(outline.nodes.flatMap((made) => made.outputs.map((name) => [name, made] as const)))
  const makers = new Set(presents.map(({ name }) => maker.get(name)?.type ?? 'nothing'))
  const [type = ''] = makers
  const cacheClass =
    makers.size > 1 ? null : type === 'Concat' ? 'concat' : type === 'GroupQueryAttention' ? 'group-query' : null
  if (cacheClass === null) return `its keys and values come from ${[...makers].sort().join(' and ')}`
  const has = (input: string): boolean => outline.inputs.some(({ name }) => name === input)
  if (!has('inputs_embeds') || !has('attention_mask')) return 'it takes no embeddings with a mask of its own'
  const name = (stem: string): string => `${PREFIX}delta_${stem}`
  const sizeOf = (input: string, stem: string): readonly Message[] => [
    node('Shape', [input], name(`${stem}_shape`)),
    node('Gather', [name(`${stem}_shape`), name('one')], name(stem), { axis: 0 })
  ]
  const isConcat = cacheClass === 'concat'
  return {
    cacheClass,
    ahead: null,
    inputs: [],
    initializers: [
      constant(name('one'), 1, [1]),
      constant(name('axis'), ROWS_AXIS, [1]),
      constant(name('max'), MAX_INT64, [1])
    ],
    nodes: [
      ...sizeOf('inputs_embeds', 'new'),
      ...(isConcat
        ? [node('Neg', [name('new')], name('start'))]
        : // The buffer of such a graph may be longer than what it holds: the mask says how long that is.
          [...sizeOf('attention_mask', 'total'), node('Sub', [name('total'), name('new')], name('start'))]),
      ...presents.map((present) =>
        node(
          'Slice',
          [present.name, name('start'), isConcat ? name('max') : name('total'), name('axis')],
          deltaName(present.name)
        )
      )
    ],
    outputs: presents.map(({ name: present, elementType, dims }) =>
      port(deltaName(present), elementType, [
        'eyrie_batch',
        dims[1] ?? 'eyrie_heads',
        'eyrie_new',
        dims[3] ?? 'eyrie_dim'
      ])
    )
  }
}

const ROUNDING: ReadonlySet<string> = new Set(['MatMulNBits', OF_ALL_ROWS, 'DynamicQuantizeMatMul', 'QuantizeLinear'])

/**
 * The decoder with its attention split (split-attention.ts), giving `delta.*` instead of `present.*`, and logits of as
 * many positions as are asked for; a sentence where that cannot be. Throws `NotProtobuf`. Costs a copy of the bytes.
 */
export function splitDecoder(bytes: Uint8Array): Uint8Array | string {
  const outline = readGraph(bytes)
  const split = splitAttention(outline)
  if (typeof split === 'string') return split
  const keep = keepLogits(outline)
  return assemble(outline, typeof keep === 'string' ? [split] : [split, keep])
}

/** Throws `NotProtobuf`. Costs a copy of the bytes. `withDelta` false: for a GPU, where it makes no sense. */
export function editDecoder(bytes: Uint8Array, withDelta = true): EditedDecoder {
  const outline = readGraph(bytes)
  const presents = outline.outputs.flatMap(({ name }) => (PRESENT.test(name) ? [name] : []))
  const roundsActivations = outline.nodes.some(({ type }) => ROUNDING.has(type))
  // A node is placed by its name.
  const placed = withDelta ? [] : nodesOfPositions(outline)
  const names = new Map(placed.flatMap((one, at) => (one.name === '' ? [[one, `${PREFIX}position_${at}`]] : [])))
  const ofPositions = placed.map((one) => names.get(one) ?? one.name)
  if (outline.opset < LEAST_OPSET) {
    const refused = [`its operators are of version ${outline.opset}, older than ${LEAST_OPSET}`]
    return { bytes, keepsLogits: false, delta: null, refused, presents, roundsActivations, ofPositions: [] }
  }
  const keep = keepLogits(outline)
  const delta = withDelta ? deltaOutputs(outline) : null
  const edits = [keep, delta].filter(
    (edit): edit is Additions => edit !== null && typeof edit !== 'string' && edit !== NOTHING
  )
  return {
    bytes: edits.length + names.size === 0 ? bytes : assemble(outline, edits, names),
    keepsLogits: typeof keep !== 'string' && keep !== NOTHING,
    delta: delta === null || typeof delta === 'string' ? null : delta.cacheClass,
    refused: [keep, delta].filter((edit): edit is string => typeof edit === 'string'),
    presents,
    roundsActivations,
    ofPositions
  }
}
