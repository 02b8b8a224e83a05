/** @file What a licence's name says about who may use a model. The text itself is the person's to read. */
import type { LicenceTerms } from '../../src-shared/ipc/contract'

/** Free for any use, also commercial. Names as model cards write them, and SPDX ids. */
const OPEN: ReadonlySet<string> = new Set([
  'apache-2.0',
  'apache 2.0',
  'apache license 2.0',
  'mit',
  'mit license',
  'bsd',
  'bsd-2-clause',
  'bsd-3-clause',
  'bsd-3-clause-clear',
  'isc',
  'zlib',
  'unlicense',
  '0bsd',
  'cc0-1.0',
  'cc-by-4.0',
  'cc-by-3.0',
  'cc-by-sa-4.0',
  'cc-by-sa-3.0',
  'mpl-2.0',
  'lgpl-3.0',
  'gpl-3.0',
  'agpl-3.0',
  'gpl-2.0'
])

/** Anything that is named and not known to be free is `restricted`: who wants it says that they may. */
export function termsOf(licence: string): LicenceTerms {
  const name = licence.trim().toLowerCase()
  if (name === '' || name === 'unknown' || name === 'other') return 'unknown'
  return OPEN.has(name) ? 'open' : 'restricted'
}
