/** @file Issues of an import by code: how often, and where first. Memory does not grow with the number of records. */
import type { ImportIssue } from './item'

export interface IssueExample {
  readonly file: string
  /** From 1. */
  readonly line: number | null
  readonly record: string | null
  readonly message: string
}
export interface IssueGroup {
  readonly severity: ImportIssue['severity']
  readonly code: string
  readonly count: number
  /** The first ones. */
  readonly examples: readonly IssueExample[]
}

export const MAX_EXAMPLES = 5

interface Counted {
  readonly severity: ImportIssue['severity']
  readonly code: string
  count: number
  readonly examples: IssueExample[]
}

export class IssueTally {
  readonly #groups = new Map<string, Counted>()

  add({ severity, code, file, line, record, message }: ImportIssue): void {
    this.#add(severity, code, 1, [{ file, line: line ?? null, record: record ?? null, message }])
  }

  addGroup({ severity, code, count, examples }: IssueGroup): void {
    this.#add(severity, code, count, examples)
  }

  has(code: string): boolean {
    return [...this.#groups.values()].some((group) => group.code === code)
  }

  /** What was left out first, then doubts, then notes; within these as they came. */
  groups(): readonly IssueGroup[] {
    const order = { skip: 0, doubt: 1, note: 2 }
    return [...this.#groups.values()]
      .map((group) => ({ ...group, examples: [...group.examples] }))
      .sort((a, b) => order[a.severity] - order[b.severity])
  }

  #add(severity: ImportIssue['severity'], code: string, count: number, examples: readonly IssueExample[]): void {
    const key = `${severity} ${code}`
    let group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, (group = { severity, code, count: 0, examples: [] }))
    group.count += count
    group.examples.push(...examples.slice(0, MAX_EXAMPLES - group.examples.length))
  }
}
