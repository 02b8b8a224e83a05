import { issueWords } from '../../i18n/en/issues'
import type { Translate } from '../../i18n/translate'

const known = new Set<string>(Object.keys(issueWords))

/** What an issue is about; a code without words is shown as it is, its examples say the rest. */
export function issueTitle(t: Translate, code: string): string {
  const key = `issue.${code.replace(/^import\//, '')}`
  return known.has(key) ? t(key as keyof typeof issueWords) : code
}

/** Scale, order of edges, and which number is which class: wrong once, wrong everywhere. */
const GRAVE =
  /^import\/(maybe-|edges-(unknown|contradict)|which-size|size-differs|no-class-names|several-class-lists|class-count)/

export const isGrave = (code: string): boolean => GRAVE.test(code)
