/** @file `npm run docs`: writes docs/prompts.md from the chat templates and tasks. Its test fails when it is stale. */
import './from-source.mjs'
import { writeFileSync } from 'node:fs'
import { inRoot } from './lib/paths.mjs'

const { promptsPage } = await import('../src-shared/prompts/page.ts')

writeFileSync(inRoot('docs/prompts.md'), promptsPage())
console.error('eyrie: docs/prompts.md written')
