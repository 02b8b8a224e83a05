/**
 * @file Writes small ONNX graphs without a library: the probe graph of the providers, and the tiny
 * models of tests. Field numbers are those of onnx.proto3 (github.com/onnx/onnx, Apache-2.0).
 */
import { Message } from './message'

export type ElementType = 'float32' | 'uint8' | 'int32' | 'int64' | 'bool'
type TensorData = Float32Array | BigInt64Array | Uint8Array
const ELEMENT_CODES: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }
/** Operators of ONNX Runtime that are not ONNX's own. */
const RUNTIME_DOMAIN = 'com.microsoft'
const RUNTIME_OPERATORS: ReadonlySet<string> = new Set(['MatMulNBits', 'GroupQueryAttention'])

/** A named dimension is symbolic. */
export type Dimension = number | string
export type AttributeValue =
  number | string | readonly number[] | { readonly float: number } | { readonly graph: GraphBuilder }

interface NodeSpec {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}
interface ValueSpec {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly Dimension[]
}
/** Where the bytes of a tensor lie outside the graph file. */
export interface ExternalPlace {
  readonly location: string
  readonly offset?: number
  readonly length?: number
}
interface InitializerSpec extends ValueSpec {
  readonly dims: readonly number[]
  readonly data: TensorData | null
  readonly external: ExternalPlace | null
}

function attributeMessage(name: string, value: AttributeValue): Message {
  const message = new Message().text(1, name)
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2)
  if (typeof value === 'string') return message.text(4, value).integer(20, 3)
  if ('float' in value) return message.float(2, value.float).integer(20, 1)
  if ('graph' in value) return message.message(6, value.graph.toMessage()).integer(20, 5)
  for (const item of value) message.integer(8, item)
  return message.integer(20, 7)
}

function tensorMessage({ name, type, dims, data, external }: InitializerSpec): Message {
  const message = new Message()
  for (const dim of dims) message.integer(1, dim)
  message.integer(2, ELEMENT_CODES[type]).text(8, name)
  if (data !== null) message.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  if (external !== null) {
    for (const [key, value] of Object.entries(external)) {
      message.message(13, new Message().text(1, key).text(2, String(value)))
    }
    message.integer(14, 1)
  }
  return message
}

function valueMessage({ name, type, dims }: ValueSpec): Message {
  const shape = new Message()
  for (const dim of dims) {
    shape.message(1, typeof dim === 'number' ? new Message().integer(1, dim) : new Message().text(2, dim))
  }
  const tensorType = new Message().integer(1, ELEMENT_CODES[type]).message(2, shape)
  return new Message().text(1, name).message(2, new Message().message(1, tensorType))
}

/** A graph under construction. */
export class GraphBuilder {
  private readonly nodes: NodeSpec[] = []
  private readonly initializers: InitializerSpec[] = []
  private readonly inputs: ValueSpec[] = []
  private readonly outputs: ValueSpec[] = []
  private readonly name: string
  private counter = 0

  constructor(name: string) {
    this.name = name
  }

  input(name: string, type: ElementType, dims: readonly Dimension[]): string {
    this.inputs.push({ name, type, dims })
    return name
  }

  output(name: string, type: ElementType, dims: readonly Dimension[]): string {
    this.outputs.push({ name, type, dims })
    return name
  }

  float32(dims: readonly number[], data: Float32Array): string {
    return this.initializer({ name: this.next('weight'), type: 'float32', dims, data, external: null })
  }

  float32Outside(dims: readonly number[], external: ExternalPlace): string {
    return this.initializer({ name: this.next('outside'), type: 'float32', dims, data: null, external })
  }

  uint8(dims: readonly number[], data: Uint8Array): string {
    return this.initializer({ name: this.next('bytes'), type: 'uint8', dims, data, external: null })
  }

  scalar(value: number): string {
    return this.float32([], Float32Array.of(value))
  }

  /** A list of integers; `scalarInt` for one without dimensions. */
  ints(values: readonly (number | bigint)[]): string {
    return this.initializer({
      name: this.next('ints'),
      type: 'int64',
      dims: [values.length],
      data: BigInt64Array.from(values, BigInt),
      external: null
    })
  }

  scalarInt(value: number | bigint): string {
    return this.initializer({
      name: this.next('int'),
      type: 'int64',
      dims: [],
      data: BigInt64Array.of(BigInt(value)),
      external: null
    })
  }

  /** Adds a node with one output, named `output` when given, and returns that name. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output: string = this.next(type)
  ): string {
    this.nodes.push({ type, inputs, outputs: [output], attributes })
    return output
  }

  nodeWithOutputs(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    outputs: readonly string[]
  ): void {
    this.nodes.push({ type, inputs, outputs, attributes })
  }

  toMessage(): Message {
    const graph = new Message()
    for (const [index, node] of this.nodes.entries()) {
      const message = new Message()
      for (const input of node.inputs) message.text(1, input)
      for (const output of node.outputs) message.text(2, output)
      message.text(3, `${this.name}/${index}`).text(4, node.type)
      for (const [name, value] of Object.entries(node.attributes)) message.message(5, attributeMessage(name, value))
      if (RUNTIME_OPERATORS.has(node.type)) message.text(7, RUNTIME_DOMAIN)
      graph.message(1, message)
    }
    graph.text(2, this.name)
    for (const initializer of this.initializers) graph.message(5, tensorMessage(initializer))
    for (const value of this.inputs) graph.message(11, valueMessage(value))
    for (const value of this.outputs) graph.message(12, valueMessage(value))
    return graph
  }

  /** The bytes of a model file: IR version 8, operator set 17. */
  toModel(): Uint8Array {
    const model = new Message()
      .integer(1, 8)
      .text(2, 'eyrie')
      .message(7, this.toMessage())
      .message(8, new Message().text(1, '').integer(2, 17))
    if (this.nodes.some(({ type }) => RUNTIME_OPERATORS.has(type)))
      model.message(8, new Message().text(1, RUNTIME_DOMAIN).integer(2, 1))
    return model.finish()
  }

  private next(stem: string): string {
    return `${stem}_${this.counter++}`
  }

  private initializer(spec: InitializerSpec): string {
    this.initializers.push(spec)
    return spec.name
  }
}
