/**
 * @file Reads the outline of an ONNX graph that lies in memory: nodes, inputs, outputs, initializers.
 * Weights are not touched. Field numbers are those of onnx.proto3 (github.com/onnx/onnx, Apache-2.0).
 */
import { fieldsOf, readVarint, textOf } from './protobuf'
import type { Field } from './protobuf'

export interface GraphNode {
  /** Empty where the graph gives none. */
  readonly name: string
  readonly type: string
  /** Empty for the operators of ONNX itself. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** It has a graph of its own, which may read any value of this one: `If`, `Loop`, `Scan`. */
  readonly hasSubgraph: boolean
  /** Where it lies in the bytes. */
  readonly field: Field
}

export interface GraphPort {
  readonly name: string
  readonly elementType: number
  /** null for a dimension with a name or none. */
  readonly dims: readonly (number | null)[]
  readonly field: Field
}

export interface GraphOutline {
  readonly bytes: Uint8Array
  /** The message of the graph within the model. */
  readonly graph: Field
  readonly nodes: readonly GraphNode[]
  readonly inputs: readonly GraphPort[]
  readonly outputs: readonly GraphPort[]
  readonly initializers: ReadonlyMap<string, { readonly elementType: number; readonly isExternal: boolean }>
  /** Version of ONNX's own operators. */
  readonly opset: number
}

function readNode(bytes: Uint8Array, field: Field): GraphNode {
  const inputs: string[] = []
  const outputs: string[] = []
  let type = ''
  let domain = ''
  let name = ''
  let hasSubgraph = false
  for (const inner of fieldsOf(bytes, field.from, field.to)) {
    if (inner.number === 1) inputs.push(textOf(bytes, inner))
    else if (inner.number === 2) outputs.push(textOf(bytes, inner))
    else if (inner.number === 3) name = textOf(bytes, inner)
    else if (inner.number === 4) type = textOf(bytes, inner)
    else if (inner.number === 5)
      hasSubgraph ||= fieldsOf(bytes, inner.from, inner.to).some(({ number }) => number === 6 || number === 11)
    else if (inner.number === 7) domain = textOf(bytes, inner)
  }
  return { name, type, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, hasSubgraph, field }
}

/** An attribute of a node that is one integer or a list of them; null: it has none of that name. */
export function integersOf(bytes: Uint8Array, { field }: GraphNode, name: string): readonly number[] | null {
  for (const attribute of fieldsOf(bytes, field.from, field.to)) {
    if (attribute.number !== 5) continue
    const inner = fieldsOf(bytes, attribute.from, attribute.to)
    if (!inner.some((part) => part.number === 1 && textOf(bytes, part) === name)) continue
    return inner.flatMap((part) => {
      if (part.number !== 3 && part.number !== 8) return []
      // A list may be packed into one field.
      const values: number[] = []
      for (let at = part.from; at < part.to;) {
        const [value, end] = readVarint(bytes, at)
        values.push(value)
        at = end
      }
      return values
    })
  }
  return null
}

/** The first of the nested messages of this number. */
const inside = (bytes: Uint8Array, field: Field | undefined, number: number): Field | undefined =>
  field && fieldsOf(bytes, field.from, field.to).find((inner) => inner.number === number)

function readPort(bytes: Uint8Array, field: Field): GraphPort {
  const name = inside(bytes, field, 1)
  const tensor = inside(bytes, inside(bytes, field, 2), 1)
  const element = inside(bytes, tensor, 1)
  const shape = inside(bytes, tensor, 2)
  const dims = shape === undefined ? [] : fieldsOf(bytes, shape.from, shape.to)
  return {
    name: name === undefined ? '' : textOf(bytes, name),
    elementType: element === undefined ? 0 : readVarint(bytes, element.from)[0],
    dims: dims.map((dim) => {
      const value = inside(bytes, dim, 1)
      return value === undefined ? null : readVarint(bytes, value.from)[0]
    }),
    field
  }
}

function readInitializer(bytes: Uint8Array, field: Field) {
  let name = ''
  let elementType = 0
  let isExternal = false
  for (const inner of fieldsOf(bytes, field.from, field.to)) {
    if (inner.number === 8) name = textOf(bytes, inner)
    else if (inner.number === 2) [elementType] = readVarint(bytes, inner.from)
    else if (inner.number === 13) isExternal = true
  }
  return [name, { elementType, isExternal }] as const
}

function readOpset(bytes: Uint8Array, fields: readonly Field[]): number {
  for (const field of fields.filter(({ number }) => number === 8)) {
    const domain = inside(bytes, field, 1)
    const version = inside(bytes, field, 2)
    const isOwn = domain === undefined || ['', 'ai.onnx'].includes(textOf(bytes, domain))
    if (isOwn && version !== undefined) return readVarint(bytes, version.from)[0]
  }
  return 0
}

/** Throws `NotProtobuf`. Subgraphs (of `If`, `Loop`) are not looked into. */
export function readGraph(bytes: Uint8Array): GraphOutline {
  const model = fieldsOf(bytes)
  const graph = model.find(({ number, wire }) => number === 7 && wire === 2)
  const fields = graph === undefined ? [] : fieldsOf(bytes, graph.from, graph.to)
  const of = (number: number): readonly Field[] => fields.filter((field) => field.number === number)
  return {
    bytes,
    graph: graph ?? { number: 7, wire: 2, start: 0, end: 0, from: 0, to: 0 },
    nodes: of(1).map((field) => readNode(bytes, field)),
    inputs: of(11).map((field) => readPort(bytes, field)),
    outputs: of(12).map((field) => readPort(bytes, field)),
    initializers: new Map(of(5).map((field) => readInitializer(bytes, field))),
    opset: readOpset(bytes, model)
  }
}
