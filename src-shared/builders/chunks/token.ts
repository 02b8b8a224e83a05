/**
 * @file Words of a caption with what they are, as builders look at them. Libraries that know languages are heavy and
 * differ; whoever calls a builder brings one, as a `Tagger`, and maps its tags to these kinds.
 */
import type { Language } from '../../prompts/tasks/task'

export type TokenKind =
  | 'determiner'
  /** Chinese: with its measure word, “两只”. */
  | 'number'
  | 'adjective'
  | 'noun'
  /** A verb that has a subject of its own: "rides", "is". */
  | 'verb'
  /** "riding": hangs on the noun before it, or on an auxiliary. */
  | 'participle'
  | 'preposition'
  /** "who", "that", "which". */
  | 'relative'
  | 'conjunction'
  /** 的 */
  | 'particle'
  /** Chinese 上, 旁边: after a noun. */
  | 'place'
  | 'punctuation'
  | 'other'

export interface Token {
  readonly text: string
  readonly kind: TokenKind
  /** UTF-16 offsets into the caption, half-open. */
  readonly start: number
  readonly end: number
}
/** Tokens in order, none overlapping; space between them is nobody's. Deterministic. */
export type Tagger = (caption: string) => readonly Token[]
export type Taggers = Readonly<Partial<Record<Language, Tagger>>>

/** How many things words say they are about; `many`: two or more; `untold`: none of those in the image can be meant. */
export type Quantity = number | 'many' | 'unknown' | 'untold'

/** A noun with what stands before it. */
export interface Chunk {
  /** Name of the class its head noun is. */
  readonly className: string
  readonly start: number
  readonly end: number
  readonly quantity: Quantity
  /** Words before the noun, lower case: "brown", "large". */
  readonly modifiers: readonly string[]
  /** With what follows or precedes it and belongs to it: "a dog in a field of flowers". The same span when nothing does. */
  readonly expanded: { readonly start: number; readonly end: number }
}
