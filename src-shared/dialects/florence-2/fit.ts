/**
 * @file Fits a tree to what an answer of Florence-2 can say: labels and regions, one kind of region to a
 * label, and words only at the end. What had to give way is a loss.
 */
import { boundsOfShape } from '../../geometry/shape'
import type { GroundedShape } from '../../geometry/region-shape'
import { normalizedPoint } from '../../geometry/space'
import { phrase, text } from '../../grounded/build'
import type { GroundedNode, GroundedText, RegionId } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import type { Loss } from '../dialect'
import type { Florence2Answer } from './profile'
import { STOP_TOKENS } from './read'

export interface Fitted {
  readonly tree: GroundedText
  readonly losses: readonly Loss[]
  /** Index of each child in the tree that was given. */
  readonly origins: readonly number[]
}

/** The corners of a box, or of what a box can stand for, as the answer spells them. */
function fittedShape(shape: GroundedShape, answer: Florence2Answer): GroundedShape {
  if (answer === 'boxes' || shape.type === 'point' || shape.type === answer.slice(0, -1)) return shape
  if (answer === 'polygons' && shape.type === 'quad') return { type: 'polygon', points: shape.points }
  const [x0, y0, x1, y1] = boundsOfShape(shape)
  const points = [
    normalizedPoint(x0, y0),
    normalizedPoint(x1, y0),
    normalizedPoint(x1, y1),
    normalizedPoint(x0, y1)
  ] as const
  return answer === 'quads' ? { type: 'quad', points } : { type: 'polygon', points }
}

export function fitTree(tree: GroundedText, answer: Florence2Answer): Fitted {
  const losses: Loss[] = []
  const shapes = new Map(tree.regions.map(({ id, shape }) => [id, fittedShape(shape, answer)]))
  const given = new Map(tree.regions.map(({ id, shape }) => [id, shape]))
  const lose = (code: string, message: string, index: number): void => {
    losses.push({ code: `dialect/${code}`, message, path: [index] })
  }
  const isPolygon = (id: RegionId): boolean => shapes.get(id)?.type === 'polygon'
  /** What all of them are written as; null: some one, some the other. */
  const kindOf = (ids: readonly RegionId[]): 'polygon' | 'other' | null => {
    const polygons = ids.filter(isPolygon).length
    return polygons === 0 ? 'other' : polygons === ids.length ? 'polygon' : null
  }
  const holdsRegion = (node: GroundedNode | undefined): boolean =>
    node !== undefined &&
    (node.type === 'phrase' || node.type === 'mention') &&
    (node.regionIds.some((id) => shapes.has(id)) || (node.type === 'phrase' && node.children.some(holdsRegion)))

  /** Words that a region follows would be its label. From the end, since asking for each node anew is quadratic. */
  const goes: boolean[] = []
  for (let i = tree.children.length - 1; i >= 0; i--) {
    const node = tree.children[i]
    goes[i] = holdsRegion(node) ? true : node?.type === 'raw' ? false : (goes[i + 1] ?? false)
  }

  const children: GroundedNode[] = []
  const origins: number[] = []
  const add = (node: GroundedNode, index: number): void => {
    children.push(node)
    origins.push(index)
  }
  let isAfterRegion = false
  let isAfterNumbers = false
  tree.children.forEach((node, index) => {
    if (!holdsRegion(node)) {
      const words = plainText([node], () => '')
      if (node.type === 'raw' || goes[index] !== true) {
        const isMark = node.type === 'raw' && !STOP_TOKENS.includes(node.value)
        const written = node.type === 'raw' ? node.value : words
        if (isAfterRegion && written.startsWith('<') && !STOP_TOKENS.includes(written)) {
          add(text('\n'), index)
          lose('separated', 'A line break keeps numbers and marks apart from the region before them.', index)
        }
        // Spaces do not end a run for a lenient reader, a line break does.
        const isGap = !isMark && written.trim() === '' && !/[\n\r]/.test(written)
        if (!isGap) [isAfterRegion, isAfterNumbers] = [false, isMark]
        add(node, index)
      } else if (words.trim() !== '')
        lose('words', `Words before a region would be its label, and are left out: ${words.trim().slice(0, 40)}`, index)
      return
    }
    if (node.type !== 'phrase' && node.type !== 'mention') return
    if (node.regionIds.some((id) => given.get(id) !== shapes.get(id)))
      lose('kind', `Regions are written as the ${answer} that the answer consists of.`, index)
    const hasLabel = node.type === 'phrase' && plainText(node.children, () => '').trim() !== ''
    if (!hasLabel && isAfterRegion) {
      lose('merged', 'A region without words joins the label of the one before it.', index)
      const last = children.at(-1)
      const isSame = last !== undefined && 'regionIds' in last && kindOf(last.regionIds) === kindOf(node.regionIds)
      if (isSame && kindOf(last.regionIds) !== null) {
        children[children.length - 1] = { ...last, regionIds: [...last.regionIds, ...node.regionIds] }
        return
      }
    }
    if (!hasLabel && isAfterNumbers) {
      add(text('\n'), index)
      lose('separated', 'A line break keeps a region apart from the numbers before it.', index)
    }
    isAfterRegion = true
    isAfterNumbers = false
    const polygons = answer === 'boxes' ? node.regionIds.filter(isPolygon) : []
    const isMixed = polygons.length > 0 && polygons.length < node.regionIds.length
    if (!isMixed || node.type === 'mention') {
      add(node, index)
      return
    }
    lose('split-group', 'Boxes and polygons of one phrase are written one after the other.', index)
    add(
      phrase(
        node.children,
        node.regionIds.filter((id) => !isPolygon(id))
      ),
      index
    )
    add(phrase(node.children, polygons), index)
  })
  const regions = tree.regions.map((region) => ({ ...region, shape: shapes.get(region.id) ?? region.shape }))
  return { tree: { children, regions }, losses, origins }
}
