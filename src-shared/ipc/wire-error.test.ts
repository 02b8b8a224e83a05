import { expect, test } from 'vitest'
import { AppError, InvariantError } from '../errors'
import { UNEXPECTED_CODE, fromWireError, toWireError, withoutAbsolutePaths } from './wire-error'

test('an AppError keeps its code, message, next step and data across the wire', () => {
  const error = new AppError('image/corrupt', 'a.jpg ends too early.', {
    nextStep: 'Copy the file again.',
    data: { fileName: 'a.jpg', sizeBytes: 12, retry: false, reason: null }
  })
  const back = fromWireError(JSON.parse(JSON.stringify(toWireError(error))))
  expect(back).toBeInstanceOf(AppError)
  expect({ ...back, message: back.message }).toEqual({ ...error, message: error.message })
})

test('a subclass of AppError crosses with its own code', () => {
  class StoreError extends AppError {}
  expect(toWireError(new StoreError('store/conflict', 'Somebody else saved first.')).code).toBe('store/conflict')
})

test.each([
  new Error('ENOENT: no such file, open /home/jo/secret/project.eyrie'),
  new InvariantError('expected x0 <= x1'),
  new RangeError('boom'),
  'a string',
  null,
  undefined,
  { code: 'looks/like-one', message: 'but is not an AppError' }
])('anything else becomes app/unexpected and says nothing of itself: %s', (thrown) => {
  const wire = toWireError(thrown)
  expect(wire.code).toBe(UNEXPECTED_CODE)
  expect(JSON.stringify(wire)).not.toMatch(/secret|boom|looks|x0|wire-error/)
})

test('no stack and no cause leave the core', () => {
  const error = new AppError('a/b', 'message', { cause: new Error('inner /root/x/y') })
  expect(Object.keys(toWireError(error)).sort()).toEqual(['code', 'data', 'message', 'nextStep'])
  expect(JSON.stringify(toWireError(error))).not.toContain('inner')
})

test.each([
  ['cannot open /home/jo/data/a.eyrie', 'cannot open a.eyrie'],
  ["cannot open '/home/jo/my data/a b.eyrie' now", "cannot open 'a b.eyrie' now"],
  ['cannot open C:\\Users\\Jo\\a.eyrie', 'cannot open a.eyrie'],
  ['cannot open "C:\\Users\\Jo Doe\\a.eyrie".', 'cannot open "a.eyrie".'],
  ['\\\\server\\share\\a.jpg is gone', 'a.jpg is gone'],
  ['file:///srv/data/a.jpg (twice: /srv/data/b.jpg)', 'a.jpg (twice: b.jpg)'],
  ['scans/a.jpg and/or b.jpg, 3/4 done', 'scans/a.jpg and/or b.jpg, 3/4 done'],
  ['see https://example.org/a/b', 'see https://example.org/a/b']
])('%s → %s', (text, expected) => {
  expect(withoutAbsolutePaths(text)).toBe(expected)
})

test('data keeps JSON scalars only, and paths in it are shortened', () => {
  const data = { path: '/srv/data/a.jpg', nested: { a: 1 }, size: Infinity, count: 3 } as never
  expect(toWireError(new AppError('a/b', 'm', { data })).data).toEqual({ path: 'a.jpg', count: 3 })
})

test.each([null, 3, 'x', {}, { code: 1, message: 'm' }, []])(
  'a malformed wire error still becomes an error: %j',
  (w) => {
    expect(fromWireError(w).code).toBe(UNEXPECTED_CODE)
  }
)
