/** @file What checks found, by image: counts of everything, and the findings themselves as far as they are kept. */
import type { ImageId } from '../../../src-shared/document/records'
import type { LintFinding, LintSeverity } from '../../../src-shared/lint/finding'
import type { LintCounts, LintSummary } from '../../../src-shared/ipc/contract'

/** Kept of one rule over a whole project: a person looks at some, and mends the cause. */
export const KEPT_PER_RULE = 5_000

interface OfImage {
  readonly counts: LintCounts
  readonly findings: readonly LintFinding[]
  /** By rule, kept or not. */
  readonly rules: ReadonlyMap<string, number>
}

export class LintResults {
  #images = 0
  pictures: LintSummary['pictures'] = null
  readonly #byImage = new Map<ImageId, OfImage>()
  #ofProject: readonly LintFinding[] = []
  readonly #rules = new Map<string, { readonly severity: LintSeverity; count: number; kept: number }>()

  /** Images that were looked at. */
  get images(): number {
    return this.#images
  }

  add(imageId: ImageId, findings: readonly LintFinding[]): void {
    this.#images++
    this.#put(imageId, findings)
  }

  /** One image was looked at again; it keeps its place in the list. */
  replace(imageId: ImageId, findings: readonly LintFinding[]): void {
    const known = this.#byImage.get(imageId)
    if (known !== undefined) {
      for (const [rule, count] of known.rules) this.#take(rule, count, 0)
      for (const { rule } of known.findings) this.#take(rule, 0, 1)
      if (findings.length === 0) this.#byImage.delete(imageId)
    }
    this.#put(imageId, findings)
  }

  finish(findings: readonly LintFinding[]): void {
    for (const { rule, severity } of findings) this.#see(rule, severity)
    this.#ofProject = findings.slice(0, KEPT_PER_RULE)
  }

  #put(imageId: ImageId, findings: readonly LintFinding[]): void {
    if (findings.length === 0) return
    const rules = new Map<string, number>()
    const counts = { error: 0, warning: 0, note: 0 }
    const kept: LintFinding[] = []
    for (const finding of findings) {
      const { rule, severity } = finding
      const total = this.#see(rule, severity)
      rules.set(rule, (rules.get(rule) ?? 0) + 1)
      counts[severity]++
      if (total.kept >= KEPT_PER_RULE) continue
      total.kept++
      kept.push(finding)
    }
    this.#byImage.set(imageId, { counts, findings: kept, rules })
  }

  #see(rule: string, severity: LintSeverity): { count: number; kept: number } {
    const known = this.#rules.get(rule) ?? { severity, count: 0, kept: 0 }
    this.#rules.set(rule, known)
    known.count++
    return known
  }
  #take(rule: string, count: number, kept: number): void {
    const known = this.#rules.get(rule)
    if (known === undefined) return
    known.count -= count
    known.kept -= kept
  }

  summary(): LintSummary {
    const rules = [...this.#rules]
      .filter(([, { count }]) => count > 0)
      .map(([rule, { severity, count }]) => ({ rule, severity, count }))
    return { images: this.#images, pictures: this.pictures, rules }
  }

  /** Findings of one rule, image by image; those of the project come last. */
  list(
    rule: string,
    offset: number,
    limit: number
  ): { readonly total: number; readonly items: readonly LintFinding[] } {
    const all: LintFinding[] = []
    for (const { findings, rules } of this.#byImage.values())
      if (rules.has(rule)) all.push(...findings.filter((finding) => finding.rule === rule))
    all.push(...this.#ofProject.filter((finding) => finding.rule === rule))
    return { total: all.length, items: all.slice(offset, offset + limit) }
  }

  counts(imageIds: readonly ImageId[]): readonly ({ readonly imageId: ImageId } & LintCounts)[] {
    return imageIds.flatMap((imageId) => {
      const found = this.#byImage.get(imageId)
      return found === undefined ? [] : [{ imageId, ...found.counts }]
    })
  }
}
