import { canMaskFrom, makeMask, stopMask } from '../state/masks'
import type { Command } from './command'

export const maskCommands: readonly Command[] = [
  {
    id: 'mask.fromBox',
    label: 'command.mask.fromBox',
    group: 'regions',
    keys: ['M'],
    isEnabled: canMaskFrom('box'),
    run: (studio) => void makeMask(studio)
  },
  {
    id: 'mask.fromPoint',
    label: 'command.mask.fromPoint',
    group: 'regions',
    keys: ['Shift+M'],
    isEnabled: canMaskFrom('point'),
    run: (studio) => void makeMask(studio)
  },
  {
    id: 'mask.stop',
    label: 'command.mask.stop',
    group: 'regions',
    keys: [],
    isEnabled: (state) => state.masking !== null && !state.masking.stopping,
    run: (studio) => void stopMask(studio)
  }
]
