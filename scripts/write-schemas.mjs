/** @file Part of `npm run docs`: writes docs/schema. The test beside the schema fails when it is stale. */
import './from-source.mjs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from './lib/paths.mjs'

const { groundedTextSchemaFile } = await import('../src-shared/grounded/schema.ts')

mkdirSync(inRoot('docs/schema'), { recursive: true })
writeFileSync(inRoot('docs/schema/grounded-text.json'), groundedTextSchemaFile())
console.error('eyrie: docs/schema/grounded-text.json written')
