/** @file Finds attention that an export wrote out in ONNX's own operators, from joined keys and values to their products. */
import { integersOf } from './graph'
import type { GraphNode, GraphOutline, GraphPort } from './graph'

/** More between scores and probabilities is no attention we know. */
const MOST_BETWEEN = 40
/** Nodes that only work out shapes. */
const OF_SHAPES: ReadonlySet<string> = new Set([
  ...['Shape', 'Gather', 'Unsqueeze', 'Squeeze', 'Concat', 'Constant', 'ConstantOfShape', 'Slice', 'Reshape', 'Expand'],
  ...['Equal', 'Where', 'Mul', 'Add', 'Sub', 'Div', 'Cast', 'Range', 'Identity']
])

/** Of keys or of values: from where they are joined to the product that takes them. */
export interface Joined {
  readonly output: GraphPort
  readonly past: string
  readonly fresh: string
  /** `Concat`, what repeats them for each head, and for keys the `Transpose`. */
  readonly chain: readonly GraphNode[]
  /** Repeated for each head. */
  readonly isShared: boolean
  readonly product: GraphNode
  /** Nodes that ask how large they are, joined or repeated. */
  readonly sizes: readonly { readonly node: GraphNode; readonly isRepeated: boolean }[]
}

export interface Attention {
  readonly keys: Joined
  readonly values: Joined
  /** From scores to probabilities, in order. */
  readonly between: readonly GraphNode[]
  /** All of it, with what works out shapes for it and for nothing else. */
  readonly region: ReadonlySet<GraphNode>
}

/** Who makes and who reads each value of a graph. */
export class Wires {
  readonly makers = new Map<string, GraphNode>()
  private readonly readers = new Map<string, GraphNode[]>()
  private readonly outputs: ReadonlySet<string>
  readonly outline: GraphOutline

  constructor(outline: GraphOutline) {
    this.outline = outline
    this.outputs = new Set(outline.outputs.map(({ name }) => name))
    for (const one of outline.nodes) {
      for (const output of one.outputs) this.makers.set(output, one)
      for (const input of new Set(one.inputs)) {
        const known = this.readers.get(input)
        if (known === undefined) this.readers.set(input, [one])
        else known.push(one)
      }
    }
  }

  readersOf(name: string): readonly GraphNode[] {
    return this.readers.get(name) ?? []
  }

  /** Whether everything a node makes is read by `nodes` alone. */
  isOnlyFor({ outputs, hasSubgraph }: GraphNode, nodes: ReadonlySet<GraphNode>): boolean {
    if (hasSubgraph) return false
    return outputs.every((name) => !this.outputs.has(name) && this.readersOf(name).every((reader) => nodes.has(reader)))
  }
}

export const outputOf = ({ outputs }: GraphNode): string => outputs[0] ?? ''

/** A sentence where they are used in a way we do not know. */
function followJoined(wires: Wires, output: GraphPort, kind: 'key' | 'value'): Joined | string {
  const { bytes, inputs } = wires.outline
  const concat = wires.makers.get(output.name)
  const [past = '', fresh = '', ...more] = concat?.inputs ?? []
  if (concat?.type !== 'Concat' || fresh === '' || more.length > 0) return `${output.name} is not joined of two`
  const [axis] = integersOf(bytes, concat, 'axis') ?? []
  if ((axis !== 2 && axis !== -2) || !inputs.some(({ name }) => name === past))
    return `${output.name} does not go on from an input`
  const chain = [concat]
  const sizes: { node: GraphNode; isRepeated: boolean }[] = []
  /** The one that takes what the last one made, besides those that ask for its size. */
  const next = (isRepeated: boolean): GraphNode | null => {
    const readers = wires.readersOf(outputOf(chain.at(-1) ?? concat))
    sizes.push(...readers.flatMap((one) => (one.type === 'Shape' ? [{ node: one, isRepeated }] : [])))
    const [only, ...others] = readers.filter(({ type }) => type !== 'Shape')
    return only === undefined || others.length > 0 ? null : only
  }
  let taker = next(false)
  const isShared = taker?.type === 'Unsqueeze'
  if (isShared) {
    for (const type of ['Unsqueeze', 'Expand', 'Reshape']) {
      if (taker?.type !== type || taker.inputs[0] !== outputOf(chain.at(-1) ?? concat))
        return `${output.name} is not repeated in a way we know`
      chain.push(taker)
      taker = next(type === 'Reshape')
    }
  }
  if (kind === 'key') {
    const order = taker === null ? null : integersOf(bytes, taker, 'perm')
    if (taker?.type !== 'Transpose' || order?.join() !== '0,1,3,2') return `${output.name} is not turned for a product`
    chain.push(taker)
    const before = sizes.length
    taker = next(true)
    if (sizes.length > before) return `something asks for the size of ${output.name} turned`
  }
  if (taker?.type !== 'MatMul' || taker.inputs[1] !== outputOf(chain.at(-1) ?? concat))
    return `${output.name} goes into no product`
  if (sizes.some(({ node: one }) => integersOf(bytes, one, 'start') !== null || integersOf(bytes, one, 'end') !== null))
    return `something asks for a part of the size of ${output.name}`
  return { output, past, fresh, chain, isShared, product: taker, sizes }
}

/** From the scores to the probabilities that `context` takes; a sentence where they go elsewhere, too. */
function nodesBetween(wires: Wires, scores: GraphNode, context: GraphNode): readonly GraphNode[] | string {
  const found = new Set<GraphNode>([scores])
  for (const one of found) {
    if (found.size > MOST_BETWEEN) return 'its scores are used in many places'
    for (const name of one.outputs)
      for (const reader of wires.readersOf(name)) if (reader !== context) found.add(reader)
  }
  const all = new Set([...found, context])
  for (const one of found) if (!wires.isOnlyFor(one, all)) return 'its scores are used elsewhere'
  const [probabilities = ''] = context.inputs
  const last = wires.makers.get(probabilities)
  if (last === undefined || !found.has(last)) return 'its probabilities do not come from its scores'
  found.delete(scores)
  return wires.outline.nodes.filter((one) => found.has(one))
}

/** A sentence where it is written in a way we do not know. */
export function findAttention(wires: Wires, key: GraphPort, value: GraphPort): Attention | string {
  const keys = followJoined(wires, key, 'key')
  if (typeof keys === 'string') return keys
  const values = followJoined(wires, value, 'value')
  if (typeof values === 'string') return values
  if (keys.isShared !== values.isShared) return `${key.name} and ${value.name} are repeated in different ways`
  const between = nodesBetween(wires, keys.product, values.product)
  if (typeof between === 'string') return between
  const chains = [...keys.chain, ...values.chain]
  const region = new Set([...chains, keys.product, ...between, values.product])
  const shapes = new Set<GraphNode>()
  // From the nodes that repeat back to what works out their shapes, as far as that serves nothing else.
  const waiting = chains.filter(({ type }) => type !== 'Concat').flatMap(({ inputs }) => inputs.slice(1))
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const made = wires.makers.get(name)
    if (made === undefined || region.has(made) || !OF_SHAPES.has(made.type) || !wires.isOnlyFor(made, region)) continue
    region.add(made)
    shapes.add(made)
    waiting.push(...made.inputs)
    // It may have been the last reader of what was looked at before.
    for (const one of shapes)
      waiting.push(...one.inputs.filter((input) => !region.has(wires.makers.get(input) ?? made)))
  }
  return { keys, values, between, region }
}
