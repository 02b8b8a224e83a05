/**
 * @file Edits of a decoder graph in memory, which leave its weights alone: logits of only the last
 * positions, and outputs with the new rows of the cache only ("delta"). ADR 0009.
 *
 * Both are additions: what the graph gave before, it still gives. `delta.*` is named after `present.*`.
 */
import { readGraph } from './graph'
import type { GraphNode, GraphOutline } from './graph'
import { nodesOfPositions } from './positions'
import { Message } from './message'
import { fieldsOf, textOf } from './protobuf'

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

const INT64 = 7
const MAX_INT64 = 9223372036854775807n
/** Older `Slice`s take their bounds in another way. */
const LEAST_OPSET = 11
const PREFIX = 'eyrie_'
const PRESENT = /^present\.(?!.*\.encoder\.)/

const node = (
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {}
) => {
  const message = new Message()
  for (const input of inputs) message.text(1, input)
  message
    .text(2, output)
    .text(3, PREFIX + output)
    .text(4, type)
  for (const [name, value] of Object.entries(attributes))
    message.message(5, new Message().text(1, name).integer(3, value).integer(20, 2))
  return message
}

function constant(name: string, value: number | bigint, dims: readonly number[]): Message {
  const message = new Message()
  for (const dim of dims) message.integer(1, dim)
  return message
    .integer(2, INT64)
    .text(8, name)
    .bytes(9, new Uint8Array(BigInt64Array.of(BigInt(value)).buffer))
}

function port(name: string, elementType: number, dims: readonly (number | string)[]): Message {
  const shape = new Message()
  for (const dim of dims)
    shape.message(1, typeof dim === 'number' ? new Message().integer(1, dim) : new Message().text(2, dim))
  return new Message()
    .text(1, name)
    .message(2, new Message().message(1, new Message().integer(1, elementType).message(2, shape)))
}

/** What an edit adds. */
interface Additions {
  readonly initializers: readonly Message[]
  readonly nodes: readonly Message[]
  readonly inputs: readonly Message[]
  readonly outputs: readonly Message[]
  /** Nodes that go in front of another one, which reads `to` where it read `from`. */
  readonly ahead: { readonly of: GraphNode; readonly from: string; readonly to: string } | null
}

const NOTHING: Additions = { initializers: [], nodes: [], inputs: [], outputs: [], ahead: null }

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

export const deltaName = (present: string): string => present.replace(/^present\./, 'delta.')

/** The node's message, with one input read from elsewhere, or with a name. */
function changedNode(
  bytes: Uint8Array,
  { field }: GraphNode,
  ahead: Additions['ahead'],
  name: string | undefined
): Message {
  const message = new Message()
  for (const inner of fieldsOf(bytes, field.from, field.to)) {
    if (inner.number === 1 && ahead !== null && textOf(bytes, inner) === ahead.from) message.text(1, ahead.to)
    else message.raw(bytes.subarray(inner.start, inner.end))
  }
  return name === undefined ? message : message.text(3, name)
}

function assemble(
  outline: GraphOutline,
  edits: readonly Additions[],
  /** Names for nodes that have none. */
  names: ReadonlyMap<GraphNode, string>
): Uint8Array {
  const { bytes, graph } = outline
  const inner = new Message()
  const aheadOf = new Map(edits.flatMap((edit) => (edit.ahead === null ? [] : [[edit.ahead.of, edit] as const])))
  let copied = graph.from
  // Nodes stand in the order they run: what another one reads goes in front of it.
  for (const one of outline.nodes) {
    const edit = aheadOf.get(one)
    const name = names.get(one)
    if (edit === undefined && name === undefined) continue
    inner.raw(bytes.subarray(copied, one.field.start))
    for (const added of edit?.nodes ?? []) inner.message(1, added)
    inner.message(1, changedNode(bytes, one, edit?.ahead ?? null, name))
    copied = one.field.end
  }
  inner.raw(bytes.subarray(copied, graph.to))
  for (const edit of edits) {
    if (edit.ahead === null) for (const added of edit.nodes) inner.message(1, added)
    for (const initializer of edit.initializers) inner.message(5, initializer)
    for (const input of edit.inputs) inner.message(11, input)
    for (const output of edit.outputs) inner.message(12, output)
  }
  return new Message().raw(bytes.subarray(0, graph.start)).message(7, inner).raw(bytes.subarray(graph.end)).finish()
}

const ROUNDING: ReadonlySet<string> = new Set(['MatMulNBits', OF_ALL_ROWS, 'DynamicQuantizeMatMul', 'QuantizeLinear'])

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
