import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { promptsPage } from '../src-shared/prompts/page.ts'
import { PROMPT_SYSTEMS } from '../src-shared/prompts/systems/registry.ts'
import { inRoot } from './lib/paths.mjs'

test('docs/prompts.md says what the code does (npm run docs writes it)', () => {
  const page = readFileSync(inRoot('docs/prompts.md'), 'utf8')
  expect(page).toBe(promptsPage())
  for (const { name } of PROMPT_SYSTEMS) expect(page).toContain(`\n## ${name}\n`)
})
