import { expect, test } from 'vitest'
import { foreignNames } from './foreign-names'

test.each([
  'a:b.txt',
  'x/CON.txt',
  'nul',
  'com1.json',
  'a?.txt',
  'a/b. /c.txt',
  'end.',
  'end ',
  'new\nline.txt',
  'back\\slash'
])('Windows cannot hold %j', (path) => {
  expect(foreignNames(['fine.txt', path])).toEqual({ windows: 1, merged: 0, first: path })
})

test.each([
  'a.txt',
  'x/y z.txt',
  '猫.json',
  "l'été.txt",
  'console.txt',
  'com10.txt',
  '.hidden',
  '-dash',
  '100%.txt',
  'a#b'
])('any system can hold %j', (path) => {
  expect(foreignNames([path])).toEqual({ windows: 0, merged: 0, first: null })
})

test('names that some systems take for one are counted', () => {
  expect(foreignNames(['a/B.txt', 'A/b.txt', 'a/b.txt'])).toEqual({ windows: 0, merged: 2, first: 'A/b.txt' })
  expect(foreignNames(['caf\u00e9.txt', 'cafe\u0301.txt']).merged).toBe(1)
})
