/**
 * @file Chords as text: `Mod+Shift+Z`, `V`, `PageDown`. `Mod` is Ctrl, and Command on a Mac. Pure:
 * what a key press is called, and how a chord is shown.
 */
export type Chord = string

/** The parts of a `KeyboardEvent` that decide its chord. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform)

function keyName({ key, code }: KeyPress): string {
  if (key === ' ') return 'Space'
  if (key.length > 1) return key
  // Layouts without Latin letters and input methods: the place of the key counts.
  if (/^Key[A-Z]$/.test(code) && !/^[a-z]$/i.test(key)) return code.slice(3)
  if (/^Digit\d$/.test(code)) return code.slice(5)
  return key.toUpperCase()
}

/** Symbols are typed with Shift on some layouts and without on others, so Shift is not part of them. */
const carriesShift = (name: string): boolean => name.length > 1 || /^[A-Z0-9]$/.test(name)

export function chordOf(press: KeyPress): Chord {
  const name = keyName(press)
  const parts = [
    press.ctrlKey || press.metaKey ? 'Mod' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && carriesShift(name) ? 'Shift' : '',
    name
  ]
  return parts.filter(Boolean).join('+')
}

const shownNames: Readonly<Record<string, string>> = {
  Mod: isMac ? '⌘' : 'Ctrl',
  Alt: isMac ? '⌥' : 'Alt',
  Shift: isMac ? '⇧' : 'Shift',
  Delete: 'Del',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageDown: 'PgDn',
  PageUp: 'PgUp'
}

/** Key caps of a chord, in order. */
export const chordParts = (chord: Chord): readonly string[] =>
  chord.split(/\+(?=.)/).map((part) => shownNames[part] ?? part)

export const chordText = (chord: Chord): string => chordParts(chord).join(isMac ? '' : '+')
