/** @file What it takes to read a format. */
import type { Dialect, DialectSpace } from '../../dialects/dialect'
import type { ImportItem } from './item'
import type { BulkItem } from './outlines'
import type { DataSource } from './source'

export interface ReaderOptions {
  /** For formats whose coordinates stand in text; the format's own default where it has one. */
  readonly dialect?: Dialect
  readonly space?: DialectSpace
  /** What the person chose of the reader's `settings`, by id; what is not there is its first value. */
  readonly settings?: Readonly<Record<string, string>>
  /** Names of the classes by their number, for readers that take them and files that name none. */
  readonly classNames?: readonly string[]
}

/** Something that files of a format do not say, and that a person may know. */
export interface ReaderSetting {
  readonly id: string
  /** In words, as `what the numbers of a box count`. */
  readonly about: string
  /** The first one is the default. */
  readonly values: readonly { readonly value: string; readonly about: string }[]
}

/** Why a format was recognised, 0..1: 1 is a mark no other format has. */
export interface Recognition {
  readonly score: number
  readonly because: string
  /** The files it would read; images and files of others are not among them. */
  readonly paths: readonly string[]
}

/**
 * Laws, checked for every reader: total (damaged input gives issues or rejects with an `import/…` AppError that names
 * file and line, never another error), never a wrong label, nothing dropped without an issue, memory independent of
 * the number of records, and `read(write(P)) = P` within the limits the format states.
 */
export interface FormatReader {
  readonly settings?: readonly ReaderSetting[]
  /** Classes are numbers in its files, and a list of their names may be missing. */
  readonly takesClassNames?: true
  /** By content, not by name alone. null: certainly not this format. Reads heads and small files only. */
  recognise(source: DataSource): Promise<Recognition | null>
  /** Rejects when the whole is unusable (not the format, truncated); one bad record is an issue. */
  read(source: DataSource, options: ReaderOptions): AsyncIterable<readonly ImportItem[]>
  /** The same stream, with many plain outlines in one item: for formats whose files may have a million of them. */
  readInBulk?(source: DataSource, options: ReaderOptions): AsyncIterable<readonly BulkItem[]>
}
