import { expect, test } from 'vitest'
import { ImportIds, newIdPrefix } from './import-ids'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

test('ids sort in the order they were taken, each is another, and all have the prefix', () => {
  const prefix = newIdPrefix()
  const ids = new ImportIds(prefix)
  const made = Array.from({ length: 5_000 }, () => ids.make())
  expect(made.toSorted()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
  for (const id of made) {
    expect(id).toMatch(UUID)
    expect(id.startsWith(prefix)).toBe(true)
  }
})

test('a number that is a record of the project has its id, and its own is given to nothing else', () => {
  const ids = new ImportIds(newIdPrefix())
  const [first, second] = [ids.take(), ids.take()]
  const own = ids.of(second)
  ids.meet(second, 'there already')
  expect(ids.of(second)).toBe('there already')
  expect([ids.of(first), ids.make(), ids.make()]).not.toContain(own)
})

test('two imports have prefixes of their own', () => {
  expect(newIdPrefix()).not.toBe(newIdPrefix())
})
