/** @file The streams of a command, kept to be looked at. For test files only. */
import type { Streams } from '../cli/output'

export interface CapturedStreams extends Streams {
  /** Grows with what is said. */
  readonly written: { readonly out: string; readonly err: string }
}

/** Of no terminal; `input` is all there is to read. */
export function capturedStreams(input = ''): CapturedStreams {
  const written = { out: '', err: '' }
  return {
    written,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    input: (async function* () {
      yield input
    })(),
    isErrTerminal: false
  }
}
