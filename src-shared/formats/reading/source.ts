/**
 * @file What a reader of a format reads from: the files a person chose, through a port, so that readers
 * are pure and can be run on files, archives or memory alike. Nothing here loads a file larger than it
 * must: JSON comes in batches of elements, text in batches of lines.
 *
 * Paths are `/` separated and below the chosen folder; nothing outside it can be named (E9).
 */
import type { ImageSize } from '../../geometry/space'

export interface SourceFile {
  readonly path: string
  readonly sizeBytes: number
}

export interface SourceLine {
  /** From 1. */
  readonly number: number
  /** Without its line break; CRLF, CR and LF are equal (E4). */
  readonly text: string
}

/**
 * Elements of one array of a JSON file, in order; `section` is the top-level key that holds the array, '' when
 * the file itself is the array. A list of which no element is an object, and anything that is no list, comes as
 * `value`, whole; an empty list as a batch of no elements. Integers beyond 2^53 are bigints, so that ids keep their
 * full value (E3).
 */
export type JsonBatch =
  | {
      readonly kind: 'elements'
      readonly section: string
      readonly firstIndex: number
      readonly elements: readonly unknown[]
    }
  | { readonly kind: 'value'; readonly section: string; readonly value: unknown }

export interface DataSource {
  /** Every file, in natural order of paths. */
  readonly files: readonly SourceFile[]
  /** The first bytes, at most so many: for telling formats apart. */
  head(path: string, maxBytes: number): Promise<Uint8Array>
  /** Bytes from `start` up to `end`: for formats that are read from their end, piece by piece. Fewer where the file ends. */
  range(path: string, start: number, end: number): Promise<Uint8Array>
  /**
   * A whole small file, decoded by its byte order mark or its XML declaration, else as UTF-8. Rejects with
   * `import/too-large` (default cap 64 MiB) and `import/encoding` (E4: never a silent U+FFFD).
   */
  text(path: string, maxBytes?: number): Promise<string>
  /** Batches of lines. Rejects with `import/encoding`, and `import/too-large` for a line above 64 MiB. */
  lines(path: string): AsyncIterable<readonly SourceLine[]>
  /**
   * A JSON file of any size. Rejects with `import/json` naming line and column: NaN, Infinity, overflow, trailing
   * commas, comments, truncation and excessive depth are errors (E5). `only`: sections to give; others are passed
   * over, several times faster than they are read, and faults in them are not found. `numberLists`: lists of numbers in
   * objects of a section may come as `NumberList`s, which stand until the next batch is asked for.
   */
  json(path: string, only?: ReadonlySet<string>, options?: { readonly numberLists: boolean }): AsyncIterable<JsonBatch>
  /** A whole binary file (Parquet, pickle). Rejects with `import/too-large`. */
  bytes(path: string, maxBytes?: number): Promise<Uint8Array>
  /**
   * Upright size in pixels of the image that an annotation file names (`annotationPath` tells where it was named):
   * looked up as written, beside the annotation file, then below the image folder, then by its last name if that is
   * unique there. null: there is no such image, or it cannot be read. A reference that points outside is never followed.
   */
  imageSize(reference: string, annotationPath?: string): Promise<ImageSize | null>
}
