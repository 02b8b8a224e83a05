/** @file One part of the group `decode` in a process of its own, for `index.ts`: rows and versions go to the parent. */
import '../../scripts/from-source.mjs'

const { measurePart } = await import('./parts.ts')
const { peerVersions } = await import('../lib/transformers-js.ts')
const [name, options] = process.argv.slice(2)
const rows = await measurePart(name, JSON.parse(options))
process.send({ rows, versions: await peerVersions() }, () => process.exit(0))
