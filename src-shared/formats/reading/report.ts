/** @file What is said of an import: to a script as JSON, to a window, and between the store and the core. */
import type { RegionShape } from '../../geometry/region-shape'
import type { FormatId } from '../format'
import type { IssueExample } from './issue-tally'

export interface ImportCounts {
  /** Found or added, with or without records. */
  readonly images: number
  readonly imagesAdded: number
  /** By kind of shape; duplicates are not among them. */
  readonly regions: Readonly<Partial<Record<RegionShape['type'], number>>>
  /** Classes of the file, and those of them that the project did not have. */
  readonly labels: number
  readonly labelsAdded: number
  readonly dialogues: number
  readonly turns: number
  readonly relations: number
  /** Images that are marked as done now and were not. */
  readonly done: number
  /** Left out because the project has them already. */
  readonly duplicateRegions: number
  readonly duplicateDialogues: number
  readonly duplicateRelations: number
  /** Of the regions: reaching beyond the image, and without any area though of a kind that has one (E2). */
  readonly regionsOutside: number
  readonly regionsWithoutArea: number
}

/** A class that the file lists or names. */
export interface ImportedLabel {
  readonly name: string
  readonly isNew: boolean
  /** Duplicates are not among them. */
  readonly regions: number
}

/** Issues of one kind and code. */
export interface SkippedGroup {
  readonly code: string
  readonly count: number
  /** The first ones. */
  readonly examples: readonly IssueExample[]
}

/** The stable JSON of `eyrie import --json`. */
export interface ImportReport {
  readonly format: FormatId
  /** Why it was taken for that format. */
  readonly because: string
  readonly counts: ImportCounts
  /** In the order of the file. */
  readonly labels: readonly ImportedLabel[]
  /** Records that are left out. */
  readonly skipped: readonly SkippedGroup[]
  /** What a person should look at. */
  readonly doubts: readonly SkippedGroup[]
  /** What a project cannot hold. */
  readonly notes: readonly SkippedGroup[]
  /** false: a dry run. */
  readonly written: boolean
}

export interface ImportRates {
  /** `finishing`: every file is read; what waited is being joined. */
  readonly phase: 'recognising' | 'reading' | 'finishing'
  /** Of annotation files, at most all of them: a format may read a file more than once. */
  readonly doneBytes: number
  readonly totalBytes: number
  readonly bytesPerSecond: number
  /** null: nobody knows. */
  readonly secondsLeft: number | null
  readonly regions: number
}
