import type { TranslationKey } from '../../i18n/translate'
import type { Studio } from '../state/studio'
import type { StudioState } from '../state/studio-state'
import type { Chord } from './keymap'

export type CommandGroup = 'tools' | 'images' | 'regions' | 'proposals' | 'dialogue' | 'project' | 'view'

/**
 * An action of the studio. The menu, the tool rail, the palette, the shortcut sheet and the keyboard
 * all run it from here, and ask `isEnabled` before.
 */
export interface Command {
  readonly id: string
  readonly label: TranslationKey
  readonly group: CommandGroup
  /** Default chords; the first one is shown. */
  readonly keys: readonly Chord[]
  /** Works while words are being typed, too. */
  readonly whileTyping?: boolean
  /** Only when no control but the canvas has the focus: keys that controls need themselves. */
  readonly onCanvasOnly?: boolean
  /** Runs again and again while the key is held. */
  readonly repeats?: boolean
  readonly isEnabled: (state: StudioState) => boolean
  readonly run: (studio: Studio) => void
}
