/** @file What a question to a text reader asks for: every text, the text in a region, or the place of some words. */
import { boundsOfShape } from '../../../../src-shared/geometry/shape'
import type { NormalizedBox } from '../../../../src-shared/geometry/space'
import type { GroundedText } from '../../../../src-shared/grounded/nodes'

export type TextQuestion =
  | { readonly kind: 'all' }
  | { readonly kind: 'inside'; readonly boxes: readonly NormalizedBox[] }
  | { readonly kind: 'find'; readonly words: string }

const QUOTED = /["“”„«]([^"“”„»«]+)["“”»]|[「『‘]([^」』’]+)[」』’]|(?:^|\s)'([^']+)'(?=[\s?.!,]|$)/u
/** "Where is the text STOP?", "find the word exit", 文字“出口”在哪里. */
const PLACED =
  /^(?:where(?:'s| is| are| does it say)|find|locate|show(?: me)?)\s+(?:the\s+|all\s+)?(?:(?:texts?|words?|letters?|lines?|numbers?|signs?)\s+)?(.+?)\s*[?.!]*$/iu
const CHINESE_PLACED = /^(?:请)?(?:找到|找出|定位)?(?:文字|文本|字)?\s*(.+?)\s*(?:在哪里|在哪儿|在哪|的位置)[？?。]*$/u
const EVERYTHING = /^(?:texts?|words?|all|everything|it|any(?:thing)?)$/iu

export function readQuestion(question: string, tree: GroundedText): TextQuestion {
  if (tree.regions.length > 0) return { kind: 'inside', boxes: tree.regions.map(({ shape }) => boundsOfShape(shape)) }
  const quoted = QUOTED.exec(question)
  const words = (
    quoted?.slice(1).find((part) => part !== undefined) ??
    PLACED.exec(question.trim())?.[1] ??
    CHINESE_PLACED.exec(question.trim())?.[1] ??
    ''
  ).trim()
  return words === '' || EVERYTHING.test(words) ? { kind: 'all' } : { kind: 'find', words }
}
