/** @file One row: both sides in turns, every answer compared token by token. */
import { settleGarbage, measured, takenAsync } from '../lib/measure'
import type { Taken } from '../lib/measure'
import type { Row } from '../lib/row'

type Side = (round: number) => Promise<readonly number[]>

const LEAST_ROUNDS = 5
/** Answers of some milliseconds are asked for more often: before they count until both sides are compiled, and after. */
const LEAST_MS = 2_000
const MOST_ROUNDS = 60

export interface Comparison {
  readonly name: string
  readonly ours: Side
  readonly peer: Side | null
  /** Peer's CPU time over ours, at least. */
  readonly atLeast: number
  readonly rounds: number
  readonly note?: string
}

/**
 * Both sides warm up first, for two seconds or a round; then rounds count, for as long or as many as are asked for. A row
 * passes only when all tokens were the same.
 */
export async function compare({ name, ours, peer, atLeast, rounds, note }: Comparison): Promise<Row> {
  const times: { ours: Taken[]; peer: Taken[] } = { ours: [], peer: [] }
  let differing = 0
  let asked = 0
  async function round(isCounted: boolean): Promise<void> {
    const number = asked++
    const mine = { ids: [] as readonly number[] }
    const theirs = { ids: null as readonly number[] | null }
    const runOurs = async (): Promise<Taken> => {
      await settleGarbage()
      return takenAsync(async () => void (mine.ids = await ours(number)))
    }
    const runPeer = async (): Promise<Taken | null> => {
      if (peer === null) return null
      await settleGarbage()
      return takenAsync(async () => void (theirs.ids = await peer(number)))
    }
    const isPeerFirst = number % 2 === 1
    const first = isPeerFirst ? await runPeer() : null
    const my = await runOurs()
    const their = first ?? (isPeerFirst ? null : await runPeer())
    if (theirs.ids !== null && JSON.stringify(theirs.ids) !== JSON.stringify(mine.ids)) differing++
    if (!isCounted) return
    times.ours.push(my)
    if (their !== null) times.peer.push(their)
  }
  const lasting = async (atLeast: number, isCounted: boolean): Promise<void> => {
    const started = performance.now()
    for (let done = 0; done < atLeast || (performance.now() - started < LEAST_MS && done < MOST_ROUNDS); done++)
      await round(isCounted)
  }
  await lasting(1, false)
  await lasting(Math.max(rounds, LEAST_ROUNDS), true)
  const mine = measured(times.ours)
  const their = times.peer.length === 0 ? null : measured(times.peer)
  const ratio = their === null ? null : their.cpuMs / mine.cpuMs
  const same = differing === 0 ? 'same tokens' : `${differing} of ${asked} answers DIFFER`
  const wall = their === null ? '' : `, wall ${(their.wallMs / mine.wallMs).toFixed(2)}×`
  return {
    name,
    ours: mine,
    peer: their,
    ratio,
    threshold: `≥ ${atLeast}×`,
    pass: ratio === null ? null : ratio >= atLeast && differing === 0,
    note:
      their === null
        ? (note ?? '')
        : `${same}${wall}, ${times.ours.length} rounds${note === undefined ? '' : `; ${note}`}`
  }
}

/** A row that is a figure and a verdict, with nothing timed against it. */
export const told = (name: string, threshold: string, pass: boolean | null, note: string): Row => ({
  name,
  ours: { wallMs: 0, cpuMs: 0, roundsWallMs: [] },
  peer: null,
  ratio: null,
  threshold,
  pass,
  note
})
