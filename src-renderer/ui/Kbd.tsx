import type { ReactElement } from 'react'
import { chordParts } from '../app/commands/keymap'

/** One chord of the keymap, `Mod+Shift+Z`, drawn as key caps. */
export function Kbd({ chord }: { readonly chord: string }): ReactElement {
  return (
    <span className="kbd-set">
      {chordParts(chord).map((part) => (
        <kbd key={part} className="kbd">
          {part}
        </kbd>
      ))}
    </span>
  )
}
