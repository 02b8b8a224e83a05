import type { Translate, TranslationKey } from '../../i18n/translate'

/** Codes that imports of every format may have; the others are their format's own. */
const keys: Readonly<Record<string, TranslationKey>> = {
  'import/image-not-found': 'issue.image-not-found',
  'import/image-ambiguous': 'issue.image-ambiguous',
  'import/record-without-image': 'issue.record-without-image',
  'import/bad-region': 'issue.bad-region',
  'import/bad-dialogue': 'issue.bad-dialogue',
  'import/size-differs': 'issue.size-differs',
  'import/duplicate-key': 'issue.duplicate-key',
  'import/dangling-region': 'issue.dangling-region',
  'import/maybe-normalized': 'issue.maybe-normalized',
  'import/maybe-swapped-axes': 'issue.maybe-swapped-axes',
  'import/outside-image': 'issue.outside-image',
  'import/bad-relation': 'issue.bad-relation',
  'import/dangling-relation': 'issue.dangling-relation'
}

/** What an issue is about; a code without words yet is shown as it is, its examples say the rest. */
export function issueTitle(t: Translate, code: string): string {
  const key = keys[code]
  return key ? t(key) : code
}
