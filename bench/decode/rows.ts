/** @file One row: both sides in turns, every answer compared token by token. */
import { collectGarbage, measured, takenAsync } from '../lib/measure'
import type { Taken } from '../lib/measure'
import type { Row } from '../lib/row'

type Side = (round: number) => Promise<readonly number[]>

const LEAST_ROUNDS = 5

export interface Comparison {
  readonly name: string
  readonly ours: Side
  readonly peer: Side | null
  /** Peer's CPU time over ours, at least. */
  readonly atLeast: number
  readonly rounds: number
  readonly note?: string
}

/** The first round of each side is not counted: both warm up on it. A row passes only when all tokens were the same. */
export async function compare({ name, ours, peer, atLeast, rounds, note }: Comparison): Promise<Row> {
  const times: { ours: Taken[]; peer: Taken[] } = { ours: [], peer: [] }
  let differing = 0
  const counted = Math.max(rounds, LEAST_ROUNDS)
  for (let round = -1; round < counted; round++) {
    const mine = { ids: [] as readonly number[] }
    const theirs = { ids: null as readonly number[] | null }
    const runOurs = async (): Promise<Taken> => {
      collectGarbage()
      return takenAsync(async () => void (mine.ids = await ours(round + 1)))
    }
    const runPeer = async (): Promise<Taken | null> => {
      if (peer === null) return null
      collectGarbage()
      return takenAsync(async () => void (theirs.ids = await peer(round + 1)))
    }
    const first = round % 2 === 0 ? await runPeer() : null
    const my = await runOurs()
    const their = first ?? (await (round % 2 === 0 ? null : runPeer()))
    if (theirs.ids !== null && JSON.stringify(theirs.ids) !== JSON.stringify(mine.ids)) differing++
    if (round < 0) continue
    times.ours.push(my)
    if (their !== null) times.peer.push(their)
  }
  const mine = measured(times.ours)
  const their = times.peer.length === 0 ? null : measured(times.peer)
  const ratio = their === null ? null : their.cpuMs / mine.cpuMs
  const same = differing === 0 ? 'same tokens' : `${differing} of ${counted + 1} answers DIFFER`
  const wall = their === null ? '' : `, wall ${(their.wallMs / mine.wallMs).toFixed(2)}×`
  return {
    name,
    ours: mine,
    peer: their,
    ratio,
    threshold: `≥ ${atLeast}×`,
    pass: ratio === null ? null : ratio >= atLeast && differing === 0,
    note: their === null ? (note ?? '') : `${same}${wall}${note === undefined ? '' : `; ${note}`}`
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
