/**
 * @file Linking words and regions in a turn. The link lives in the turn's tree only (phrase and
 * mention nodes). Paths are those of grounded/visit; offsets are UTF-16 units into a text node.
 */
import { phrase, text } from '../grounded/build'
import type { GroundedNode, RegionId } from '../grounded/nodes'
import { normalizeNodes, withoutPositions } from '../grounded/normalize'
import { nodeAt, replaceNodeAt } from '../grounded/visit'
import type { NodePath } from '../grounded/visit'
import { Edit, regionOf, turnOf } from './edit'
import type { EditContext } from './edit'
import type { ImageDocument, TurnId } from './records'
import type { Transaction } from './transaction'

/** A phrase or mention node of a turn, or words inside one of its text nodes. */
export interface LinkTarget {
  readonly turnId: TurnId
  readonly path: NodePath
  /** Needed for a text node, half-open; a cut surrogate pair is taken whole. */
  readonly range?: { readonly start: number; readonly end: number }
}

const isLowSurrogate = (value: string, index: number): boolean => /^[\udc00-\udfff]$/.test(value.charAt(index))
const isHighSurrogate = (value: string, index: number): boolean => /^[\ud800-\udbff]$/.test(value.charAt(index))
const isInsidePair = (value: string, index: number): boolean =>
  isLowSurrogate(value, index) && isHighSurrogate(value, index - 1)

/** Splits a text node into text, phrase, text. Null when the range holds no words. */
function phraseFromText(
  value: string,
  range: LinkTarget['range'],
  ids: readonly RegionId[]
): readonly GroundedNode[] | null {
  if (range === undefined) return null
  let start = Math.max(0, Math.min(range.start, value.length))
  let end = Math.max(0, Math.min(range.end, value.length))
  if (isInsidePair(value, start)) start--
  if (isInsidePair(value, end)) end++
  if (end <= start || value.slice(start, end).trim() === '') return null
  return [text(value.slice(0, start)), phrase(value.slice(start, end), ids), text(value.slice(end))]
}

function linked(
  node: GroundedNode,
  range: LinkTarget['range'],
  ids: readonly RegionId[]
): readonly GroundedNode[] | null {
  if (node.type === 'text') return phraseFromText(node.value, range, ids)
  if (node.type === 'raw') return null
  const regionIds = [...new Set([...node.regionIds, ...ids])]
  return regionIds.length === node.regionIds.length ? null : [{ ...node, regionIds }]
}

/** A phrase without regions is words again; a mention without regions would be a hole, so it stays. */
function unlinked(node: GroundedNode, ids: ReadonlySet<RegionId>): readonly GroundedNode[] | null {
  if (node.type !== 'phrase' && node.type !== 'mention') return null
  const regionIds = node.regionIds.filter((id) => !ids.has(id))
  if (regionIds.length === node.regionIds.length) return null
  if (regionIds.length > 0) return [{ ...node, regionIds }]
  return node.type === 'phrase' ? node.children : null
}

function editNode(
  document: ImageDocument,
  target: LinkTarget,
  label: string,
  context: EditContext,
  change: (node: GroundedNode) => readonly GroundedNode[] | null
): Transaction | null {
  const turn = turnOf(document, target.turnId)
  const node = turn === undefined ? null : nodeAt(turn.children, target.path)
  const replacement = node === null ? null : change(node)
  if (turn === undefined || replacement === null) return null
  const edit = new Edit()
  // Positions point into the raw text of a parse; the edited tree is no longer that parse.
  const children = withoutPositions(normalizeNodes(replaceNodeAt(turn.children, target.path, replacement)))
  edit.set('turn', turn.id, turn, { ...turn, children })
  return edit.finish(label, document.image.id, context)
}

/**
 * Adds regions of the same image to a phrase or mention, or makes a phrase of words in a text node.
 * Null when the place, the words or the regions do not exist, or are linked already.
 */
export function linkPhrase(
  document: ImageDocument,
  target: LinkTarget,
  regionIds: readonly RegionId[],
  context: EditContext
): Transaction | null {
  const known = regionIds.filter((id) => regionOf(document, id) !== undefined)
  if (known.length === 0) return null
  return editNode(document, target, 'phrase.link', context, (node) => linked(node, target.range, [...new Set(known)]))
}

/** Takes regions off a phrase or mention; default all. The words stay. */
export function unlinkPhrase(
  document: ImageDocument,
  target: Omit<LinkTarget, 'range'>,
  regionIds: readonly RegionId[] | 'all',
  context: EditContext
): Transaction | null {
  return editNode(document, target, 'phrase.unlink', context, (node) => {
    const own = node.type === 'phrase' || node.type === 'mention' ? node.regionIds : []
    return unlinked(node, new Set(regionIds === 'all' ? own : regionIds))
  })
}
