/** @file What may be written: words, line breaks, and regions as single signs among them. Pure. */
import { Schema } from 'prosemirror-model'
import type { Node as ProseNode } from 'prosemirror-model'
import type { GroundedNode, RegionId } from '../../../src-shared/grounded/nodes'

export const composerSchema = new Schema({
  nodes: {
    doc: { content: 'paragraph+' },
    paragraph: { content: 'inline*', group: 'block', parseDOM: [{ tag: 'p' }], toDOM: () => ['p', 0] },
    text: { group: 'inline' },
    region: {
      inline: true,
      group: 'inline',
      atom: true,
      selectable: true,
      attrs: { id: { validate: 'string' } },
      // The id alone crosses the clipboard; words and numbers always come from the document.
      parseDOM: [
        { tag: 'span[data-region-id]', getAttrs: (element) => ({ id: element.getAttribute('data-region-id') ?? '' }) }
      ],
      toDOM: (node) => ['span', { 'data-region-id': String(node.attrs['id']) }]
    }
  }
})

const regionIdOf = (node: ProseNode): RegionId => String(node.attrs['id'])

/** The written message as GroundedText nodes; lines are joined by `\n`, neighbouring words are one node. */
export function nodesFromDocument(document: ProseNode): readonly GroundedNode[] {
  const nodes: GroundedNode[] = []
  const addText = (value: string): void => {
    const last = nodes.at(-1)
    if (last?.type === 'text') nodes[nodes.length - 1] = { type: 'text', value: last.value + value }
    else if (value) nodes.push({ type: 'text', value })
  }
  document.forEach((paragraph, _offset, index) => {
    if (index > 0) addText('\n')
    paragraph.forEach((inline) => {
      if (inline.isText) addText(inline.text ?? '')
      else if (inline.type.name === 'region') nodes.push({ type: 'mention', regionIds: [regionIdOf(inline)] })
    })
  })
  return nodes
}

/** Without the blanks around it, which are no part of a question and would be read by the model. */
export function trimMessage(children: readonly GroundedNode[]): readonly GroundedNode[] {
  const trimmed = children.map((node, index) => {
    if (node.type !== 'text') return node
    const start = index === 0 ? node.value.trimStart() : node.value
    return { ...node, value: index === children.length - 1 ? start.trimEnd() : start }
  })
  return trimmed.filter((node) => node.type !== 'text' || node.value !== '')
}

/** The reverse; a phrase is written as its words with its regions behind them. */
export function documentFromNodes(children: readonly GroundedNode[]): ProseNode {
  const { doc, paragraph } = composerSchema.nodes
  const lines: ProseNode[][] = [[]]
  const add = (node: ProseNode): void => void lines.at(-1)?.push(node)
  const addText = (value: string): void =>
    value.split('\n').forEach((line, index) => {
      if (index > 0) lines.push([])
      if (line) add(composerSchema.text(line))
    })
  const visit = (node: GroundedNode): void => {
    if (node.type === 'text' || node.type === 'raw') addText(node.value)
    if (node.type === 'phrase') node.children.forEach(visit)
    if (node.type === 'mention' || node.type === 'phrase')
      node.regionIds.forEach((id) => add(composerSchema.node('region', { id })))
  }
  children.forEach(visit)
  return doc.create(
    null,
    lines.map((line) => paragraph.create(null, line))
  )
}

/** Region ids the message names, once each, in order. */
export function regionsInDocument(document: ProseNode): readonly RegionId[] {
  const ids = new Set<RegionId>()
  document.descendants((node) => {
    if (node.type.name === 'region') ids.add(regionIdOf(node))
  })
  return [...ids]
}

/** Stands for a region in the plain text of a line. */
export const OBJECT = '\u{fffc}'

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。；：！？（）、]/u

/** Which spaces a region brings with it. Chinese and Japanese write none, punctuation takes none before it. */
export function spacesAround(before: string, after: string): { readonly before: boolean; readonly after: boolean } {
  const last = [...before].at(-1) ?? ''
  const next = [...after][0] ?? ''
  const touchesWord = (letter: string): boolean => letter !== '' && !/\s/.test(letter) && !WIDE.test(letter)
  return {
    before: touchesWord(last) && last !== '(' && last !== '[',
    after: next === '' ? !WIDE.test(before) : touchesWord(next) && !/^[.,;:!?)\]]/.test(next)
  }
}

/** What follows an `@` right before the caret: `@re` → `re`; null when no region is being looked for. */
export function mentionQuery(textBeforeCaret: string): string | null {
  return /(?:^|[\s([（，。、？！,.?!\u{fffc}])@([^\s@[\]]{0,24})$/u.exec(textBeforeCaret)?.[1] ?? null
}
