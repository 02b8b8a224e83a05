import { openFolderPicker, rescan } from './project-actions'
import type { Command } from './command'
import { canEdit } from './tool-commands'
import { stepTarget } from '../state/gallery'
import { stepImage } from '../state/images'
import { redo, undo } from '../state/history'
import { closeProject, openSample } from '../state/project'
import { checkProject } from '../state/checks'
import { toggleDone } from '../state/edits'
import { setState } from '../state/studio'
import type { StudioState } from '../state/studio-state'

const inStudio = (state: StudioState): boolean => state.screen === 'studio'
const canWrite = (state: StudioState): boolean => inStudio(state) && state.project?.readOnly === false
const canStepBy =
  (step: 1 | -1) =>
  (state: StudioState): boolean =>
    inStudio(state) && stepTarget(state.gallery, state.imageId, step) !== null

export const imageCommands: readonly Command[] = [
  {
    id: 'image.next',
    repeats: true,
    label: 'command.image.next',
    group: 'images',
    keys: ['E', 'PageDown'],
    isEnabled: canStepBy(1),
    run: (studio) => void stepImage(studio, 1)
  },
  {
    id: 'image.previous',
    repeats: true,
    label: 'command.image.previous',
    group: 'images',
    keys: ['Q', 'PageUp'],
    isEnabled: canStepBy(-1),
    run: (studio) => void stepImage(studio, -1)
  },
  {
    id: 'image.done',
    label: 'command.image.done',
    group: 'images',
    keys: ['C'],
    isEnabled: canEdit,
    run: (studio) => toggleDone(studio)
  }
]

export const projectCommands: readonly Command[] = [
  {
    id: 'history.undo',
    label: 'command.history.undo',
    group: 'project',
    keys: ['Mod+Z', 'Z'],
    isEnabled: (state) => canWrite(state) && (state.history.undoLabel !== null || state.pending.length > 0),
    run: (studio) => void undo(studio)
  },
  {
    id: 'history.redo',
    label: 'command.history.redo',
    group: 'project',
    keys: ['Mod+Shift+Z', 'Mod+Y', 'Shift+Z'],
    isEnabled: (state) => canWrite(state) && state.history.redoLabel !== null,
    run: (studio) => void redo(studio)
  },
  {
    id: 'project.import',
    label: 'command.project.import',
    group: 'project',
    keys: ['Mod+I'],
    whileTyping: true,
    isEnabled: canWrite,
    run: (studio) => setState(studio, { overlay: 'import' })
  },
  {
    id: 'project.export',
    label: 'command.project.export',
    group: 'project',
    keys: ['Mod+E'],
    whileTyping: true,
    isEnabled: inStudio,
    run: (studio) => setState(studio, { overlay: 'export' })
  },
  {
    id: 'project.build',
    label: 'command.project.build',
    group: 'project',
    keys: ['Mod+Shift+B'],
    whileTyping: true,
    isEnabled: canWrite,
    run: (studio) => setState(studio, { overlay: 'build' })
  },
  {
    id: 'project.check',
    label: 'command.project.check',
    group: 'project',
    keys: [],
    isEnabled: (state) => inStudio(state) && state.checks.running === null,
    run: (studio) => {
      setState(studio, { tab: 'checks' })
      void checkProject(studio)
    }
  },
  {
    id: 'project.openFolder',
    label: 'command.project.openFolder',
    group: 'project',
    keys: ['Mod+O'],
    whileTyping: true,
    isEnabled: () => true,
    run: openFolderPicker
  },
  {
    id: 'project.openSample',
    label: 'command.project.openSample',
    group: 'project',
    keys: [],
    isEnabled: () => true,
    run: (studio) => void openSample(studio)
  },
  {
    id: 'project.rescan',
    label: 'command.project.rescan',
    group: 'project',
    keys: [],
    isEnabled: inStudio,
    run: rescan
  },
  {
    id: 'project.close',
    label: 'command.project.close',
    group: 'project',
    keys: [],
    isEnabled: inStudio,
    run: (studio) => void closeProject(studio)
  }
]
