/**
 * @file What a built turn says, as one text with marks: a mention is written ▢ids▢, a phrase ‹words|ids›; and what is
 * taken out of it again, the slots of its wording among others.
 */
import type { GroundedNode } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { CHINESE } from '../../prompts/tasks/chinese'
import { ENGLISH } from '../../prompts/tasks/english'
import type { TaskId } from '../../prompts/tasks/task'
import type { Tongue } from './reading'

/** Words and the ids of the regions they are tied to. */
export interface Link {
  readonly words: string
  readonly ids: readonly string[]
}

export const saidIn = (nodes: readonly GroundedNode[]): string =>
  nodes
    .map((node) => {
      if (node.type === 'mention') return `▢${node.regionIds.join(' ')}▢`
      return node.type === 'phrase' ? `‹${plainText(node.children)}|${node.regionIds.join(' ')}›` : node.value
    })
    .join('')

export const linksIn = (said: string): readonly Link[] =>
  [...said.matchAll(/‹([^|›]*)\|([^›]*)›/g)].map(([, words = '', ids = '']) => ({ words, ids: ids.split(' ') }))

/** Of a mention. */
export const idsIn = (marked: string): readonly string[] => marked.replaceAll('▢', '').split(' ')

/** Slots that regions stand in. */
const MARKED = new Set(['region', 'subject', 'object'])
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** What fills the slots of the question of a task; null: it has none of its wordings. */
export function slotsIn(question: string, task: TaskId, tongue: Tongue): Readonly<Record<string, string>> | null {
  const table = tongue === 'en' ? ENGLISH : CHINESE
  // Wordings that say more come first: "{question}" alone would match any of them.
  for (const wording of table[task].toSorted((a, b) => b.length - a.length)) {
    const pattern = escaped(wording).replace(
      /\\\{(\w+)\\\}/g,
      (_, name: string) => `(?<${name}>${MARKED.has(name) ? '▢[^▢]+▢' : '.+'})`
    )
    const match = new RegExp(`^${pattern}$`, 's').exec(question)
    if (match !== null) return match.groups ?? {}
  }
  return null
}
