/** @file Prints a group's rows as a table and writes them to a file. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Group, Measured, Row } from './row'

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 1000 ? 1 : 0)
/** Figures that are told and not timed have no rounds. */
const isTold = ({ ours, peer }: Row): boolean => peer === null && ours.roundsWallMs.length === 0
const side = (measured: Measured | null): string =>
  measured === null ? 'not measured' : `${digits(measured.wallMs)} ms (CPU ${digits(measured.cpuMs)})`

function cells(row: Row): readonly string[] {
  const { name, ours, peer, ratio, threshold, pass, note = '' } = row
  const verdict = pass === null ? '' : pass ? 'pass' : 'FAIL'
  const sides = isTold(row) ? ['', ''] : [side(ours), side(peer)]
  return [name, ...sides, ratio === null ? '' : `${digits(ratio)}×`, threshold ?? '', verdict, note]
}

export function printTable(title: string, rows: readonly Row[]): void {
  const table = [['', 'ours', 'peer', 'ratio', 'must', '', ''], ...rows.map(cells)]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? []
  console.log(`\n${title}`)
  for (const line of table) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()
    )
  }
}

/** Returns the path of the file. */
export function writeResults(folder: string, name: string, { rows, versions }: Group): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.json`)
  const lines = rows.map((row) => JSON.stringify({ ...row, versions }))
  writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`)
  return path
}
