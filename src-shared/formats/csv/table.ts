// Every program that has this file must have these types, and ambient ones cannot be imported.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./papaparse.d.ts" />
/**
 * @file Rows of a CSV file (RFC 4180) of any size, with the line each begins on. `papaparse` takes the rows apart; what
 * it is given are whole rows, which end where the number of quotes is even. The delimiter is the one of `,` `;` TAB `|`
 * that stands most often in the first line.
 */
import Papa from 'papaparse'
import type { DataSource } from '../reading/source'

export interface CsvRow {
  /** From 1, where it begins. */
  readonly line: number
  readonly cells: readonly string[]
  /** What is wrong with its quotes; null when nothing is. */
  readonly fault: string | null
}

/** A quote that nobody closes must not collect a whole file. */
const LONGEST_ROW = 1024 * 1024
const DELIMITERS = [',', ';', '\t', '|'] as const

/** `sep=;`, with which Excel is told the delimiter: no row. */
const SEPARATOR = /^"?sep=([,;\t|])"?$/i

/** The delimiter that a first line names; null: it is a row. */
export const namedDelimiter = (firstLine: string): string | null => SEPARATOR.exec(firstLine.trimEnd())?.[1] ?? null

export function delimiterOf(firstLine: string): string {
  const plain = firstLine.replace(/"(?:[^"]|"")*"/g, '')
  const counts = DELIMITERS.map((delimiter) => plain.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

const breaksIn = (text: string): number => text.split('\n').length - 1

export function rowsOf(text: string, delimiter: string, firstLine: number): readonly CsvRow[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n', header: false, dynamicTyping: false })
  const faults = new Map(errors.map(({ row, message }) => [row, message]))
  let line = firstLine
  return data.map((cells, i) => {
    const row = { line, cells, fault: faults.get(i) ?? null }
    line += 1 + cells.reduce((sum, cell) => sum + breaksIn(cell), 0)
    return row
  })
}

/** Blank lines are no rows. Rejects with `import/encoding` and `import/too-large` as lines do. */
export async function* csvRows(source: DataSource, path: string): AsyncGenerator<readonly CsvRow[]> {
  let delimiter: string | null = null
  let [held, heldFrom, isOpen] = ['', 1, false]
  for await (const lines of source.lines(path)) {
    for (const { number, text } of lines) {
      const named: string | null = delimiter === null ? namedDelimiter(text) : null
      if (named !== null) {
        delimiter = named
        continue
      }
      delimiter ??= text.trim() === '' ? null : delimiterOf(text)
      if (held === '') heldFrom = number
      held += `${text}\n`
      if (text.includes('"') && text.split('"').length % 2 === 0) isOpen = !isOpen
      if (isOpen && held.length > LONGEST_ROW) {
        yield rowsIn(held, delimiter, heldFrom)
        ;[held, isOpen] = ['', false]
      }
    }
    if (isOpen || held === '') continue
    yield rowsIn(held, delimiter, heldFrom)
    held = ''
  }
  if (held !== '') yield rowsIn(held, delimiter, heldFrom)
}

const rowsIn = (text: string, delimiter: string | null, line: number): readonly CsvRow[] =>
  rowsOf(text.replace(/\n$/, ''), delimiter ?? ',', line).filter(({ cells }) =>
    cells.some((cell) => cell.trim() !== '')
  )

/** In quotes where it must be. */
export const csvCell = (text: string): string =>
  /[",;|\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
