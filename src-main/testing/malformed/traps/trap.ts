/**
 * @file A data set that is plausible and wrong, as tools and people really make them. What reading it must give stands in
 * gives/, as line.ts says it: looked at by a person, one by one. a.jpg is 640 × 480, b.jpg 480 × 640.
 */
import type { FormatId } from '../../../../src-shared/formats/format'
import type { FileBytes } from '../damage'

export interface Trap {
  /** null: by what is in the files. */
  readonly format: FormatId | null
  readonly name: string
  readonly files: Readonly<Record<string, FileBytes>>
}
