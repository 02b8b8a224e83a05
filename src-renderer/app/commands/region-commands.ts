import { flushSync } from 'react-dom'
import type { Command } from './command'
import { nextProposal, neighbourRegion, openProposals, proposalsToDecide, selectedRegions } from './selection'
import { canEdit, hasImage } from './tool-commands'
import { copyRegions, pasteRegions } from '../state/copying'
import { acceptProposals, assignLabel, deleteRegions, rejectProposals } from '../state/edits'
import { setGalleryFilter } from '../state/gallery'
import { linkSelection } from '../state/linking'
import { selectRegions } from '../state/selecting'
import { canAsk } from '../state/dialogue'
import { setState, stateOf } from '../state/studio'
import type { Studio } from '../state/studio'
import { changeSettings } from '../state/project'
import type { StudioState } from '../state/studio-state'

const hasSelection = (state: StudioState): boolean => canEdit(state) && selectedRegions(state).length > 0
const hasSelectedWords = (): boolean => typeof window !== 'undefined' && window.getSelection()?.isCollapsed === false
const canDecide = (state: StudioState): boolean => canEdit(state) && openProposals(state).length > 0

/**
 * One key, one decision, and on to the next proposal. While something else is selected, the first
 * press only shows which proposal is next: nothing is decided unseen.
 */
function decide(studio: Studio, apply: (studio: Studio, ids: readonly string[]) => void): void {
  const state = stateOf(studio)
  const ids = proposalsToDecide(state).map((region) => region.id)
  const next = nextProposal(state, ids)
  if (ids.length > 0) apply(studio, ids)
  selectRegions(studio, next ? [next] : [], { reveal: true })
}

function skip(studio: Studio): void {
  const state = stateOf(studio)
  const next = nextProposal(state, state.selection)
  if (next) selectRegions(studio, [next], { reveal: true })
}

/** Switched on, the list of images goes to those with proposals, where that order means something. */
async function toggleLeastCertainFirst(studio: Studio): Promise<void> {
  const { settings, gallery } = stateOf(studio)
  const isOn = !settings.leastCertainFirst
  const saved = changeSettings(studio, { leastCertainFirst: isOn })
  if (isOn || gallery.filter === 'proposals') await setGalleryFilter(studio, 'proposals')
  await saved
}

const walk = (studio: Studio, step: 1 | -1): void => {
  const id = neighbourRegion(stateOf(studio), step)
  if (id) selectRegions(studio, [id], { reveal: true })
}

export const regionCommands: readonly Command[] = [
  {
    id: 'region.next',
    label: 'command.region.next',
    group: 'regions',
    keys: ['Tab'],
    onCanvasOnly: true,
    isEnabled: hasImage,
    run: (studio) => walk(studio, 1)
  },
  {
    id: 'region.previous',
    label: 'command.region.previous',
    group: 'regions',
    keys: ['Shift+Tab'],
    onCanvasOnly: true,
    isEnabled: hasImage,
    run: (studio) => walk(studio, -1)
  },
  {
    id: 'region.delete',
    label: 'command.region.delete',
    group: 'regions',
    keys: ['Delete', 'Backspace'],
    isEnabled: hasSelection,
    run: (studio) => deleteRegions(studio, stateOf(studio).selection)
  },
  {
    id: 'region.label',
    label: 'command.region.label',
    group: 'regions',
    keys: ['L'],
    isEnabled: canEdit,
    run: (studio) => setState(studio, { overlay: 'label' })
  },
  {
    id: 'region.copy',
    label: 'command.region.copy',
    group: 'regions',
    keys: ['Mod+C'],
    // Words that are selected on the page are what the person means to copy.
    isEnabled: (state) => hasImage(state) && selectedRegions(state).length > 0 && !hasSelectedWords(),
    run: copyRegions
  },
  {
    id: 'region.paste',
    label: 'command.region.paste',
    group: 'regions',
    keys: ['Mod+V'],
    isEnabled: (state) => canEdit(state) && state.copied.length > 0,
    run: pasteRegions
  },
  {
    id: 'region.insert',
    label: 'command.region.insert',
    group: 'dialogue',
    keys: ['I'],
    isEnabled: hasSelection,
    run: (studio) => stateOf(studio).selection.forEach((id) => studio.handles.composer?.insertRegion(id))
  },
  {
    id: 'region.link',
    label: 'command.region.link',
    group: 'dialogue',
    keys: ['H'],
    isEnabled: canEdit,
    run: linkSelection
  },
  {
    id: 'proposal.accept',
    label: 'command.proposal.accept',
    group: 'proposals',
    keys: ['A'],
    isEnabled: canDecide,
    run: (studio) => decide(studio, acceptProposals)
  },
  {
    id: 'proposal.reject',
    label: 'command.proposal.reject',
    group: 'proposals',
    keys: ['X'],
    isEnabled: canDecide,
    run: (studio) => decide(studio, rejectProposals)
  },
  {
    id: 'proposal.skip',
    label: 'command.proposal.skip',
    group: 'proposals',
    keys: ['S'],
    isEnabled: (state) => openProposals(state).length > 0,
    run: skip
  },
  {
    id: 'proposal.acceptAll',
    label: 'command.proposal.acceptAll',
    group: 'proposals',
    keys: ['Shift+A'],
    isEnabled: (state) => canEdit(state) && openProposals(state).length > 0,
    run: (studio) =>
      acceptProposals(
        studio,
        openProposals(stateOf(studio)).map((region) => region.id)
      )
  },
  {
    id: 'proposal.order',
    label: 'command.proposal.order',
    group: 'proposals',
    keys: ['U'],
    isEnabled: (state) => state.screen === 'studio',
    run: (studio) => void toggleLeastCertainFirst(studio)
  },
  {
    id: 'view.rejected',
    label: 'command.view.rejected',
    group: 'view',
    keys: [],
    isEnabled: (state) => state.screen === 'studio',
    run: (studio) => void changeSettings(studio, { showRejected: !stateOf(studio).settings.showRejected })
  }
]

const focusComposer = (studio: Studio): void => {
  // The panel must be on screen before its editor can take the focus, and the next key is meant for it.
  flushSync(() => setState(studio, { tab: 'dialogue' }))
  studio.handles.composer?.focus()
}

export const dialogueCommands: readonly Command[] = [
  {
    id: 'dialogue.focus',
    label: 'command.dialogue.focus',
    group: 'dialogue',
    keys: ['G'],
    isEnabled: hasImage,
    run: focusComposer
  },
  {
    id: 'dialogue.send',
    label: 'command.dialogue.send',
    group: 'dialogue',
    keys: ['Mod+Enter'],
    whileTyping: true,
    isEnabled: canAsk,
    run: (studio) => studio.handles.composer?.send()
  },
  {
    id: 'dialogue.models',
    label: 'command.dialogue.models',
    group: 'dialogue',
    keys: [],
    isEnabled: (state) => state.screen === 'studio',
    run: (studio) => setState(studio, { overlay: 'models' })
  }
]

/** 1–9: the label of that order, for the next region and for the selected ones. */
export const labelCommands: readonly Command[] = Array.from({ length: 9 }, (_, index) => {
  const labelAt = (state: StudioState): string | undefined => state.labels[index]?.id
  return {
    id: `label.${index + 1}`,
    label: 'command.label.assign',
    group: 'regions',
    keys: [String(index + 1)],
    isEnabled: (state) => canEdit(state) && labelAt(state) !== undefined,
    run: (studio) => {
      const labelId = labelAt(stateOf(studio))
      if (!labelId) return
      setState(studio, { activeLabelId: labelId })
      const ids = stateOf(studio).selection
      if (ids.length > 0) assignLabel(studio, ids, labelId)
    }
  } satisfies Command
})
