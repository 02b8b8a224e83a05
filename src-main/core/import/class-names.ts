/**
 * @file Names of classes that a person cannot read as they are: of white space alone, or with letters that are not seen
 * and steer what is shown around them; and words that stand for no name. They are taken as written, whatever the format,
 * and told once each.
 */
import type { ImportIssue } from '../../../src-shared/formats/reading/item'
import type { BulkItem } from '../../../src-shared/formats/reading/outlines'

/** Control characters, marks of the direction of writing, and what takes no room. */
const UNSEEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]/u

/** What pandas, Python, JavaScript and spreadsheets write where there is nothing. */
const NO_VALUE = /^(nan|none|null|undefined|n\/a|#n\/a|<na>|\[object object\])$/i

const spelled = (name: string): string =>
  JSON.stringify(name).replace(
    new RegExp(UNSEEN, 'gu'),
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  )

export class ClassNames {
  readonly #seen = new Set<string>()

  see(items: readonly BulkItem[]): readonly ImportIssue[] {
    const issues: ImportIssue[] = []
    for (const item of items) {
      if (item.type === 'outlines') for (const name of item.labelNames) this.#look(name, issues)
      else if (item.type === 'region' && item.label !== null) this.#look(item.label, issues)
      else if (item.type === 'label') this.#look(item.name, issues)
    }
    return issues
  }

  #look(name: string, issues: ImportIssue[]): void {
    if (this.#seen.has(name)) return
    this.#seen.add(name)
    const isBlank = name.trim() === ''
    if (isBlank || UNSEEN.test(name)) issues.push(unreadable(name, isBlank))
    else if (NO_VALUE.test(name.trim())) issues.push(noValue(name))
  }
}

const noValue = (name: string): ImportIssue => ({
  type: 'issue',
  severity: 'doubt',
  code: 'import/no-name',
  message: `A class is called ${spelled(name)}, which programs write for a value that is not there. It was taken as written.`,
  file: '',
  record: spelled(name)
})

function unreadable(name: string, isBlank: boolean): ImportIssue {
  const why = isBlank ? 'nothing but white space' : 'letters that are not seen'
  return {
    type: 'issue',
    severity: 'doubt',
    code: 'import/unreadable-name',
    message: `The name of a class has ${why}: ${spelled(name)}. It was taken as written.`,
    file: '',
    record: spelled(name)
  }
}
