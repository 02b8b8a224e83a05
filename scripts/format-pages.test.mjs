import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatsPage } from '../src-shared/formats/page.ts'
import { FORMATS } from '../src-shared/formats/registry.ts'
import { inRoot } from './lib/paths.mjs'

test('docs/formats/README.md says what the code does (npm run docs writes it)', () => {
  expect(readFileSync(inRoot('docs/formats/README.md'), 'utf8')).toBe(formatsPage(FORMATS))
})

test('a format that is read says what it keeps', () => {
  const silent = FORMATS.filter(({ reader, info }) => reader !== undefined && info.keeps === undefined)
  expect(silent.map(({ info }) => info.id)).toEqual([])
})
