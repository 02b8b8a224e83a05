/**
 * @file What a check of grounding data finds: a place, the words, and where it is certain enough, a change
 * that would mend it. Findings are data: the command line prints them, the studio shows them as badges.
 */
import type { RegionShape } from '../geometry/region-shape'
import type { RegionId } from '../grounded/nodes'
import type { NodePath } from '../grounded/visit'
import type { ImageId, LabelId, TurnId } from '../document/records'

/**
 * - `error`: the data says something false, or cannot be used
 * - `warning`: it most likely does
 * - `note`: right, but worth knowing before training
 */
export type LintSeverity = 'error' | 'warning' | 'note'

/** One change a person may accept. Nothing is applied by the linter. */
export type LintFix =
  | { readonly kind: 'delete-region'; readonly regionId: RegionId }
  | { readonly kind: 'replace-shape'; readonly regionId: RegionId; readonly shape: RegionShape }
  /** Characters of one text node, UTF-16 offsets, become a phrase of these regions. */
  | {
      readonly kind: 'link'
      readonly turnId: TurnId
      readonly path: NodePath
      readonly start: number
      readonly end: number
      readonly regionIds: readonly RegionId[]
    }
  | {
      readonly kind: 'relink'
      readonly turnId: TurnId
      readonly path: NodePath
      readonly regionIds: readonly RegionId[]
    }
  | { readonly kind: 'rewrite'; readonly turnId: TurnId; readonly path: NodePath; readonly text: string }
  | { readonly kind: 'rename-label'; readonly labelId: LabelId; readonly name: string }

export interface LintPlace {
  readonly imageId?: ImageId
  /** Of the image, below the project's root. */
  readonly file?: string
  readonly regionIds?: readonly RegionId[]
  readonly turnId?: TurnId
  readonly labelId?: LabelId
  /** The words it is about, as they stand. */
  readonly words?: string
}

export interface LintFinding extends LintPlace {
  /** Kebab case; stable. */
  readonly rule: string
  readonly severity: LintSeverity
  readonly message: string
  readonly fix: LintFix | null
}

/** What a rule gives; the linter adds the rule and the image. */
export interface Found extends Omit<LintPlace, 'imageId' | 'file'> {
  readonly message: string
  readonly fix?: LintFix
}
