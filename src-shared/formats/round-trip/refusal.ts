/** @file Why an export was refused: what was lost on the way to a format and back, and where. */
import type { Difference, RoundTrip } from './differences'

export interface ExportRefusal {
  readonly format: string
  /** Null without splits. */
  readonly split: string | null
  /** `round-trip/…`, or `import/…` where the files could not be read at all. */
  readonly code: string
  /** Of the reader, when it said why something did not come back. */
  readonly reason: string | null
  /** Null: nothing could be read. */
  readonly counts: RoundTrip['counts'] | null
  /** How often, by code; what the writer had said is not among them. */
  readonly silent: Readonly<Record<string, number>>
  /** The first of each code. `imageId`: where the project has it. */
  readonly differences: readonly (Difference & { readonly imageId: string | null })[]
}
