/** @file Part of `npm run docs`: writes docs/formats/README.md. The page's test fails when it is stale. */
import './from-source.mjs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from './lib/paths.mjs'

const { FORMATS } = await import('../src-shared/formats/registry.ts')
const { formatsPage } = await import('../src-shared/formats/page.ts')

mkdirSync(inRoot('docs/formats'), { recursive: true })
writeFileSync(inRoot('docs/formats/README.md'), formatsPage(FORMATS))
console.error('eyrie: docs/formats/README.md written')
