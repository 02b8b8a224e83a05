/**
 * @file Which words a placeholder is tied to, where a format's text does not say: `phrases`, a list of ours beside the
 * text, has for each placeholder the words right before it, null where it stands for a word itself, or true where it
 * belongs to the placeholder before it.
 */
import { raw, text } from '../../../grounded/build'
import type { GroundedNode } from '../../../grounded/nodes'

export const JOINED = true
export type TiedTo = string | typeof JOINED | null

/** Nodes of one text, put together in order. */
export class TiedNodes {
  readonly nodes: GroundedNode[] = []
  readonly #phrases: unknown
  #next = 0

  constructor(phrases: unknown) {
    this.#phrases = phrases
  }

  words(value: string): void {
    if (value !== '') this.nodes.push(text(value))
  }

  /** A placeholder as it stood in the text, and the regions that it stands for; none: they could not be read. */
  place(mark: string, keys: readonly string[]): void {
    const tied: unknown = Array.isArray(this.#phrases) ? (this.#phrases as readonly unknown[])[this.#next] : null
    this.#next++
    const last = this.nodes.at(-1)
    if (keys.length === 0) this.nodes.push(raw(mark, 'import/empty-box'))
    else if (tied === JOINED && (last?.type === 'phrase' || last?.type === 'mention'))
      this.nodes[this.nodes.length - 1] = { ...last, regionIds: [...last.regionIds, ...keys] }
    else if (typeof tied === 'string' && tied !== '' && last?.type === 'text' && last.value.endsWith(tied)) {
      this.nodes[this.nodes.length - 1] = text(last.value.slice(0, last.value.length - tied.length))
      this.nodes.push({ type: 'phrase', children: [text(tied)], regionIds: keys })
    } else this.nodes.push({ type: 'mention', regionIds: keys })
  }
}
