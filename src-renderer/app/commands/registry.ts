import { appearanceCommands } from './appearance-commands'
import type { StudioState } from '../state/studio-state'
import { setState, stateOf } from '../state/studio'
import type { Studio } from '../state/studio'
import { imageCommands, projectCommands } from './image-commands'
import { maskCommands } from './mask-commands'
import { dialogueCommands, labelCommands, regionCommands } from './region-commands'
import { toolCommands } from './tool-commands'
import type { Command } from './command'
import type { Chord } from './keymap'

const always = (): boolean => true

const viewCommands: readonly Command[] = [
  {
    id: 'app.palette',
    label: 'command.app.palette',
    group: 'view',
    keys: ['Mod+K'],
    whileTyping: true,
    isEnabled: always,
    run: (studio) => setState(studio, { overlay: 'palette' })
  },
  {
    id: 'app.shortcuts',
    label: 'command.app.shortcuts',
    group: 'view',
    keys: ['?', 'F1'],
    isEnabled: always,
    run: (studio) => setState(studio, { overlay: 'shortcuts' })
  },
  {
    id: 'view.gallery',
    label: 'command.view.gallery',
    group: 'view',
    keys: ['Mod+B'],
    whileTyping: true,
    isEnabled: (state) => state.screen === 'studio',
    run: (studio) => setState(studio, (state) => ({ galleryOpen: !state.galleryOpen }))
  }
]

/** Every action of the studio, in the order the shortcut sheet lists them. */
export const commands: readonly Command[] = [
  ...toolCommands,
  ...imageCommands,
  ...regionCommands,
  ...maskCommands,
  ...labelCommands,
  ...dialogueCommands,
  ...projectCommands,
  ...viewCommands,
  ...appearanceCommands
]

const byId = new Map(commands.map((command) => [command.id, command]))

export function commandById(id: string): Command {
  const command = byId.get(id)
  if (!command) throw new Error(`no command is called ${id}`)
  return command
}

export const keysOf = (id: string): Chord | undefined => commandById(id).keys[0]

/** Runs a command unless it cannot act now; says whether it ran. */
export function runCommand(studio: Studio, id: string): boolean {
  const command = commandById(id)
  const state = stateOf(studio)
  if (state.opening || !command.isEnabled(state)) return false
  command.run(studio)
  return true
}

export interface KeyPlace {
  readonly typing: boolean
  /** A control other than the canvas has the focus. */
  readonly inControl: boolean
}

/** The command a chord means here; null when it means none or cannot act now. */
export function commandForChord(state: StudioState, chord: Chord, place: KeyPlace): Command | null {
  if (state.opening) return null
  if (state.screen !== 'studio' && !chord.startsWith('Mod+')) return null
  const command = commands.find((candidate) => candidate.keys.includes(chord))
  if (!command) return null
  if (place.typing && !command.whileTyping) return null
  if (place.inControl && command.onCanvasOnly) return null
  return command.isEnabled(state) ? command : null
}
