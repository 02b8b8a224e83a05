/**
 * @file Every trap, and what reading it gives: gives/ was looked at line by line, and a change to it is a change of what
 * people are told. `npm run unit -- <this file> --update` writes it anew.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FORMATS } from '../../../../src-shared/formats/registry'
import { TRAPS as ANNOTATION } from './annotation'
import { TRAPS as BYTES } from './bytes'
import { TRAPS as DIALOGUE } from './dialogue'
import { TRAPS as FIELD } from './field'
import { TRAPS as GROUNDING } from './grounding'
import { openCommand } from '../command'
import { faultsOfRun } from '../judge'
import { lineOf } from './line'
import { TRAPS as SPELLING } from './spelling'
import { TRAPS as TOOLS } from './tools'
import { TRAPS as TURNS } from './turns'

const GROUPS = {
  annotation: ANNOTATION,
  tools: TOOLS,
  field: FIELD,
  grounding: GROUNDING,
  dialogue: DIALOGUE,
  turns: TURNS,
  spelling: SPELLING,
  bytes: BYTES
}
const HANG_MS = 5_000
const shown = (line: string, how = ''): string => `    ${how}${JSON.stringify(line).slice(1, -1)}\n`

test('every format that is read has traps', () => {
  const trapped = new Set(Object.values(GROUPS).flatMap((traps) => traps.map(({ format }) => format)))
  const readable = FORMATS.filter(({ reader }) => reader !== undefined).map(({ info }) => info.id)
  expect(readable.filter((id) => !trapped.has(id))).toEqual([])
})

describe.each(Object.entries(GROUPS))('traps of %s', (group, traps) => {
  test('each gives what it should, in little time', { timeout: 120_000 }, async () => {
    const path = join(import.meta.dirname, 'gives', `${group}.txt`)
    expect(existsSync(path), path).toBe(true)
    const names = new Set<string>()
    const lines: string[] = []
    for (const trap of traps) {
      const name = `${trap.format ?? 'found'} | ${trap.name}`
      expect(names.has(name), `${name} once`).toBe(false)
      names.add(name)
      const startedAt = performance.now()
      const { line, told } = await lineOf(trap)
      expect(performance.now() - startedAt, name).toBeLessThan(HANG_MS)
      for (const message of told) expect(message, name).not.toMatch(/undefined(?! entity)|\[object|NaN of|\.\.$/)
      const found = await lineOf({ ...trap, format: null })
      const asFound = found.line === line || found.line === `as ${trap.format ?? ''} | ${line}` || trap.format === null
      lines.push(`${name}\n${shown(line)}${asFound ? '' : shown(found.line, 'found: ')}`)
    }
    await expect(lines.join('')).toMatchFileSnapshot(path)
  })
})

/** Every so many-th trap goes through the command too. */
const RUN_EVERY = 13

test('the command gives a report or a refusal', { timeout: 120_000 }, async () => {
  const command = await openCommand()
  try {
    const traps = Object.values(GROUPS).flat()
    for (const { name, format, files } of traps.filter((_, i) => i % RUN_EVERY === 0))
      expect(faultsOfRun(await command.dryRun(new Map(Object.entries(files)), null)), `${format} ${name}`).toEqual([])
  } finally {
    await command.close()
  }
})
