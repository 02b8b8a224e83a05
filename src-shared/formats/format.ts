/**
 * @file What an export format is: an encoder from documents to text. Pure and streaming: a document
 * goes in, its lines come out, nothing is kept, so a million images fit in little memory. The caller
 * writes the files.
 */
import type { Dialect, DialectSpace, Loss } from '../dialects/dialect'
import type { ImageDocument, LabelRecord } from '../document/records'

export type FormatId = 'shikra-jsonl' | 'llava-json' | 'coco-json'

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
}

export interface ExportSource {
  readonly labels: readonly LabelRecord[]
  /** In a stable order. Called once per pass; COCO needs two. */
  documents(): AsyncIterable<ImageDocument> | Iterable<ImageDocument>
}

export interface ExportOptions {
  /** For formats with coordinates in the text. */
  readonly dialect: Dialect
  /** Default: the dialect's own. */
  readonly space?: DialectSpace
  /** Proposals nobody has looked at; they are marked as such (A11). Rejected ones never go out. */
  readonly includeProposals: boolean
}

/** Text to append to one of the format's files. */
export interface ExportChunk {
  readonly fileName: string
  readonly text: string
}

export interface ExportCounts {
  readonly images: number
  readonly regions: number
  readonly dialogues: number
  readonly turns: number
  readonly records: number
}
export interface ExportSummary {
  readonly counts: ExportCounts
  readonly skipped: readonly { readonly reason: string; readonly count: number }[]
  /** One per code; the message says how often and where first. */
  readonly losses: readonly Loss[]
}

export interface ExportRun {
  /** To be read once. Rejects with `export/changed` when the documents change between two passes. */
  readonly chunks: AsyncIterable<ExportChunk>
  /** Complete after the last chunk. */
  summary(): ExportSummary
}

export interface Format {
  readonly info: FormatInfo
  encode(source: ExportSource, options: ExportOptions): ExportRun
}
