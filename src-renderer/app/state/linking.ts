/** @file From words selected on screen to a place in a turn's tree. The only reader of the page's selection. */
import type { LinkTarget } from '../../../src-shared/document/turn-edits'
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

/** The words selected within one turn; a selection that leaves its text node is cut at its end. */
export function selectedWords(selection: Selection | null): LinkDraft | null {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const holder = elementOf(range.startContainer)?.closest(`[${PATH_ATTRIBUTE}]`)
  const turnId = holder?.closest(`[${TURN_ATTRIBUTE}]`)?.getAttribute(TURN_ATTRIBUTE)
  if (!holder || !turnId) return null
  const path = pathFromText(holder.getAttribute(PATH_ATTRIBUTE) ?? '')
  if (holder.hasAttribute('data-phrase')) return { target: { turnId, path }, words: holder.textContent ?? '' }
  const whole = holder.textContent ?? ''
  const start = range.startContainer === holder ? 0 : range.startOffset
  const end = holder.contains(range.endContainer) && range.endContainer !== holder ? range.endOffset : whole.length
  const words = whole.slice(start, end)
  const leading = words.length - words.trimStart().length
  const target: LinkTarget = { turnId, path, range: { start: start + leading, end: start + words.trimEnd().length } }
  return words.trim() ? { target, words: words.trim() } : null
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
