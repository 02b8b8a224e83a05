/**
 * @file What an export format is: an encoder from documents to text. Pure and streaming: a document
 * goes in, its lines come out, nothing is kept, so a million images fit in little memory. The caller
 * writes the files.
 */
import type { Dialect, DialectSpace, Loss } from '../dialects/dialect'
import type { ImageDocument, ImageRecord, LabelRecord, TurnRecord } from '../document/records'
import type { FormatKeeps } from './keeps'
import type { FormatReader } from './reading/reader'

/** Kebab case; `formats` lists them. */
export type FormatId = string

export interface FormatInfo {
  readonly id: FormatId
  readonly name: string
  /** The main file. */
  readonly fileName: string
  /** Every file it may write, the main one first. */
  readonly fileNames: readonly string[]
  /** What cannot be said in this format; shown before exporting. */
  readonly limits: readonly string[]
  readonly takesDialect: boolean
  /** It is made of corrections, and `ExportOptions.corrections` says which. */
  readonly takesCorrections?: true
  /** What comes back when it is written and read again; every format that is read states it. */
  readonly keeps?: FormatKeeps
  /** `folder`: `fileName` names a folder, which holds a file for each image. Default `file`. */
  readonly layout?: 'file' | 'folder'
}

/** A picture as it is on disk. */
export interface ImageBytes {
  readonly sizeBytes: number
  /** To be read once, `sizeBytes` in all. */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export interface ExportSource {
  readonly labels: readonly LabelRecord[]
  /** In a stable order. Called once per pass; COCO needs two. */
  documents(): AsyncIterable<ImageDocument> | Iterable<ImageDocument>
  /** For formats that hold the pictures. null: it is not there. Absent: there are no pictures to be had. */
  imageBytes?(image: ImageRecord): Promise<ImageBytes | null>
}

/** Sizes of corrections. Of the region that changed most, both included: 0 where one was refused or added. */
export interface CorrectionRange {
  /** Default 0. */
  readonly minIou?: number
  /** Default 1. */
  readonly maxIou?: number
}

/** Which corrections of a model's answers become pairs; for the formats of corrections. */
export interface CorrectionOptions extends CorrectionRange {
  /** How long the person took over an answer; null where nobody knows. */
  readonly editMs?: (turn: TurnRecord) => number | null
}

export interface ExportOptions {
  /** For formats with coordinates in the text. */
  readonly dialect: Dialect
  /** Default: the dialect's own. */
  readonly space?: DialectSpace
  /** Proposals nobody has looked at; they are marked as such (A11). Rejected ones never go out. */
  readonly includeProposals: boolean
  readonly corrections?: CorrectionOptions
}

/**
 * Text to append to one of the format's files; `bytes` for binary formats. A format with a file for each image
 * (`layout: 'folder'`) may name any path below its folder; files come one after the other, each in one run of chunks.
 */
export interface ExportChunk {
  readonly fileName: string
  readonly text: string
  readonly bytes?: Uint8Array
}

export interface ExportCounts {
  readonly images: number
  readonly regions: number
  readonly dialogues: number
  readonly turns: number
  readonly records: number
}
/** `count`: how often it happened. */
export interface ExportLoss extends Loss {
  readonly count: number
}
export interface ExportSummary {
  readonly counts: ExportCounts
  /**
   * Reasons that begin with `image-`, `dialogue`, `turn-`, `question-`, `answer-` or `relation` count those; all
   * others count regions.
   */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[]
  /** One per code; the message says how often and where first. */
  readonly losses: readonly ExportLoss[]
}

export interface ExportRun {
  /** To be read once. Rejects with `export/changed` when the documents change between two passes. */
  readonly chunks: AsyncIterable<ExportChunk>
  /** Complete after the last chunk. */
  summary(): ExportSummary
}

export interface Format {
  readonly info: FormatInfo
  /** Absent: Eyrie writes this format and does not read it. */
  readonly reader?: FormatReader
  encode(source: ExportSource, options: ExportOptions): ExportRun
}
