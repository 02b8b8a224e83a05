/** @file What an export says of having been read back. */
import type { Difference, RoundTrip } from './differences'

/** What one export was compared with. `isCertified` false: Eyrie has no reader for the format, nothing was compared. */
export interface ExportCertificate {
  readonly format: string
  /** Null without splits. */
  readonly split: string | null
  readonly isCertified: boolean
  readonly counts: RoundTrip['counts'] | null
  readonly largestErrorPx: number | null
  /** What the format does not hold, by reason. */
  readonly notHeld: Readonly<Record<string, number>>
  /** Differences that the writer said beforehand, by code, and the first of each. */
  readonly said: Readonly<Record<string, number>>
  readonly differences: readonly Difference[]
}
