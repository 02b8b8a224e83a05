import { expect, it } from 'vitest'
import { classNamesIn } from '../../../src-shared/dataset/class-names'
import { isGrave, issueTitle } from './issue-title'

it('reads a class a line, keeps the place of a blank one and drops those at the end', () => {
  expect(classNamesIn(' dog\r\n\ncat \n\n')).toEqual(['dog', '', 'cat'])
  expect(classNamesIn(' \n')).toEqual([])
})

it('takes doubts about scale, order and classes for grave, and no others', () => {
  const grave = ['maybe-normalized', 'maybe-pixels', 'maybe-corners', 'edges-unknown', 'size-differs', 'no-class-names']
  expect(grave.filter((code) => !isGrave(`import/${code}`))).toEqual([])
  expect(['outside-image', 'edges-from-one', 'duplicate-id'].filter((code) => isGrave(`import/${code}`))).toEqual([])
})

it('names an issue in words, and one it has no words for by its code', () => {
  const t = (key: string): string => `words of ${key}`
  expect(issueTitle(t, 'import/json')).toBe('words of issue.json')
  expect(issueTitle(t, 'import/of-tomorrow')).toBe('import/of-tomorrow')
})
