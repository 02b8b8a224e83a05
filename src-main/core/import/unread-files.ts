/** @file Files of a data set that a reader did not open: a folder may hold what it does not know, and nobody would miss it. */
import type { ImportIssue } from '../../../src-shared/formats/reading/item'
import type { DataSource } from '../../../src-shared/formats/reading/source'
import { hasImageExtension } from '../../files/sniff'

const stemOf = (path: string): string => path.replace(/\.[^./]*$/, '')
const DATA = /\.(json|jsonl|ndjson|csv|tsv|xml|parquet|p|pkl|pickle)$/i
/** Said about files, not about images: Eyrie's own manifests, and the list of data sets that LLaMA-Factory wants. */
const ABOUT = /(^|\/)(([^/]+\.)?manifest|dataset_info)\.json$/i

export class UnreadFiles {
  readonly #read = new Set<string>()
  readonly #source: DataSource
  #stems: { readonly images: ReadonlySet<string>; readonly read: ReadonlySet<string> } | null = null

  constructor(source: DataSource) {
    this.#source = source
  }

  /** The same source; what is read of it is remembered. A look at the head of a file is no reading. */
  watched(): DataSource {
    const source = this.#source
    const seen = (path: string): string => {
      this.#read.add(path)
      return path
    }
    return {
      files: source.files,
      head: (path, maxBytes) => source.head(path, maxBytes),
      imageSize: (reference, annotationPath) => source.imageSize(reference, annotationPath),
      range: (path, start, end) => source.range(seen(path), start, end),
      text: (path, maxBytes) => source.text(seen(path), maxBytes),
      lines: (path) => source.lines(seen(path)),
      json: (path, only, options) => source.json(seen(path), only, options),
      bytes: (path, maxBytes) => source.bytes(seen(path), maxBytes)
    }
  }

  /** A text beside an image of its name, where nothing else of that name was read: a sample of shards without JSON. */
  #isLostCaption(path: string): boolean {
    if (!/\.txt$/i.test(path)) return false
    this.#stems ??= {
      images: new Set(
        this.#source.files.filter((file) => hasImageExtension(file.path)).map((file) => stemOf(file.path))
      ),
      read: new Set([...this.#read].map(stemOf))
    }
    return this.#stems.images.has(stemOf(path)) && !this.#stems.read.has(stemOf(path))
  }

  /** Those that may hold records and that nothing was said about. `told`: files of issues. */
  issues(told: ReadonlySet<string>): readonly ImportIssue[] {
    const isData = (path: string): boolean => (DATA.test(path) && !ABOUT.test(path)) || this.#isLostCaption(path)
    return this.#source.files
      .filter(({ path }) => isData(path) && !this.#read.has(path) && !told.has(path))
      .map(({ path }) => ({
        type: 'issue',
        severity: 'note',
        code: 'import/file-not-read',
        message: 'The file is none of this format; it was not read.',
        file: path
      }))
  }
}
