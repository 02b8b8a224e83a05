/** @file What was checked, what failed and what was left out, over all phases of `npm test`. */
import { existsSync, readFileSync } from 'node:fs'

export class Tally {
  passed = 0
  failed = 0
  #failures = []
  #skipped = []

  /** One check that stands for itself. */
  add(name, ok) {
    if (ok) this.passed++
    else {
      this.failed++
      this.#failures.push(name)
    }
  }

  /** Every test of a vitest JSON report. A report that is missing or a file that could not be loaded is a failure. */
  addVitest(phase, path) {
    if (!existsSync(path)) {
      this.add(`${phase}: the test runner ended without a report`, false)
      return
    }
    const report = JSON.parse(readFileSync(path, 'utf8'))
    let seen = 0
    for (const file of report.testResults) {
      for (const test of file.assertionResults) {
        seen++
        if (test.status === 'passed' || test.status === 'failed')
          this.add(`${phase}: ${test.fullName}`, test.status === 'passed')
        else this.#skipped.push(`${phase}: ${test.fullName}`)
      }
      const brokeOutsideTests =
        file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
      if (brokeOutsideTests) this.add(`${phase}: ${file.name}: ${(file.message ?? '').split('\n')[0]}`, false)
    }
    if (seen === 0) this.add(`${phase}: no test ran`, false)
    else if (!report.success && !report.testResults.some((file) => file.status === 'failed')) {
      this.add(`${phase}: an error outside of the tests (see above)`, false)
    }
  }

  /** Lines before the summary: failures by name, then what did not run. */
  report() {
    return [
      ...this.#failures.map((name) => `failed: ${name}`),
      ...this.#skipped.map((name) => `skipped: ${name}`),
      ...(this.#skipped.length > 0 ? [`${this.#skipped.length} skipped (each names its reason)`] : [])
    ]
  }

  get summary() {
    return `${this.passed} passed, ${this.failed} failed`
  }
}
