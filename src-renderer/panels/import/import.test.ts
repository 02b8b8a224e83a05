import { expect, it } from 'vitest'
import type { ImportCounts } from '../../../src-shared/formats/reading/report'
import { classNamesIn } from '../../../src-shared/dataset/class-names'
import { chineseErrors } from '../../i18n/core-words.zh-CN'
import { issueWords } from '../../i18n/en/issues'
import { changesProject, doesAnything, doneLine, nothingLine } from './import-outcome'
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

const found = (counts: Partial<ImportCounts>) => ({
  counts: {
    ...{ images: 0, imagesAdded: 0, regions: {}, labels: 0, labelsAdded: 0, dialogues: 0, turns: 0, relations: 0 },
    ...{ done: 0, duplicateRegions: 0, duplicateDialogues: 0, duplicateRelations: 0 },
    ...{ regionsOutside: 0, regionsWithoutArea: 0 },
    ...counts
  }
})

it('does not call an import done that did nothing, nor offers to take it back', () => {
  const t = (key: string, values?: object): string => `${key} ${JSON.stringify(values ?? {})}`
  const told = (counts: Partial<ImportCounts>): readonly unknown[] => {
    const report = found(counts)
    return [changesProject(report), doesAnything(report), doneLine(t, report), nothingLine(t, report)]
  }
  expect(told({ images: 4 })).toEqual([false, false, 'import.nothingDone {}', 'import.nothingToImport {}'])
  expect(told({ images: 4, duplicateRegions: 9 })).toEqual([
    ...[false, false, 'import.nothingDone {}'],
    'import.nothingNew {}'
  ])
  // Images come into the list, but no undo takes them out.
  expect(told({ images: 4, imagesAdded: 4 })).toEqual([false, true, 'import.nothingDone {}', null])
  expect(told({ regions: { box: 2, mask: 1 } })).toEqual([true, true, 'import.done {"count":3}', null])
  expect(told({ dialogues: 2 })).toEqual([true, true, 'import.doneDialogues {"count":2}', null])
  expect(told({ done: 1 })).toEqual([true, true, 'import.doneOther {}', null])
})

const sources: Readonly<Record<string, string>> = import.meta.glob(
  [
    '../../../src-shared/formats/**/*.ts',
    '../../../src-main/files/*.ts',
    '../../../src-main/store/import/*.ts',
    '../../../src-main/core/import/*.ts',
    '!../../../src-*/**/*.test.ts',
    '!../../../src-*/**/testing.ts'
  ],
  { query: '?raw', import: 'default', eager: true }
)

it('has words for the issues and refusals of imports, in both languages', () => {
  const text = Object.values(sources).join('\n')
  const codes = [...new Set([...text.matchAll(/'(import\/[a-z-]+[a-z])'/g)].map((match) => match[1] ?? ''))]
  expect(codes.length).toBeGreaterThan(150)
  const isTold = (code: string): boolean => code.replace('import/', 'issue.') in issueWords || code in chineseErrors
  const untold = codes.filter((code) => !isTold(code))
  // A reader's new code is shown as it is, with its message, until it has words; more than a few are a gap.
  expect(untold.length, untold.join(', ')).toBeLessThanOrEqual(8)
})
