/** @file What leaves a project, as a window asks for it. */
import type { ExportSplit } from '../../dataset/splits'
import type { DialectSpace, Loss } from '../../dialects/dialect'
import type { CorrectionRange } from '../../formats/format'
import type { FormatKeeps } from '../../formats/keeps'
import type { ExportCertificate } from '../../formats/round-trip/certificate'
import type { ExportRefusal } from '../../formats/round-trip/refusal'
import type { FileHandle, NoParams } from './names'

/** A `FormatId`: one of `export.formats`. */
export type ExportFormatId = string
export interface ExportFormatInfo {
  readonly id: ExportFormatId
  readonly name: string
  readonly fileName: string
  /** Limits to be shown before exporting. */
  readonly limits: readonly string[]
  readonly takesDialect: boolean
  /** It is made of corrections: `export.run` may say of which sizes. */
  readonly takesCorrections: boolean
  /** What comes back when it is read again; null: Eyrie does not read it, so nothing can be compared. */
  readonly keeps: FormatKeeps | null
}
export interface ExportedFile {
  readonly fileName: string
  readonly displayPath: string
  readonly sizeBytes: number
  readonly sha256: string
}
export interface ExportReport {
  readonly files: readonly ExportedFile[]
  readonly counts: {
    readonly images: number
    readonly regions: number
    readonly dialogues: number
    readonly turns: number
    readonly records: number
  }
  /** Left out, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[]
  readonly losses: readonly Loss[]
  /** One for each format and split: what came back when it was read again. */
  readonly certificates: readonly ExportCertificate[]
  /** What was written did not come back as it was: nothing is in place, and everything else here is empty. */
  readonly refused: ExportRefusal | null
}

export interface ExportContract {
  'export.formats': { params: NoParams; result: readonly ExportFormatInfo[] }
  /**
   * folder null: `exports/` beside the project file. Never overwrites unless told to. Long: watch `export.progress`.
   * Rejects with `export/…`; nothing of it is in place then.
   */
  'export.run': {
    params: {
      /** To be watched and cancelled by. */
      requestId?: string
      formats: readonly ExportFormatId[]
      folder: FileHandle | null
      dialect: string
      includeProposals: boolean
      overwrite: boolean
      /** What fractions in the text mean; default: the dialect's own. */
      space?: DialectSpace
      /** Each split into a folder of its name. Shares are 1 (or 100) together, else `export/bad-split`. */
      split?: ExportSplit
      /** Only formats with `takesCorrections` take notice of it. */
      corrections?: CorrectionRange
    }
    result: ExportReport
  }

  'export.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}

export interface ExportEvents {
  /** A few times a second while an export runs. Images of one format and split, or 0 of 0 when nobody counts. */
  'export.progress': {
    requestId: string
    format: string
    split: string | null
    phase: 'looking' | 'writing' | 'checking' | 'placing'
    done: number
    total: number
  }
}
