/** @file Names of the outputs that carry keys and values of a decoder's own words. */

export const PRESENT = /^present\.(?!.*\.encoder\.)/

/** The output that an edit adds beside or instead of `present`: its new rows only. */
export const deltaName = (present: string): string => present.replace(/^present\./, 'delta.')
