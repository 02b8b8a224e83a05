/**
 * @file Cells that a spreadsheet would run (E8): those that begin with `=`, `+`, `-`, `@`, TAB or CR get a `'` before
 * them, and so do those that begin with `'`, so that reading our own file gives every one back. Numbers are left alone.
 */
const DANGEROUS = /^[=+\-@\t\r']/
const NEUTRALISED = /^'(?=[=+\-@\t\r'])/

export const isDangerous = (text: string): boolean => DANGEROUS.test(text)
export const neutralised = (text: string): string => (isDangerous(text) ? `'${text}` : text)
export const restored = (text: string): string => text.replace(NEUTRALISED, '')
