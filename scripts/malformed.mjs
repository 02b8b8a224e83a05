/**
 * @file The corpus of damaged data sets, all of it: `npm run malformed -- [--command] [format…]`. Every damaged data set
 * is read with its format chosen and with the format found, by the readers and, with `--command`, by
 * `eyrie import --dry-run --json` too. Prints what is not honest, then how many cases there were of each example; exit
 * code 1 where something is not. `npm test` runs a part of it (src-main/testing/malformed).
 */
import './from-source.mjs'
import { parseArgs } from 'node:util'

const { openCommand } = await import('../src-main/testing/malformed/command.ts')
const { damagesOf, EXAMPLES } = await import('../src-main/testing/malformed/corpus.ts')
const { judgeExample } = await import('../src-main/testing/malformed/judge-example.ts')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { command: { type: 'boolean', default: false } }
})
const unknown = positionals.filter((id) => EXAMPLES.every(({ format }) => format !== id))
if (unknown.length > 0) {
  const known = [...new Set(EXAMPLES.map(({ format }) => format))].join(' ')
  console.error(
    `usage: npm run malformed -- [--command] [format…]; no example of ${unknown.join(', ')}, only of ${known}`
  )
  process.exit(2)
}

const command = values.command ? await openCommand() : null
let [total, faulty] = [0, 0]
try {
  for (const example of EXAMPLES.filter(({ format }) => positionals.length === 0 || positionals.includes(format))) {
    const startedAt = performance.now()
    let [cases, faults] = [0, 0]
    for await (const { name, found } of judgeExample(example, damagesOf(example), command)) {
      cases++
      if (found.length > 0) faults++
      for (const fault of found) console.log(`${example.format} ${example.name} | ${name} | ${fault}`)
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`== ${example.format} ${example.name}: ${cases} cases, ${faults} not honest, ${seconds} s`)
    total += cases
    faulty += faults
  }
} finally {
  await command?.close()
}
console.log(`== ${total} cases, ${faulty} not honest`)
process.exitCode = faulty > 0 ? 1 : 0
