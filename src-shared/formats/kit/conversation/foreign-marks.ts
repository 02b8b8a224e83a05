/**
 * @file Marks of regions that a dialect does not know: words to it, and places to another. A person is told, since a file
 * read with the wrong dialect has words where its regions are.
 */
import type { GroundedNode } from '../../../grounded/nodes'
import { visitNodes } from '../../../grounded/visit'

/** Digits of either width; fractions, powers of ten and percents are seen too, since models answer so. */
const NUMBER = String.raw`-?[\d０-９]+(?:[.．][\d０-９]+)?(?:e-?\d+)?%?`
/** A run of spaces is matched in one way only, or a long one would cost its square. */
const BETWEEN = String.raw`(?:\s*[,，、;；]\s*|\s+)`
const MARKS = [
  String.raw`<\|(?:box|object_ref|quad|det|ref)_?(?:start)?\|>`,
  String.raw`</?(?:box|ref|bbox|phrase|object|pred|quad|point|loc)>`,
  String.raw`<(?:patch_index|loc|bin|p|bbox_location|region|mask)_?\d+>`,
  String.raw`\{(?:<\d{1,3}>){2,}`,
  String.raw`"(?:bbox|bbox_2d|point_2d|box_2d)"\s*:`,
  String.raw`[[(【［（]{1,2}\s*${NUMBER}(?:${BETWEEN}${NUMBER}){3}\s*[\])】］）]`,
  String.raw`[(（]${NUMBER}\s*[,，]\s*${NUMBER}[)）]\s*[,，]\s*[(（]${NUMBER}\s*[,，]\s*${NUMBER}[)）]`
]
const FOREIGN = new RegExp(MARKS.join('|'))

/** The first one that stands in the words; null: none does. */
export function foreignMark(nodes: readonly GroundedNode[]): string | null {
  let found: string | null = null
  visitNodes(nodes, (node) => {
    if (node.type === 'text') found ??= FOREIGN.exec(node.value)?.[0] ?? null
  })
  return found
}
