/** @file What comes into a project, as a window asks for it. */
import type { DialectSpace } from '../../dialects/dialect'
import type { ReaderSetting } from '../../formats/reading/reader'
import type { ImportRates, ImportReport } from '../../formats/reading/report'
import type { FileHandle, NoParams } from './names'

export interface ImportFormatInfo {
  readonly id: string
  readonly name: string
  readonly fileName: string
  readonly takesDialect: boolean
  /** What its files do not say and a person may; empty for most formats. */
  readonly settings: readonly ReaderSetting[]
  /** Its classes are numbers: where the files name none, `import.run` may. */
  readonly takesClassNames: boolean
}

export interface ImportContract {
  /** The formats that can be read. */
  'import.formats': { params: NoParams; result: readonly ImportFormatInfo[] }
  /** Where annotations most likely are: the folder of the open project's images. */
  'import.place': { params: NoParams; result: FileHandle }
  /**
   * Reads a file or folder that was shown into the project; all of it is one step of the history. `dryRun`: counts and
   * checks only. Long: watch `import.progress`. Rejects with `import/…`; the project is then as it was.
   */
  'import.run': {
    params: {
      requestId: string
      source: FileHandle
      /** Folder of the images, when not with the files. */
      images: FileHandle | null
      /** null: by what is in the files. */
      format: string | null
      /** Of formats with text; null: the format's own. */
      dialect: string | null
      /** What fractions in the text mean; default: the dialect's own. */
      space?: DialectSpace
      /** By id of the format's `settings`; what is not there has the first value. `import/no-such-setting`. */
      settings?: Readonly<Record<string, string>>
      /** By class number, for formats with `takesClassNames` whose files name none. `import/no-such-setting`. */
      classNames?: readonly string[]
      dryRun: boolean
    }
    result: ImportReport
  }
  'import.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}

export interface ImportEvents {
  /** A few times a second while an import runs. */
  'import.progress': { requestId: string } & ImportRates
}
