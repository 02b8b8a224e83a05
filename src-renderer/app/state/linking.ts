/** @file From words selected on screen to a place in a turn's tree. The only reader of the page's selection. */
import { linkWords } from './edits'
import { notify } from './notices'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'
import type { LinkDraft } from './studio-state'

/** Attributes of a turn's words on the page. */
export const TURN_ATTRIBUTE = 'data-turn-id'
export const PATH_ATTRIBUTE = 'data-node-path'

export const pathText = (path: readonly number[]): string => path.join('.')
export const pathFromText = (text: string): readonly number[] => text.split('.').map(Number)

const elementOf = (node: Node): Element | null => (node instanceof Element ? node : node.parentElement)

const WORD_LETTER = /[\p{L}\p{N}\p{M}'’-]/u
/** Scripts written without spaces: every letter may be the end of a word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const isInsideWord = (text: string, at: number): boolean => {
  const [before, after] = [text.charAt(at - 1), text.charAt(at)]
  return WORD_LETTER.test(before) && WORD_LETTER.test(after) && !UNSPACED.test(before + after)
}

/** A sloppy selection as whole words, without the blanks around them; null when it holds no words. */
export function wholeWords(
  text: string,
  range: { readonly start: number; readonly end: number }
): { readonly start: number; readonly end: number } | null {
  let { start, end } = range
  while (start < end && /\s/.test(text.charAt(start))) start++
  while (end > start && /\s/.test(text.charAt(end - 1))) end--
  if (start === end) return null
  while (start > 0 && isInsideWord(text, start)) start--
  while (end < text.length && isInsideWord(text, end)) end++
  return { start, end }
}

/** The words selected within one turn; a selection that leaves its text node is cut at its end. */
export function selectedWords(selection: Selection | null): LinkDraft | null {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const marked = selection.getRangeAt(0)
  const holder = elementOf(marked.startContainer)?.closest(`[${PATH_ATTRIBUTE}]`)
  const turnId = holder?.closest(`[${TURN_ATTRIBUTE}]`)?.getAttribute(TURN_ATTRIBUTE)
  if (!holder || !turnId) return null
  const path = pathFromText(holder.getAttribute(PATH_ATTRIBUTE) ?? '')
  if (holder.hasAttribute('data-phrase')) return { target: { turnId, path }, words: holder.textContent ?? '' }
  const whole = holder.textContent ?? ''
  const start = marked.startContainer === holder ? 0 : marked.startOffset
  const end = holder.contains(marked.endContainer) && marked.endContainer !== holder ? marked.endOffset : whole.length
  const range = wholeWords(whole, { start, end })
  return range && { target: { turnId, path, range }, words: whole.slice(range.start, range.end) }
}

/** H: links the selected words to the selected regions, or waits for a click on one. */
export function linkSelection(studio: Studio): void {
  const draft = selectedWords(window.getSelection())
  if (!draft) {
    notify(studio, { level: 'info', message: studio.t('link.selectWords'), nextStep: studio.t('link.selectWordsNext') })
    return
  }
  startLink(studio, draft)
}

export function startLink(studio: Studio, draft: LinkDraft): void {
  window.getSelection()?.removeAllRanges()
  const { selection } = stateOf(studio)
  if (selection.length > 0 && linkWords(studio, draft.target, selection)) return
  setState(studio, { link: draft, tool: 'select', composerFocused: false })
}
