/** @file What a command writes: results on stdout and nothing else, progress and errors on stderr. */
import { AppError } from '../../src-shared/errors'
import { printable } from '../shell/log'

export interface Streams {
  /** Results. */
  readonly out: (text: string) => void
  /** Progress, notes, errors. */
  readonly err: (text: string) => void
  readonly input: AsyncIterable<string | Uint8Array>
  /** Whether the person sees stderr as it comes. */
  readonly isErrTerminal: boolean
}

export const EXIT = { ok: 0, problem: 1, usage: 2 } as const

export const usageError = (message: string, nextStep: string): AppError =>
  new AppError('cli/usage', message, { nextStep })

export const printJson = (streams: Streams, value: unknown): void => streams.out(`${JSON.stringify(value, null, 2)}\n`)

/** One line a person reads; letters that steer a terminal are taken out. */
export const printLine = (streams: Streams, line: string): void => streams.out(`${printable(line)}\n`)

export const note = (streams: Streams, line: string): void => streams.err(`${printable(line)}\n`)

/** Rewrites one line of a terminal; says nothing into a file. */
export function progressLine(streams: Streams): { show: (line: string) => void; end: () => void } {
  let isShown = false
  return {
    show(line) {
      if (!streams.isErrTerminal) return
      isShown = true
      streams.err(`\r\u001b[K${printable(line).slice(0, 100)}`)
    },
    end() {
      if (isShown) streams.err('\r\u001b[K')
      isShown = false
    }
  }
}

/** Says what went wrong and what to do; returns the exit code. Never a stack. */
export function tellError(streams: Streams, thrown: unknown): number {
  if (thrown instanceof AppError) {
    note(streams, `eyrie: ${thrown.message}`)
    if (thrown.nextStep !== undefined && thrown.nextStep !== '') note(streams, `       ${thrown.nextStep}`)
    return thrown.code === 'cli/usage' ? EXIT.usage : EXIT.problem
  }
  const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  note(streams, `eyrie: something went wrong inside the program (${reason}).`)
  note(streams, '       Try again; if it happens again, report the command and this line.')
  return EXIT.problem
}

/** Columns with two spaces between them; the last one is not padded. */
export function printTable(streams: Streams, rows: readonly (readonly string[])[]): void {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)))
  for (const row of rows) {
    const line = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')
    printLine(streams, line.trimEnd())
  }
}
