import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { RegionId } from '../../src-shared/grounded/nodes'
import { chordText } from './commands/keymap'
import { commandById, runCommand } from './commands/registry'
import { chipOf } from './state/chips'
import type { Chip } from './state/chips'
import type { Studio } from './state/studio'
import type { StudioState } from './state/studio-state'
import { useT } from '../i18n/translate'

const StudioContext = createContext<Studio | null>(null)
export const StudioProvider = StudioContext.Provider

export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('a view of the studio was rendered outside StudioProvider')
  return studio
}

export function useStudioState<T>(select: (state: StudioState) => T): T {
  return useStore(useStudio().store, select)
}

/** A region as a word; renders again only when the word changes. */
export function useChip(id: RegionId): Chip {
  const t = useT()
  return useStudioState(useShallow((state) => chipOf(t, state, id)))
}

export interface BoundCommand {
  readonly label: string
  readonly keys: string | undefined
  /** The first chord as text, `Ctrl+Z`, for titles. */
  readonly keysText: string
  readonly enabled: boolean
  readonly run: () => void
}

/** A command as a control needs it: its words, its key, whether it can act now, and the act. */
export function useCommand(id: string): BoundCommand {
  const studio = useStudio()
  const t = useT()
  const command = commandById(id)
  const enabled = useStudioState(command.isEnabled)
  const keys = command.keys[0]
  return {
    label: t(command.label),
    keys,
    keysText: keys ? chordText(keys) : '',
    enabled,
    run: () => runCommand(studio, id)
  }
}
