/** @file Dialects whose label is the number of a class: other words cannot be written as one. */
import { mention, text } from '../../grounded/build'
import type { GroundedNode, GroundedText } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { regionIdsOf } from '../../grounded/visit'
import type { Loss } from '../dialect'

/** Whether the words are a class number from 0 to `last`, without leading zeros. */
export const isClassNumber = (words: string, last: number): boolean =>
  /^(?:0|[1-9]\d{0,5})$/.test(words) && Number(words) <= last

/** A phrase that is no class number becomes words and a box without a class. */
export function withClassesOnly(
  tree: GroundedText,
  last: number
): { readonly tree: GroundedText; readonly losses: readonly Loss[] } {
  const losses: Loss[] = []
  const children = tree.children.flatMap((node, i): readonly GroundedNode[] => {
    if (node.type !== 'phrase' || node.regionIds.length === 0) return [node]
    const name = plainText(node.children, () => '')
    if (isClassNumber(name.trim(), last) || name.trim() === '') return [node]
    const message = `“${name}” is no class number; its regions are written without a class.`
    losses.push({ code: 'dialect/label', message, path: [i] })
    return [text(name), mention(regionIdsOf([node]))]
  })
  return { tree: { ...tree, children }, losses }
}
