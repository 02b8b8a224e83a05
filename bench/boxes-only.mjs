#!/usr/bin/env node
/**
 * @file `node scripts/with-node.mjs ./bench/boxes-only.mjs SET [--model models/falconet] [--limit 1000]`: asks every
 * question of an evaluation set (models/train/make_evaluation.py) freely and held to boxes. Fails when an answer held
 * to boxes cannot be read, or when fewer of them are right than of the free ones.
 */
import '../scripts/from-source.mjs'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: 'models/falconet' }, limit: { type: 'string', default: '1000' } }
})
const [set] = positionals
if (set === undefined) {
  console.error('usage: node scripts/with-node.mjs ./bench/boxes-only.mjs SET [--model DIR] [--limit N]')
  process.exit(2)
}
const { measureBoxesOnly } = await import('./confidence/boxes-only.ts')
const { prompts, absentPrompts, free, boxes } = await measureBoxesOnly(values.model, set, Number(values.limit))
for (const [name, side] of Object.entries({ free, boxes })) {
  console.log(
    `${name.padEnd(6)} ${side.unread} of ${prompts + absentPrompts} unparsable; right ${side.right}/${prompts}; ` +
      `"none" said of ${side.said}/${absentPrompts} that are not there; ` +
      `${(side.calls / side.boxes).toFixed(2)} decoder calls a box (the question's included), ` +
      `${(side.calls / side.tokens).toFixed(2)} a token`
  )
}
process.exitCode = boxes.unread === 0 && boxes.right >= free.right ? 0 : 1
