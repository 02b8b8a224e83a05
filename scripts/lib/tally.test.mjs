import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Tally } from './tally.mjs'

const folder = mkdtempSync(join(tmpdir(), 'eyrie-tally-'))
afterAll(() => rmSync(folder, { recursive: true }))

function tallyOf(report) {
  const path = join(folder, 'report.json')
  writeFileSync(path, JSON.stringify(report))
  const tally = new Tally()
  tally.addVitest('unit', path)
  return tally
}
const file = (name, status, assertionResults, message = '') => ({ name, status, assertionResults, message })
const one = (status) => ({ status, fullName: `a ${status} test` })

test('counts every test, and lists failures and skips by name', () => {
  const tally = tallyOf({
    success: false,
    testResults: [file('a', 'failed', [one('passed'), one('failed'), one('skipped')])]
  })
  expect(tally.summary).toBe('1 passed, 1 failed')
  expect(tally.report()).toEqual([
    'failed: unit: a failed test',
    'skipped: unit: a skipped test',
    '1 skipped (each names its reason)'
  ])
})

test('a file that could not be loaded is a failure', () => {
  const tally = tallyOf({
    success: false,
    testResults: [file('a', 'passed', [one('passed')]), file('b', 'failed', [], 'SyntaxError: x\nat y')]
  })
  expect(tally.summary).toBe('1 passed, 1 failed')
  expect(tally.report()[0]).toBe('failed: unit: b: SyntaxError: x')
})

test('no tests, no report and errors between tests are failures', () => {
  expect(tallyOf({ success: true, testResults: [] }).summary).toBe('0 passed, 1 failed')
  expect(tallyOf({ success: false, testResults: [file('a', 'passed', [one('passed')])] }).summary).toBe(
    '1 passed, 1 failed'
  )
  const tally = new Tally()
  tally.addVitest('unit', join(folder, 'missing.json'))
  expect(tally.summary).toBe('0 passed, 1 failed')
})
