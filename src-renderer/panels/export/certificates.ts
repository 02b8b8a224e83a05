/** @file The certificates of one format taken together: a row for each split, reasons added up. Pure. */
import type { ExportCertificate } from '../../../src-shared/formats/round-trip/certificate'

export interface CertifiedRow {
  readonly split: string | null
  readonly counts: NonNullable<ExportCertificate['counts']>
}
export interface CountedReason {
  readonly code: string
  readonly count: number
  readonly examples: readonly string[]
}
export interface CertificateSum {
  readonly rows: readonly CertifiedRow[]
  /** Of all regions that came back; null: none did. */
  readonly largestErrorPx: number | null
  readonly notHeld: readonly CountedReason[]
  readonly said: readonly CountedReason[]
}

/** An image of which there is nothing to write loses nothing. */
const IS_NO_LOSS = 'image-without-content'

function added(
  counts: readonly Readonly<Record<string, number>>[],
  examplesOf: (code: string) => readonly string[]
): readonly CountedReason[] {
  const totals = new Map<string, number>()
  for (const [code, count] of counts.flatMap((one) => Object.entries(one)))
    if (code !== IS_NO_LOSS && count > 0) totals.set(code, (totals.get(code) ?? 0) + count)
  return [...totals].map(([code, count]) => ({ code, count, examples: examplesOf(code) }))
}

/** null: nothing of this format is read back, so nothing was compared. */
export function sumUp(certificates: readonly ExportCertificate[]): CertificateSum | null {
  const rows = certificates.flatMap(({ split, isCertified, counts }): readonly CertifiedRow[] =>
    isCertified && counts !== null ? [{ split, counts }] : []
  )
  if (rows.length === 0) return null
  const errors = certificates.flatMap(({ largestErrorPx, counts }) =>
    largestErrorPx === null || (counts?.regions.back ?? 0) === 0 ? [] : [largestErrorPx]
  )
  const examplesOf = (code: string): readonly string[] => [
    ...new Set(
      certificates.flatMap(({ differences }) =>
        differences.filter((difference) => difference.code === code).map(({ message }) => message)
      )
    )
  ]
  return {
    rows,
    largestErrorPx: errors.length === 0 ? null : Math.max(...errors),
    notHeld: added(
      certificates.map(({ notHeld }) => notHeld),
      () => []
    ),
    said: added(
      certificates.map(({ said }) => said),
      examplesOf
    )
  }
}
