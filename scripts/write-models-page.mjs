/** @file `npm run docs`: writes docs/models.md from models/manifests. Its test fails when it is stale. */
import './from-source.mjs'
import { writeFileSync } from 'node:fs'
import { inRoot } from './lib/paths.mjs'

const { modelsPage } = await import('../src-main/model-store/page.ts')

writeFileSync(inRoot('docs/models.md'), await modelsPage(inRoot('models/manifests')))
console.error('eyrie: docs/models.md written')
