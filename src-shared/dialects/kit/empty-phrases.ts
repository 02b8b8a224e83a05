/**
 * @file A phrase without regions takes the region that follows it when it is read: `<ref>the dog</ref>`
 * before a mention. Such a phrase is written as plain words, and the loss is said.
 */
import { text } from '../../grounded/build'
import type { GroundedNode, GroundedText } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import type { Loss } from '../dialect'

export interface Separated {
  readonly tree: GroundedText
  readonly losses: readonly Loss[]
}

/** `isJoined`: whether a reader takes a region to the phrase when these words stand between them. */
export function separateEmptyPhrases(tree: GroundedText, isJoined: (between: string) => boolean): Separated {
  const known = new Set(tree.regions.map(({ id }) => id))
  const holds = (node: GroundedNode): boolean =>
    (node.type === 'phrase' || node.type === 'mention') &&
    (node.regionIds.some((id) => known.has(id)) || (node.type === 'phrase' && node.children.some(holds)))
  const children = [...tree.children]
  const losses: Loss[] = []
  let isBeforeMention = false
  for (let i = children.length - 1; i >= 0; i--) {
    const node = children[i]
    if (node === undefined) continue
    if (holds(node)) {
      isBeforeMention = node.type === 'mention'
      continue
    }
    const words = plainText([node], () => '')
    if (isJoined(words)) continue
    if (node.type === 'phrase' && isBeforeMention) {
      children[i] = text(words)
      const message = 'A phrase without regions before a region is written as plain words.'
      losses.unshift({ code: 'dialect/ungrounded-phrase', message, path: [i] })
    }
    isBeforeMention = false
  }
  return { tree: { ...tree, children }, losses }
}
