/**
 * @file The order people expect of file names: `img2` before `img10`, upper and lower case together.
 * A key per name, so that a million names sort by plain string comparison.
 */

/** Digit runs become their length and value, so that they compare as numbers of any size. */
export function naturalKey(name: string): string {
  return name.toLowerCase().replace(/\d+/g, (digits) => {
    const value = digits.replace(/^0+(?=\d)/, '')
    return `0${String(value.length).padStart(3, '0')}${value}`
  })
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A sorted copy. Names with equal keys (`a1`, `A01`) keep one order whatever order they came in. */
export function sortNaturally<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, name: nameOf(item), key: naturalKey(nameOf(item)) }))
    .sort((a, b) => compareText(a.key, b.key) || compareText(a.name, b.name))
    .map(({ item }) => item)
}
