/** @file What a person chose last, as text under a name, kept by the browser of this window. */
import type { StudioSources } from './studio'

/** A browser that keeps nothing (private mode, a full store) costs only the memory: dialogs open as they first did. */
export function keptChoicesIn(storage: () => Storage): Pick<StudioSources, 'remembered' | 'remember'> {
  const keyOf = (name: string): string => `eyrie.choice.${name}`
  return {
    remembered(name) {
      try {
        return storage().getItem(keyOf(name))
      } catch {
        return null
      }
    },
    remember(name, text) {
      try {
        storage().setItem(keyOf(name), text)
      } catch {
        // Said above: only the memory is lost.
      }
    }
  }
}
