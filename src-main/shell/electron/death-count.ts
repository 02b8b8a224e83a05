const DEATHS_ALLOWED = 3
const WITHIN_MS = 60_000

/** Keeps count of the deaths of one window's page. `now`: milliseconds of a clock that never goes back. */
export function createDeathCount(now: () => number): { isTooMany(): boolean } {
  let deaths: number[] = []
  return {
    isTooMany() {
      deaths = [...deaths.filter((at) => now() - at < WITHIN_MS), now()]
      return deaths.length >= DEATHS_ALLOWED
    }
  }
}
