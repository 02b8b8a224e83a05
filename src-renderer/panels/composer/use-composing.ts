import { useEffect } from 'react'
import { setState, stateOf } from '../../app/state/studio'
import type { Studio } from '../../app/state/studio'

/** Places one may go to and still be writing: to point at a region, or to pick a tool to draw one. */
const STILL_WRITING = '.composer-box, .stage, .tool-rail, .label-popover'

/**
 * Writing goes on while the person points at the image, although the keyboard focus may have left the
 * words. It ends when they turn to something else, press Escape, or send.
 */
export function useComposing(studio: Studio): void {
  useEffect(() => {
    const onTurn = (event: Event): void => {
      if (!stateOf(studio).composerFocused) return
      const inside = event.target instanceof Element && event.target.closest(STILL_WRITING)
      if (!inside) setState(studio, { composerFocused: false })
    }
    document.addEventListener('pointerdown', onTurn, true)
    document.addEventListener('focusin', onTurn, true)
    return () => {
      document.removeEventListener('pointerdown', onTurn, true)
      document.removeEventListener('focusin', onTurn, true)
    }
  }, [studio])
}
