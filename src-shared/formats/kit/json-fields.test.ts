import { expect, test } from 'vitest'
import { parseExactJson } from '../reading/exact-json'
import { cornersOf } from './box-fields'
import { jsonText } from './json-fields'

test('integers beyond 2^53 can be shown wherever they stand', () => {
  const text = '[[9007199254740993,{"a":[18446744073709551616]}],1]'
  expect(jsonText(parseExactJson('a', text))).toBe('[["9007199254740993",{"a":["18446744073709551616"]}],1]')
  expect(cornersOf(parseExactJson('a', text), 'xyxy')).toMatchObject({
    code: 'import/bad-box',
    message: expect.stringContaining('9007199254740993') as string
  })
})
