/**
 * @file What readers give: one flat stream of items, in whatever order the file has them (COCO may name
 * annotations before images), so that a file larger than memory can flow into a project. Coordinates are
 * normalized and upright already: the reader of a format knows its units and edges, nobody else does.
 *
 * `imageKey` ties items of one image together inside one import: any text the format uses for it (an id,
 * a path). A region's `key` is unique in its image and is what trees of turns and relations point with.
 */
import type { GroundedNode } from '../../grounded/nodes'
import type { ImageSize } from '../../geometry/space'
import type { Attributes, Origin, RegionState } from '../../document/records'
import type { AnnotationShape } from '../../geometry/region-shape'

export type { Attributes } from '../../document/records'

/** A class, in the order of the file: that order becomes the project's and no class moves (E3). */
export interface ImportLabel {
  readonly type: 'label'
  readonly name: string
  /** `#rrggbb`, where the file has colours. */
  readonly colour?: string
}
export interface ImportImage {
  readonly type: 'image'
  readonly imageKey: string
  /** As the file names the image. */
  readonly reference: string
  /** The extension of `reference` is a guess: an image of that name with any other is meant too. */
  readonly isExtensionGuessed?: true
  /** `/` separated: what tells images of one name apart, as where the file that names it lies, or its part of the data. */
  readonly folder?: string
  /** As the file states it, upright pixels; null when it says nothing. A doubt is raised when the image differs. */
  readonly size: ImageSize | null
  readonly done?: boolean
}
export interface ImportRegion {
  readonly type: 'region'
  readonly imageKey: string
  readonly key: string
  readonly shape: AnnotationShape
  readonly label: string | null
  readonly phrase: string | null
  /** Default: accepted, from an import. */
  readonly state?: RegionState
  readonly origin?: Origin
  readonly confidence?: number
  readonly attributes?: Attributes
}
export interface ImportTurn {
  readonly role: 'user' | 'assistant'
  /** Region ids in the tree are keys of regions of the same image. */
  readonly children: readonly GroundedNode[]
  /** The text as the file had it. */
  readonly rawText: string | null
  readonly origin?: Origin
}
export interface ImportDialogue {
  readonly type: 'dialogue'
  readonly imageKey: string
  readonly title: string | null
  readonly turns: readonly ImportTurn[]
}
export interface ImportRelation {
  readonly type: 'relation'
  readonly imageKey: string
  readonly subject: string
  readonly predicate: string
  readonly object: string
}

/**
 * - `skip`: one record is left out, and why
 * - `doubt`: it was read, but a person should look: swapped axes, another scale, a size that differs
 * - `note`: something the project cannot hold, left out of a record that was read
 */
export interface ImportIssue {
  readonly type: 'issue'
  readonly severity: 'skip' | 'doubt' | 'note'
  /** `import/…`, stable: counted and translated by it. */
  readonly code: string
  readonly message: string
  readonly file: string
  /** From 1, for formats of lines. */
  readonly line?: number
  /** The id the file gives the record, in full (E3). */
  readonly record?: string
}
export type ImportItem = ImportLabel | ImportImage | ImportRegion | ImportDialogue | ImportRelation | ImportIssue
