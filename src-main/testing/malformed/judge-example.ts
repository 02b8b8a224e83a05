/** @file Every damage of an example, read and judged. */
import type { Command } from './command'
import type { Damaged } from './damage'
import { filesOf } from './example'
import type { Example } from './example'
import { codesOf, faultsOfReading, faultsOfRun, isNamed } from './judge'
import { read } from './reading'

export interface Judged {
  readonly name: string
  readonly found: readonly string[]
}

const HANG_MS = 5_000

/** `command` null: the readers alone. */
export async function* judgeExample(
  example: Example,
  damages: Iterable<Damaged>,
  command: Command | null
): AsyncGenerator<Judged> {
  const whole = filesOf(example)
  const before = await read(whole, example.format)
  const found = await read(whole, null)
  if (before.kind !== 'read' || before.said.regions.size + before.said.dialogues.size === 0)
    throw new Error(`${example.format} ${example.name} is no valid example: ${JSON.stringify(before)}`)
  if (found.kind !== 'read' || found.format !== example.format)
    throw new Error(`${example.format} ${example.name} is not recognised: ${JSON.stringify(found)}`)
  const ranWhole = command === null ? null : await command.dryRun(whole, example.format)
  const saidWhole = ranWhole?.report ? codesOf(ranWhole.report) : new Map<string, number>()
  if (ranWhole !== null && ranWhole.code !== 0) throw new Error(`${example.format} ${example.name}: ${ranWhole.err}`)

  for (const { name, files, expectation } of damages) {
    const faults: string[] = []
    for (const wanted of [example.format, null]) {
      const how = wanted === null ? 'found: ' : ''
      const startedAt = performance.now()
      const after = await read(files, wanted)
      if (performance.now() - startedAt > HANG_MS) faults.push(`${how}it takes ${performance.now() - startedAt} ms`)
      let named = after.kind === 'refused' || (after.kind === 'read' && isNamed(before.said.issues, after.said.issues))
      if (command !== null) {
        const ran = await command.dryRun(files, wanted)
        faults.push(...faultsOfRun(ran).map((fault) => `${how}${fault}`))
        named ||= ran.code === 1 || (ran.report !== null && isNamed(saidWhole, codesOf(ran.report)))
      }
      // Another format may well be what the damaged files are, and rows of one task of YOLO are those of another. Files
      // that it does not read the command names.
      const isOther = after.kind === 'read' && after.format !== example.format
      const expected = isOther && expectation === 'less' && command === null ? 'fewer' : expectation
      if (!isOther || (expectation === 'less' && !example.format.startsWith('yolo-')))
        faults.push(
          ...faultsOfReading(before.said, after, expected, named, command !== null).map((fault) => `${how}${fault}`)
        )
    }
    yield { name, found: faults }
  }
}
