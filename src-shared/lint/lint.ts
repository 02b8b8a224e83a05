/**
 * @file The linter: documents go in one by one, findings come out; what needs the whole project comes at the
 * end. Pure and streaming, so that a million images fit in little memory.
 */
import type { ImageDocument, LabelRecord } from '../document/records'
import { worded } from './finding'
import type { LintFinding } from './finding'
import { CLAIM_RULES } from './rules/claims'
import { GEOMETRY_RULES } from './rules/geometry'
import { LINK_RULES } from './rules/links'
import { PROJECT_RULES, ProjectLint } from './rules/project'
import type { ProjectFacts } from './rules/project'
import type { LintRule } from './rules/rule'
import { TEXT_RULES } from './rules/texts'
import { viewOf } from './view'

export const DOCUMENT_RULES: readonly LintRule[] = [...GEOMETRY_RULES, ...LINK_RULES, ...CLAIM_RULES, ...TEXT_RULES]
export const LINT_RULES = [...DOCUMENT_RULES, ...PROJECT_RULES].map(({ id, severity, title, fixes = [] }) => ({
  id,
  severity,
  title,
  fixes
}))

export interface LintOptions extends ProjectFacts {
  /** Ids of rules to leave out. */
  readonly without?: readonly string[]
}

export interface Linter {
  /** Findings of one image, in the order of the rules. */
  document(document: ImageDocument): readonly LintFinding[]
  /** Findings of the project; after the last document. */
  finish(): readonly LintFinding[]
}

export function createLinter(labels: readonly LabelRecord[], options: LintOptions = {}): Linter {
  const without = new Set(options.without)
  const rules = DOCUMENT_RULES.filter(({ id }) => !without.has(id))
  const project = new ProjectLint(labels, options)
  return {
    document(document) {
      project.add(document)
      const view = viewOf(document, labels)
      const place = { imageId: document.image.id, file: document.image.relativePath }
      return rules.flatMap(({ id, severity, check }) =>
        [...check(view)].map(({ message, ...found }): LintFinding => ({
          ...found,
          ...worded(message),
          fix: found.fix ?? null,
          rule: id,
          severity,
          ...place
        }))
      )
    },
    finish: () => project.finish().filter(({ rule }) => !without.has(rule))
  }
}
