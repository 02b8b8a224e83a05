/** @file What a rule is: pure, about one image. What needs the whole project is in project.ts. */
import type { Found, LintFix, LintSeverity } from '../finding'
import type { DocumentView } from '../view'

export interface LintRule {
  /** Kebab case; stable, since people switch rules off by it. */
  readonly id: string
  readonly severity: LintSeverity
  readonly title: { readonly en: string; readonly 'zh-CN': string }
  /** Changes it may suggest; without: none. */
  readonly fixes?: readonly LintFix['kind'][]
  check(view: DocumentView): Iterable<Found>
}
