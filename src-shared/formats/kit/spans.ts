/**
 * @file Captions as formats write them, a text and spans with regions, to and from a tree. Spans that lie in each other
 * become phrases in phrases; spans that cross cannot be one tree, and the later one is given back.
 */
import type { GroundedNode, PhraseNode, RegionId } from '../../grounded/nodes'

/** Half-open UTF-16 offsets. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly regionIds: readonly RegionId[]
}

/** Records allow 40 (document/limits.ts); text and what holds the tree need some. */
const MOST_NESTED = 32

export interface SpanTree {
  readonly children: readonly GroundedNode[]
  /** Cross a span that stands in the tree, or lie too deep; their words are in the tree without them. */
  readonly crossing: readonly Span[]
}

interface Open {
  readonly end: number
  readonly children: GroundedNode[]
  /** Up to where its text is in `children`. */
  at: number
}

/** Spans with the same ends become one phrase with the regions of all, in order. Ends must lie in the text, start < end. */
export function treeFromSpans(text: string, spans: readonly Span[]): SpanTree {
  const merged = new Map<string, { start: number; end: number; regionIds: RegionId[] }>()
  for (const { start, end, regionIds } of spans) {
    const key = `${start} ${end}`
    const known = merged.get(key)
    if (known === undefined) merged.set(key, { start, end, regionIds: [...new Set(regionIds)] })
    else for (const id of regionIds) if (!known.regionIds.includes(id)) known.regionIds.push(id)
  }
  const ordered = [...merged.values()].sort((a, b) => a.start - b.start || b.end - a.end)
  const top: Open = { end: text.length, children: [], at: 0 }
  const stack: Open[] = [top]
  const crossing: Span[] = []
  const close = (open: Open): void => {
    if (open.at < open.end) open.children.push({ type: 'text', value: text.slice(open.at, open.end) })
    open.at = open.end
  }
  for (const span of ordered) {
    let holder = stack.at(-1) ?? top
    while (holder !== top && holder.end <= span.start) {
      close(holder)
      stack.pop()
      holder = stack.at(-1) ?? top
    }
    if (span.end > holder.end || stack.length > MOST_NESTED) {
      crossing.push(span)
      continue
    }
    if (holder.at < span.start) holder.children.push({ type: 'text', value: text.slice(holder.at, span.start) })
    holder.at = span.end
    const children: GroundedNode[] = []
    const node: PhraseNode = { type: 'phrase', children, regionIds: span.regionIds }
    holder.children.push(node)
    stack.push({ end: span.end, children, at: span.start })
  }
  while (stack.length > 0) close(stack.pop() as Open)
  return { children: top.children, crossing }
}

export interface TreeSpans {
  readonly text: string
  /** Every phrase, parents before what is in them, in reading order; those without regions too. */
  readonly spans: readonly Span[]
  /** Regions used as words, and predicates with roles: no span says that. */
  readonly mentions: number
  readonly roles: number
}

export function spansFromTree(nodes: readonly GroundedNode[]): TreeSpans {
  let text = ''
  let mentions = 0
  let roles = 0
  const spans: Span[] = []
  const walk = (list: readonly GroundedNode[]): void => {
    for (const node of list) {
      if (node.type === 'mention') mentions++
      else if (node.type !== 'phrase') text += node.value
      else {
        if (node.roles !== undefined) roles++
        const place = spans.length
        const start = text.length
        spans.push({ start, end: start, regionIds: node.regionIds })
        walk(node.children)
        spans[place] = { start, end: text.length, regionIds: node.regionIds }
      }
    }
  }
  walk(nodes)
  return { text, spans: spans.filter(({ start, end }) => start < end), mentions, roles }
}

/** The phrase around all the words of a tree, where there is one and nothing else: a referring expression. */
export function expressionOf(nodes: readonly GroundedNode[]): PhraseNode | null {
  const [node, ...others] = nodes.filter((each) => each.type !== 'text' || each.value !== '')
  return node?.type === 'phrase' && others.length === 0 ? node : null
}
