/**
 * @file A part of the corpus of damaged data sets; `npm run malformed` runs all of it. The part is the same each time,
 * and takes cases from every example and every kind of damage.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FORMATS } from '../../../src-shared/formats/registry'
import { openCommand } from './command'
import type { Command } from './command'
import { damagesOf, EXAMPLES } from './corpus'
import type { Damaged } from './damage'
import { judgeExample } from './judge-example'

/** Every so many-th case of an example is read by the readers, and every so many-th by the command. */
const READ_EVERY = 23
const RUN_EVERY = 211

/** Processes are started and ended. */
const HOOK_MS = 120_000

const some = (damages: Iterable<Damaged>, every: number): readonly Damaged[] =>
  [...damages].filter((_, i) => i % every === every - 1)

/** Read from bytes, or from archives whose text files are those of another format: their own tests damage them. */
const WITHOUT_EXAMPLE = ['parquet', 'grit-parquet', 'webdataset']

test('every format that is read from text has an example', () => {
  const readable = FORMATS.filter(({ reader }) => reader !== undefined).map(({ info }) => info.id)
  const known = new Set(EXAMPLES.map(({ format }) => format))
  expect(readable.filter((id) => !known.has(id) && !WITHOUT_EXAMPLE.includes(id))).toEqual([])
})

describe.each(EXAMPLES.map((example) => [`${example.format} ${example.name}`, example] as const))(
  'damaged data of %s',
  (_, example) => {
    let command: Command
    beforeAll(async () => (command = await shared()), HOOK_MS)

    test('the readers say what is wrong and read nothing else', { timeout: 120_000 }, async () => {
      const faults: string[] = []
      for await (const { name, found } of judgeExample(example, some(damagesOf(example), READ_EVERY), null))
        faults.push(...found.map((fault) => `${name}: ${fault}`))
      expect(faults).toEqual([])
    })

    test('so does the command', { timeout: 120_000 }, async () => {
      const faults: string[] = []
      for await (const { name, found } of judgeExample(example, some(damagesOf(example), RUN_EVERY), command))
        faults.push(...found.map((fault) => `${name}: ${fault}`))
      expect(faults).toEqual([])
    })
  }
)

let opened: Promise<Command> | null = null
const shared = (): Promise<Command> => (opened ??= openCommand())
afterAll(async () => (await opened)?.close(), HOOK_MS)
