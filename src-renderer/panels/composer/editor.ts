/** @file The editor of one message: ProseMirror, its keys, and what the rest of the window may do with it. */
import { baseKeymap, splitBlock } from 'prosemirror-commands'
import { history, redo, undo } from 'prosemirror-history'
import { keymap } from 'prosemirror-keymap'
import { Slice } from 'prosemirror-model'
import { EditorState, Selection } from 'prosemirror-state'
import type { Transaction as EditorTransaction } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import type { GroundedNode, RegionId } from '../../../src-shared/grounded/nodes'
import { ask, canAsk, isEmptyMessage } from '../../app/state/dialogue'
import { setState, stateOf } from '../../app/state/studio'
import type { ComposerHandle, Studio } from '../../app/state/studio'
import { ChipView } from './chip-view'
import {
  composerSchema,
  documentFromNodes,
  mentionQuery,
  nodesFromDocument,
  OBJECT,
  spacesAround,
  trimMessage
} from './schema'

export interface MentionQuery {
  readonly text: string
  /** Editor positions of `@` and of the caret. */
  readonly from: number
  readonly to: number
}

export interface ComposerView {
  readonly children: readonly GroundedNode[]
  readonly isEmpty: boolean
  readonly mention: MentionQuery | null
}

export interface ComposerEditor {
  readonly handle: ComposerHandle
  readonly view: EditorView
  clear(): void
  destroy(): void
  /** The open list of regions takes arrow keys, Enter and Escape first. */
  setListKeys(onKey: ((key: string) => boolean) | null): void
  /** Puts a region in place of what stands from `from` to `to`. */
  replaceWithRegion(from: number, to: number, id: RegionId): void
}

const emptyState = (studio: Studio, listKey: (key: string) => boolean): EditorState =>
  EditorState.create({
    schema: composerSchema,
    plugins: [
      keymap({
        ArrowDown: () => listKey('ArrowDown'),
        ArrowUp: () => listKey('ArrowUp'),
        Tab: () => listKey('Enter'),
        Enter: () => listKey('Enter') || sendOrStay(studio),
        'Shift-Enter': splitBlock,
        'Mod-Enter': () => sendOrStay(studio),
        Escape: () => listKey('Escape') || leave(studio)
      }),
      keymap({ 'Mod-z': undo, 'Mod-y': redo, 'Shift-Mod-z': redo }),
      keymap(baseKeymap),
      history()
    ]
  })

/** Enter never makes an empty line: it sends, or does nothing. */
function sendOrStay(studio: Studio): boolean {
  studio.handles.composer?.send()
  return true
}

function leave(studio: Studio): boolean {
  studio.handles.composer?.blur()
  return true
}

function lookAt(state: EditorState): ComposerView {
  const children = trimMessage(nodesFromDocument(state.doc))
  const { $from, empty } = state.selection
  const before = empty ? $from.parent.textBetween(0, $from.parentOffset, undefined, OBJECT) : ''
  const text = empty ? mentionQuery(before) : null
  return {
    children,
    isEmpty: isEmptyMessage(children),
    mention: text === null ? null : { text, from: $from.pos - text.length - 1, to: $from.pos }
  }
}

/** Inserts a region as a word of its own: with the spaces a person would type around it. */
function insertRegionAt(transaction: EditorTransaction, from: number, to: number, id: RegionId): EditorTransaction {
  const $from = transaction.doc.resolve(from)
  const $to = transaction.doc.resolve(to)
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, OBJECT)
  const after = $to.parent.textBetween($to.parentOffset, $to.parent.content.size, undefined, OBJECT)
  const nodes = [composerSchema.node('region', { id })]
  const spaces = spacesAround(before, after)
  if (spaces.before) nodes.unshift(composerSchema.text(' '))
  if (spaces.after) nodes.push(composerSchema.text(' '))
  const end = from + nodes.reduce((size, node) => size + node.nodeSize, 0)
  const replaced = transaction.replaceWith(from, to, nodes)
  return replaced.setSelection(Selection.near(replaced.doc.resolve(end)))
}

/** A sign typed after the space that an inserted region brought takes that space's place. */
function closeUp(view: EditorView, from: number, to: number, typed: string): boolean {
  const { $from } = view.state.selection
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, OBJECT)
  if (from !== to || !before.endsWith(`${OBJECT} `) || !/^[.,;:!?)\]，。；：！？）、]$/u.test(typed)) return false
  view.dispatch(view.state.tr.insertText(typed, from - 1, to))
  return true
}

export function createEditor(studio: Studio, place: HTMLElement, onView: (view: ComposerView) => void): ComposerEditor {
  let listKeys: ((key: string) => boolean) | null = null
  const fresh = (): EditorState => emptyState(studio, (key) => listKeys?.(key) ?? false)
  const view = new EditorView(place, {
    state: fresh(),
    attributes: {
      class: 'composer-words',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': studio.t('composer.label'),
      'data-testid': 'composer',
      spellcheck: 'false'
    },
    nodeViews: { region: (node) => new ChipView(studio, node) },
    handleDOMEvents: {
      focus: () => {
        setState(studio, { composerFocused: true, link: null })
        return false
      }
    },
    handleTextInput: (editor, from, to, typed) => closeUp(editor, from, to, typed),
    // Regions pasted from elsewhere are not regions of this image.
    transformPasted: (slice) => onlyKnownRegions(studio, slice),
    dispatchTransaction: (transaction) => {
      view.updateState(view.state.apply(transaction))
      onView(lookAt(view.state))
    }
  })

  const replaceState = (state: EditorState): void => {
    view.updateState(state)
    onView(lookAt(state))
  }
  const clear = (): void => replaceState(fresh())

  const handle: ComposerHandle = {
    focus: () => view.focus(),
    blur: () => {
      view.dom.blur()
      setState(studio, { composerFocused: false })
    },
    insertRegion: (id) => {
      const { from, to } = view.state.selection
      view.dispatch(insertRegionAt(view.state.tr, from, to, id).scrollIntoView())
      view.focus()
    },
    setContent: (children, caretAfter = null) => {
      const { tr } = view.state
      tr.replaceWith(0, tr.doc.content.size, documentFromNodes(children).content)
      // One line of content: its end is one position before the end of the document.
      const caret = caretAfter === null ? null : documentFromNodes(children.slice(0, caretAfter)).content.size - 1
      view.dispatch(tr.setSelection(caret === null ? Selection.atEnd(tr.doc) : Selection.near(tr.doc.resolve(caret))))
      view.focus()
    },
    send: () => {
      const { children, isEmpty } = lookAt(view.state)
      if (isEmpty || !canAsk(stateOf(studio)) || !ask(studio, children)) return false
      clear()
      handle.blur()
      return true
    }
  }

  return {
    handle,
    view,
    clear,
    destroy: () => view.destroy(),
    setListKeys: (onKey) => {
      listKeys = onKey
    },
    replaceWithRegion: (from, to, id) => {
      view.dispatch(insertRegionAt(view.state.tr, from, to, id))
      view.focus()
    }
  }
}

function onlyKnownRegions(studio: Studio, slice: Slice): Slice {
  const known = new Set(stateOf(studio).document?.regions.map((region) => region.id))
  let foreign = false
  slice.content.descendants((node) => {
    if (node.type.name === 'region' && !known.has(String(node.attrs['id']))) foreign = true
  })
  if (!foreign) return slice
  const words = slice.content.textBetween(0, slice.content.size, '\n', (node) =>
    node.type.name === 'region' ? '' : (node.text ?? '')
  )
  return new Slice(documentFromNodes([{ type: 'text', value: words }]).content, 1, 1)
}
