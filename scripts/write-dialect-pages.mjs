/** @file `npm run docs`: writes docs/dialects/*.md from the profiles. The pages' test fails when they are stale. */
import './from-source.mjs'
import { writeFileSync } from 'node:fs'
import { inRoot } from './lib/paths.mjs'

const { DIALECTS } = await import('../src-shared/dialects/registry.ts')
const { dialectIndex, dialectPage } = await import('../src-shared/dialects/page.ts')

writeFileSync(inRoot('docs/dialects/README.md'), dialectIndex(DIALECTS))
for (const dialect of DIALECTS) writeFileSync(inRoot(`docs/dialects/${dialect.profile.id}.md`), dialectPage(dialect))
console.error(`eyrie: ${DIALECTS.length + 1} pages written to docs/dialects`)
