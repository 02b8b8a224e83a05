import { expect, test } from 'vitest'
import type { ImportItem } from '../../../src-shared/formats/reading/item'
import { ClassNames } from './class-names'

const labels = (...names: readonly string[]): readonly ImportItem[] => names.map((name) => ({ type: 'label', name }))

test.each([
  ['white space', ' \t'],
  ['a zero', 'a\u0000b'],
  ['a line break', 'a\nb'],
  ['a mark that turns the direction of writing', 'a\u202egnp'],
  ['a space without width', 'cup\u200b'],
  ['what stands for a broken letter', 'caf\ufffd']
])('a name with %s is told once', (_, name) => {
  const names = new ClassNames()
  const [issue, ...others] = names.see([...labels(name), ...labels(name)])
  expect(issue).toMatchObject({ severity: 'doubt', code: 'import/unreadable-name' })
  // What is shown of it can be read.
  expect(issue?.record).toMatch(/^"[\x20-\x7e]+"$/)
  expect([...others, ...names.see(labels(name))]).toEqual([])
})

test.each(['nan', 'NaN', 'None', 'null', 'undefined', '#N/A', '<NA>', '[object Object]'])(
  'a class called %s is told once',
  (name) => {
    const names = new ClassNames()
    expect(names.see(labels(name, name))).toMatchObject([{ severity: 'doubt', code: 'import/no-name' }])
  }
)

test('names of any language are names', () => {
  expect(
    new ClassNames().see(labels('cup', '猫', "l'été", 'כוס', '👩‍🚀'.replace('\u200d', ''), '=1+1', 'naan', 'nobody', 'n'))
  ).toEqual([])
})
