/** @file What the store says of the items of an import: which were left out and why, and what is in doubt. */
import { IssueTally } from '../../../src-shared/formats/reading/issue-tally'
import type { IssueGroup } from '../../../src-shared/formats/reading/issue-tally'
import type { ImportIssue } from '../../../src-shared/formats/reading/item'

export class ImportFindings {
  readonly #issues = new IssueTally()

  add(issue: ImportIssue): void {
    this.#issues.add(issue)
  }

  /** Left out. `record` names it as the file does; null: it has no name. */
  skip(code: string, message: string, record: string | null): void {
    this.#tell('skip', code, message, record)
  }

  doubt(code: string, message: string, record: string): void {
    this.#tell('doubt', code, message, record)
  }

  /** A region, dialogue or relation that was left out. */
  skipWithoutImage(what: string, imageKey: string, record: string | null): void {
    const message = `The ${what} was left out: the project has no image for it (${imageKey}).`
    this.skip('import/record-without-image', message, record ?? imageKey)
  }

  /** These, and others that were found beside them. */
  groupsWith(others: readonly IssueGroup[]): readonly IssueGroup[] {
    const all = new IssueTally()
    for (const group of [...this.#issues.groups(), ...others]) all.addGroup(group)
    return all.groups()
  }

  #tell(severity: ImportIssue['severity'], code: string, message: string, record: string | null): void {
    this.#issues.add({ type: 'issue', severity, code, message, file: '', ...(record === null ? {} : { record }) })
  }
}
