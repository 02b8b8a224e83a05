/**
 * @file Texts in which placeholders stand for regions, and what they stand for is written beside the text. Words are
 * collected until a placeholder of ours ends the run, since one that a person typed may be spread over several nodes.
 */
import type { GroundedNode, MentionNode, PhraseNode } from '../../../grounded/nodes'

export interface PlaceholderWriter {
  /** Words that a loader would take for its own are made harmless. */
  readonly clean: (words: string) => string
  /**
   * What stands for a node's regions. `words` are those of a phrase, cleaned, which are in the text already; null for a
   * region used as a word.
   */
  readonly regions: (node: PhraseNode | MentionNode, words: string | null) => string
  /** Words of a phrase, where the format has a placeholder for them; null: they go into the text. */
  readonly phrase?: (node: PhraseNode) => string | null
}

export function placeholderText(nodes: readonly GroundedNode[], writer: PlaceholderWriter): string {
  let value = ''
  let words = ''
  const finish = (): void => {
    value += writer.clean(words)
    words = ''
  }
  const write = (list: readonly GroundedNode[]): void => {
    for (const node of list) {
      if (node.type === 'text' || node.type === 'raw') {
        words += node.value
        continue
      }
      const own = node.type === 'phrase' ? (writer.phrase?.(node) ?? null) : null
      if (own !== null) {
        finish()
        value += own
      }
      finish()
      const start = value.length
      if (node.type === 'phrase' && own === null) write(node.children)
      finish()
      value += writer.regions(node, node.type === 'phrase' && own === null ? value.slice(start) : null)
    }
  }
  write(nodes)
  finish()
  return value
}
