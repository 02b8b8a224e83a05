import { useEffect } from 'react'
import { stateOf } from '../state/studio'
import type { Studio } from '../state/studio'
import { chordOf } from './keymap'
import { commandForChord, runCommand } from './registry'

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]'
const CONTROL =
  'button, a[href], input, select, textarea, [role=tab], [role=menuitem], [role=option], [tabindex="0"]:not([data-canvas])'

/** Turns key presses of the window into commands. Dialogs and menus keep their keys to themselves. */
export function useKeyboard(studio: Studio): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return
      const target = event.target instanceof Element ? event.target : document.body
      // A dialog whose focused control has gone leaves the focus with the page behind it.
      if (target.closest('dialog, [role=menu], .popover') || document.querySelector('dialog[open]')) return
      const onCanvas = target.closest('[data-testid=canvas]') !== null
      const place = {
        typing: target.matches(TYPING) || target.closest('[contenteditable=true]') !== null,
        inControl: !onCanvas && target.closest(CONTROL) !== null
      }
      const command = commandForChord(stateOf(studio), chordOf(event), place)
      if (!command) return
      event.preventDefault()
      if (event.repeat && !command.repeats) return
      command.run(studio)
    }
    window.addEventListener('keydown', onKeyDown)
    // The application menu of a desktop shell runs the same commands.
    const stopMenu = studio.rpc.on('menu.command', ({ command }) => runCommand(studio, command))
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      stopMenu()
    }
  }, [studio])
}
