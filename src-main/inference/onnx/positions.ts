/**
 * @file Finds what a graph computes of positions alone: the angles of rotary embeddings, and their sine and cosine.
 *
 * [Note: Sine on a GPU] WebGPU lets sine and cosine be off by 2^-11 within one turn and says nothing of larger angles
 * (WebGPU Shading Language, accuracy of built-in functions); the angle of the first pair is the position itself, in
 * radians. The CPU takes these few values exactly, and nothing waits for it: positions come from there.
 */
import type { GraphNode, GraphOutline } from './graph'

/** Inputs that say where things stand; ids of words, which are integers too, are what the model computes from. */
const PLACES: ReadonlySet<string> = new Set(['position_ids', 'attention_mask', 'grid_thw', 'image_grid_thw'])
const WAVES: ReadonlySet<string> = new Set(['Sin', 'Cos'])
const NOTHING: ReadonlySet<GraphNode> = new Set()

/** The nodes, sine and cosine included; none where these depend on what the model computes. */
export function nodesOfPositions({ nodes, inputs, initializers }: GraphOutline): readonly GraphNode[] {
  /** What makes a value, where that is places that are fed, constants and sizes, and nothing else. */
  const behind = new Map<string, ReadonlySet<GraphNode>>([['', NOTHING]])
  for (const name of initializers.keys()) behind.set(name, NOTHING)
  for (const { name } of inputs) if (PLACES.has(name)) behind.set(name, NOTHING)

  const found = new Set<GraphNode>()
  // Nodes stand in the order they run.
  for (const node of nodes) {
    // How large a tensor is, is known without moving it.
    const isGiven = node.type === 'Shape' || node.type === 'Constant'
    const before = isGiven ? [] : node.inputs.map((input) => behind.get(input))
    if (node.hasSubgraph || before.some((set) => set === undefined)) continue
    const all: ReadonlySet<GraphNode> = isGiven
      ? NOTHING
      : new Set([...before.flatMap((set) => [...(set ?? [])]), node])
    for (const output of node.outputs) behind.set(output, all)
    if (WAVES.has(node.type) && node.domain === '') for (const one of all) found.add(one)
  }
  return [...found]
}
