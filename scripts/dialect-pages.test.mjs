import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dialectIndex, dialectPage } from '../src-shared/dialects/page.ts'
import { DIALECTS } from '../src-shared/dialects/registry.ts'
import { inRoot } from './lib/paths.mjs'

const read = (name) => readFileSync(inRoot('docs/dialects', name), 'utf8')

test.each(DIALECTS.map((dialect) => [dialect.profile.id, dialect]))(
  'docs/dialects/%s.md says what the code does (npm run docs writes it)',
  (id, dialect) => {
    expect(read(`${id}.md`)).toBe(dialectPage(dialect))
  }
)

test('the list of dialects is what is registered, and no page is left of one that is gone', () => {
  expect(read('README.md')).toBe(dialectIndex(DIALECTS))
  const pages = readdirSync(inRoot('docs/dialects')).sort()
  expect(pages).toEqual(['README.md', 'adding.md', ...DIALECTS.map(({ profile }) => `${profile.id}.md`)].sort())
})
