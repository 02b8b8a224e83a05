/**
 * @file One window's studio: its state, its connection to the core, and the handles of the two parts
 * that are driven imperatively. Everything else in `state/` is functions over it.
 */
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Rpc } from '../../../src-shared/ipc/contract'
import type { GroundedNode, RegionId } from '../../../src-shared/grounded/nodes'
import type { CanvasHandle } from '../../canvas/contract'
import type { Translate } from '../../i18n/translate'
import { overlayDocument, overlayLabels } from './document-session'
import type { SaveQueue } from './save-queue'
import { initialState } from './studio-state'
import type { PointerState, StudioState } from './studio-state'

export interface ComposerHandle {
  focus(): void
  blur(): void
  insertRegion(id: RegionId): void
  /** Replaces what is written; the caret goes behind the first `caretAfter` nodes, else to the end. */
  setContent(children: readonly GroundedNode[], caretAfter?: number | null): void
  send(): boolean
}

/** Where a person was in a project. `index`: place in the unfiltered list; null when it was not known. */
export interface LastImage {
  readonly imageId: string
  readonly index: number | null
}

/** Clock, random and what outlives the window come in, so that tests decide them. */
export interface StudioSources {
  now(): number
  newId(): string
  lastImage(projectId: string): LastImage | null
  rememberImage(projectId: string, last: LastImage): void
  /** What was chosen last in a dialog, by a name of the dialog's own; null: nothing, or nothing is kept. */
  remembered(name: string): string | null
  remember(name: string, text: string): void
}

export interface Studio {
  readonly rpc: Rpc
  readonly store: StoreApi<StudioState>
  readonly pointer: StoreApi<PointerState>
  readonly sources: StudioSources
  readonly t: Translate
  readonly handles: { canvas: CanvasHandle | null; composer: ComposerHandle | null }
  readonly queue: SaveQueue
  /** Sequence numbers already applied: a window hears its own commits twice. */
  readonly seen: Set<number>
  /**
   * Resolved: the core has the project this window shows, or this window hears when it has another.
   * null: the line was lost since, so the core must be asked before anything is sent to it.
   */
  readonly confirmation: { current: Promise<void> | null }
  readonly timers: Map<string, ReturnType<typeof setTimeout>>
}

export const createStudioStore = (): StoreApi<StudioState> => createStore<StudioState>(() => initialState)

export const createPointerStore = (): StoreApi<PointerState> =>
  createStore<PointerState>(() => ({ pointer: null, scale: 1 }))

export const stateOf = (studio: Studio): StudioState => studio.store.getState()

/** Sets state and keeps what is derived from `committed` and `pending` true. */
export function setState(
  studio: Studio,
  patch: Partial<StudioState> | ((state: StudioState) => Partial<StudioState>)
): void {
  studio.store.setState((state) => {
    const part = typeof patch === 'function' ? patch(state) : patch
    const next: StudioState = { ...state, ...part }
    if (!('committed' in part || 'pending' in part || 'committedLabels' in part)) return next
    return {
      ...next,
      document: next.committed ? overlayDocument(next.committed, next.pending) : null,
      labels: overlayLabels(next.committedLabels, next.pending)
    }
  })
}

/** Runs the last of a burst of calls after `delayMs`. */
export function debounce(studio: Studio, name: string, delayMs: number, run: () => void): void {
  clearTimeout(studio.timers.get(name))
  studio.timers.set(name, setTimeout(run, delayMs))
}
