/** @file Class names as a person lists them. */

/** One name a line; a blank line inside is the place of a class without a name, those at the end are none. */
export function classNamesIn(typed: string): readonly string[] {
  const names = typed.split(/\r\n|\r|\n/).map((line) => line.trim())
  while (names.at(-1) === '') names.pop()
  return names
}
