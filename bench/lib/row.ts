/** @file One figure of a benchmark. */

/** What one side took; the rounds of both sides take turns in one run. */
export interface Measured {
  /** Median of the rounds. */
  readonly wallMs: number
  readonly cpuMs: number
  /** Every round, in order: how much the machine swayed. */
  readonly roundsWallMs: readonly number[]
}

export interface Row {
  readonly name: string
  readonly ours: Measured
  /** Null: there is no peer, or it is not installed here. */
  readonly peer: Measured | null
  /** Peer over ours, in CPU time: how many times less work ours is. Null without a peer. */
  readonly ratio: number | null
  /** What must hold, in words; null: the figure is only told. */
  readonly threshold: string | null
  /** Null: nothing must hold, or it was not measured. */
  readonly pass: boolean | null
  readonly note?: string
}

export interface Group {
  readonly rows: readonly Row[]
  readonly versions: Readonly<Record<string, string>>
}
export interface BenchOptions {
  /** Share of the full amount of work, for a quick look; figures of less than 1 meet no threshold. */
  readonly scale: number
  readonly rounds: number
  /** A Python that has the peers installed; null: they are not measured. */
  readonly python: string | null
}
