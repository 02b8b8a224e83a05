import { describe, expect, it } from 'vitest'
import { TypeAhead, rowAfterKey } from './list-keys'

describe('keys of a list', () => {
  it.each([
    ['ArrowDown', -1, 0],
    ['ArrowDown', 0, 1],
    ['ArrowDown', 4, 4],
    ['ArrowUp', 0, 0],
    ['ArrowUp', 3, 2],
    ['Home', 3, 0],
    ['End', 0, 4],
    ['PageDown', 1, 4],
    ['PageUp', 4, 0],
    ['Tab', 1, null],
    ['a', 1, null]
  ])('%s from row %i leads to %s', (key, at, row) => {
    expect(rowAfterKey(key, at, 5)).toBe(row)
  })

  it('lead nowhere in an empty list', () => {
    expect(rowAfterKey('Home', -1, 0)).toBeNull()
  })
})

describe('first letters', () => {
  const NAMES = ['COCO', 'CSV', 'CVAT', 'LabelMe', 'Label Studio', '标注']

  it('go to the next name that begins with them, round the end', () => {
    const keys = new TypeAhead()
    expect(keys.find('c', NAMES, -1, 0)).toBe(0)
    expect(keys.find('c', NAMES, 0, 100)).toBe(1)
    expect(keys.find('c', NAMES, 1, 200)).toBe(2)
    expect(keys.find('c', NAMES, 2, 300)).toBe(0)
  })

  it('are one word while they come quickly, and a new one after a pause', () => {
    const keys = new TypeAhead()
    expect(keys.find('c', NAMES, -1, 0)).toBe(0)
    expect(keys.find('v', NAMES, 0, 300)).toBe(2)
    expect(keys.find('l', NAMES, 2, 2000)).toBe(3)
    for (const [i, letter] of [...'abel s'].entries()) keys.find(letter, NAMES, 3, 2100 + i)
    expect(keys.find('t', NAMES, 3, 2200)).toBe(4)
  })

  it('are letters of any script, and nothing where no name begins so', () => {
    expect(new TypeAhead().find('标', NAMES, 0, 0)).toBe(5)
    expect(new TypeAhead().find('x', NAMES, 0, 0)).toBeNull()
    for (const key of ['Enter', 'Shift', ' ']) expect(new TypeAhead().find(key, NAMES, 0, 0)).toBeNull()
  })
})
