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

/** A sentence of the linter in each language of the app; what it quotes stays as it stands. */
export interface LintWords {
  readonly en: string
  readonly 'zh-CN': string
}
export const said = (en: string, chinese: string): LintWords => ({ en, 'zh-CN': chinese })

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
  /** Every region of one label gets another, and the first label goes: two spellings become one class. */
  | { readonly kind: 'merge-label'; readonly labelId: LabelId; readonly into: LabelId; readonly name: string }

export interface LintPlace {
  readonly imageId?: ImageId
  /** Of the image, below the project's root. */
  readonly file?: string
  readonly regionIds?: readonly RegionId[]
  readonly turnId?: TurnId
  readonly labelId?: LabelId
  /** The other picture of two that are compared. */
  readonly other?: { readonly imageId: ImageId; readonly file: string }
  /** The words it is about, as they stand. */
  readonly words?: string
}

export interface LintFinding extends LintPlace {
  /** Kebab case; stable. */
  readonly rule: string
  readonly severity: LintSeverity
  /** English. */
  readonly message: string
  readonly translations: Pick<LintWords, 'zh-CN'>
  readonly fix: LintFix | null
}

export const worded = (words: LintWords): Pick<LintFinding, 'message' | 'translations'> => ({
  message: words.en,
  translations: { 'zh-CN': words['zh-CN'] }
})

/** What a rule gives; the linter adds the rule and the image. */
export interface Found extends Omit<LintPlace, 'imageId' | 'file'> {
  readonly message: LintWords
  readonly fix?: LintFix
}
