/** @file What kind of decoder a graph is, by where its keys and values come from. Nothing is changed or run. */
import type { GraphOutline } from './graph'

/**
 * `concat`: past and new rows are joined before an attention written out in ONNX's own operators. `group-query`: one
 * operator does both. `if`: two graphs in one, with and without a past, chosen by an input (`use_cache_branch`).
 */
export type DecoderClass = 'concat' | 'group-query' | 'if' | 'other'

const PRESENT = /^present\./

/** `detail`: the operators that make its keys and values. */
export function classifyDecoder(outline: GraphOutline): { readonly kind: DecoderClass; readonly detail: string } {
  const presents = outline.outputs.filter(({ name }) => PRESENT.test(name))
  const maker = new Map(outline.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const types = [...new Set(presents.map(({ name }) => maker.get(name)?.type ?? 'nothing'))].sort()
  const detail = presents.length === 0 ? 'it hands out no keys and values' : types.join(', ')
  const isMerged = outline.inputs.some(({ name }) => name === 'use_cache_branch')
  if (isMerged || types.includes('If')) return { kind: 'if', detail }
  if (types.length === 1 && types[0] === 'Concat') return { kind: 'concat', detail }
  if (types.length === 1 && types[0] === 'GroupQueryAttention') return { kind: 'group-query', detail }
  return { kind: 'other', detail }
}
