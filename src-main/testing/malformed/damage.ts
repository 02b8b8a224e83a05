/** @file What a damage is, and what reading the damaged files may then say. */
import type { Example } from './example'

export type FileBytes = string | Uint8Array

/**
 * - `same`: it means what it meant; it reads the same, or somebody is told
 * - `less`: nothing is read that the whole files do not say, and what is missing is named
 * - `told`: it reads the same, or somebody is told; what is read may be of another shape
 * - `fewer`: a valid file with less in it; nothing else is read
 * - `named`: it is refused, or somebody is told
 * - `sized`: as `named`, and it is the images that show it: where the command reads
 * - `other`: other valid data; whatever is read is sound
 */
export type Expectation = 'same' | 'less' | 'told' | 'fewer' | 'named' | 'sized' | 'other'

export interface Damaged {
  /** Unique within its example. */
  readonly name: string
  readonly files: ReadonlyMap<string, FileBytes>
  readonly expectation: Expectation
}

export type Damages = (example: Example) => Iterable<Damaged>
