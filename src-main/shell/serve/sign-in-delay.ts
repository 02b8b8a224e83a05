/** @file Wrong tokens slow down: each one waits longer than the last, and only a few may wait at a time (K3). */

const FIRST_MS = 100
const LONGEST_MS = 3_000
const FORGET_MS = 60_000
const WAITING_AT_MOST = 8

export interface SignInDelay {
  /** Waits after a wrong token. False at once: too many are waiting already. */
  afterWrongToken(): Promise<boolean>
}

/** `now`: milliseconds of a clock that never goes back. */
export function createSignInDelay(now: () => number, sleep: (ms: number) => Promise<void>): SignInDelay {
  let wrong = 0
  let waiting = 0
  let lastAt = -Infinity
  return {
    async afterWrongToken() {
      if (waiting >= WAITING_AT_MOST) return false
      if (now() - lastAt > FORGET_MS) wrong = 0
      lastAt = now()
      waiting++
      await sleep(Math.min(LONGEST_MS, FIRST_MS * 2 ** wrong++))
      waiting--
      return true
    }
  }
}
