/**
 * @file Notices told before any window listens (a project recovered at start, say) wait for the first
 * window that speaks: nothing the app has to say gets lost.
 */
import type { Events } from '../../src-shared/ipc/contract'
import type { Emit } from '../core/ports'

const HELD_AT_MOST = 100

export interface HeldNotices {
  readonly emit: Emit
  /** A window asked something, so it listens. */
  onCall(): void
  /** The last window is gone. */
  onNobody(): void
}

export function holdNotices(send: Emit): HeldNotices {
  let isListening = false
  let held: Events['notice'][] = []
  return {
    emit(event, value) {
      if (event !== 'notice' || isListening) send(event, value)
      else held = [...held, value as Events['notice']].slice(-HELD_AT_MOST)
    },
    onCall() {
      isListening = true
      const waiting = held
      held = []
      for (const notice of waiting) send('notice', notice)
    },
    onNobody() {
      isListening = false
    }
  }
}
