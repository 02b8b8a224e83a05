/** @file What an edit of a graph adds, takes away and puts in place of what was there; the bytes of the graph that comes of it. */
import type { GraphNode, GraphOutline, GraphPort } from './graph'
import { Message } from './message'
import { fieldsOf, textOf } from './protobuf'

export const INT64 = 7
export const MAX_INT64 = 9223372036854775807n
/** In front of every name that an edit makes up. */
export const PREFIX = 'eyrie_'

export type Attributes = Readonly<Record<string, number | readonly number[] | Message>>

const INT = 2
const GRAPH = 5
const INTS = 7

/** A message is a graph. */
function attribute(name: string, value: Attributes[string]): Message {
  const message = new Message().text(1, name)
  if (typeof value === 'number') return message.integer(3, value).integer(20, INT)
  if (value instanceof Message) return message.message(6, value).integer(20, GRAPH)
  for (const item of value) message.integer(8, item)
  return message.integer(20, INTS)
}

/** Named after its first output. */
export function node(
  type: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes: Attributes = {}
): Message {
  const made = typeof outputs === 'string' ? [outputs] : outputs
  const message = new Message()
  for (const input of inputs) message.text(1, input)
  for (const output of made) message.text(2, output)
  message.text(3, PREFIX + (made[0] ?? '')).text(4, type)
  for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value))
  return message
}

/** int64; a number alone stands for one element. */
export function constant(name: string, value: number | bigint | readonly number[], dims: readonly number[]): Message {
  const message = new Message()
  for (const dim of dims) message.integer(1, dim)
  const values = (typeof value === 'object' ? value : [value]).map(BigInt)
  return message
    .integer(2, INT64)
    .text(8, name)
    .bytes(9, new Uint8Array(BigInt64Array.from(values).buffer))
}

/** A null dimension is unknown. */
export function port(name: string, elementType: number, dims: readonly (number | string | null)[]): Message {
  const shape = new Message()
  for (const dim of dims) {
    const known = new Message()
    if (typeof dim === 'number') known.integer(1, dim)
    else if (dim !== null) known.text(2, dim)
    shape.message(1, known)
  }
  return new Message()
    .text(1, name)
    .message(2, new Message().message(1, new Message().integer(1, elementType).message(2, shape)))
}

export interface Additions {
  readonly initializers: readonly Message[]
  readonly nodes: readonly Message[]
  readonly inputs: readonly Message[]
  readonly outputs: readonly Message[]
  /** Nodes that go in front of another one, which reads `to` where it read `from`. */
  readonly ahead: { readonly of: GraphNode; readonly from: string; readonly to: string } | null
  /** Nodes that go in front of all. */
  readonly first?: readonly Message[]
  /** Nodes that go where another one was; with none, it is gone. */
  readonly instead?: ReadonlyMap<GraphNode, readonly Message[]>
  /** Outputs that are gone. */
  readonly without?: ReadonlySet<GraphPort>
}

export const NOTHING: Additions = { initializers: [], nodes: [], inputs: [], outputs: [], ahead: null }

/** The node's message with its values named anew, where `names` has them. */
export function renamed(
  bytes: Uint8Array,
  { field }: GraphNode,
  names: { readonly inputs: ReadonlyMap<string, string>; readonly outputs?: ReadonlyMap<string, string> }
): Message {
  const message = new Message()
  for (const inner of fieldsOf(bytes, field.from, field.to)) {
    const of = inner.number === 1 ? names.inputs : inner.number === 2 ? names.outputs : undefined
    const name = of?.get(textOf(bytes, inner))
    if (name === undefined) message.raw(bytes.subarray(inner.start, inner.end))
    else message.text(inner.number, name)
  }
  return message
}

/** The graph with its edits. */
export function assemble(
  outline: GraphOutline,
  edits: readonly Additions[],
  /** Names for nodes that have none. */
  names: ReadonlyMap<GraphNode, string> = new Map()
): Uint8Array {
  const { bytes, graph } = outline
  const inner = new Message()
  const aheadOf = new Map(edits.flatMap((edit) => (edit.ahead === null ? [] : [[edit.ahead.of, edit] as const])))
  const instead = new Map(edits.flatMap((edit) => [...(edit.instead ?? [])]))
  const without = edits.flatMap((edit) => [...(edit.without ?? [])])
  for (const edit of edits) for (const added of edit.first ?? []) inner.message(1, added)
  let copied = graph.from
  const copyUntil = ({ start, end }: { readonly start: number; readonly end: number }): void => {
    inner.raw(bytes.subarray(copied, start))
    copied = end
  }
  const changes = new Map<number, () => void>()
  // Nodes stand in the order they run: what another one reads goes in front of it.
  for (const one of outline.nodes) {
    const edit = aheadOf.get(one)
    const name = names.get(one)
    const others = instead.get(one)
    if (others !== undefined) {
      changes.set(one.field.start, () => {
        copyUntil(one.field)
        for (const other of others) inner.message(1, other)
      })
    } else if (edit !== undefined || name !== undefined) {
      changes.set(one.field.start, () => {
        copyUntil(one.field)
        for (const added of edit?.nodes ?? []) inner.message(1, added)
        const inputs = new Map(edit?.ahead ? [[edit.ahead.from, edit.ahead.to]] : [])
        const message = renamed(bytes, one, { inputs })
        inner.message(1, name === undefined ? message : message.text(3, name))
      })
    }
  }
  for (const { field } of without) changes.set(field.start, () => copyUntil(field))
  for (const [, change] of [...changes].sort(([a], [b]) => a - b)) change()
  inner.raw(bytes.subarray(copied, graph.to))
  for (const edit of edits) {
    if (edit.ahead === null) for (const added of edit.nodes) inner.message(1, added)
    for (const initializer of edit.initializers) inner.message(5, initializer)
    for (const input of edit.inputs) inner.message(11, input)
    for (const output of edit.outputs) inner.message(12, output)
  }
  return new Message().raw(bytes.subarray(0, graph.start)).message(7, inner).raw(bytes.subarray(graph.end)).finish()
}
