#!/usr/bin/env node
/**
 * @file `node scripts/with-node.mjs ./bench/calibrate.mjs --fit SET --check SET --seeds TEXT [--model models/falconet]
 * [--limit 800] [--write]`: what the model's confidences are worth. Sets are those of models/train/make_evaluation.py,
 * with seeds that training and tests do not use; `--seeds` says which, for the file. Prints the reliability before and
 * after on the set to check with; `--write` puts `calibration.json` beside the model.
 */
import '../scripts/from-source.mjs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    fit: { type: 'string' },
    check: { type: 'string' },
    seeds: { type: 'string' },
    model: { type: 'string', default: 'models/falconet' },
    limit: { type: 'string', default: '800' },
    write: { type: 'boolean', default: false }
  }
})
const { fit, check, seeds, model } = values
if (fit === undefined || check === undefined || seeds === undefined) {
  console.error('usage: node scripts/with-node.mjs ./bench/calibrate.mjs --fit SET --check SET --seeds TEXT [--write]')
  process.exit(2)
}
const { calibrate } = await import('./confidence/calibrate.ts')
const { file, before, after } = await calibrate(model, { fit, check }, { limit: Number(values.limit), seeds })
for (const [name, bins] of Object.entries({ before, after })) {
  console.log(`${name}: said, right, boxes`)
  for (const { meanScore, shareRight, count } of bins) {
    console.log(`  ${meanScore.toFixed(3)}  ${shareRight.toFixed(3)}  ${String(count).padStart(5)}`)
  }
}
console.log(JSON.stringify(file, null, 2))
if (values.write) {
  const path = join(model, 'calibration.json')
  await writeFile(path, `${JSON.stringify(file, null, 2)}\n`)
  console.log(`wrote ${path}`)
}
