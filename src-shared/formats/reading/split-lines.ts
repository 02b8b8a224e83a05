/** @file Lines of a text that comes in chunks; CRLF, CR and LF are equal (E4), even when a chunk ends between them. */
import { AppError } from '../../errors'
import type { SourceLine } from './source'

/** In UTF-16 units. */
export const MAX_LINE_LENGTH = 64 * 1024 * 1024

/** Push chunks in order, then `end`. Each gives the lines that are whole now. */
export class LineSplitter {
  #rest = ''
  /** Where in `#rest` the search goes on; what is before holds no line break. */
  #searched = 0
  #number = 0
  #endedWithCr = false

  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  push(chunk: string): readonly SourceLine[] {
    let text = chunk
    if (this.#endedWithCr && text !== '') {
      this.#endedWithCr = false
      if (text.startsWith('\n')) text = text.slice(1)
    }
    this.#endedWithCr = text.endsWith('\r') || (text === '' && this.#endedWithCr)
    const lines: SourceLine[] = []
    this.#rest += text
    const breaks = /\r\n|\r|\n/g
    breaks.lastIndex = this.#searched
    let start = 0
    for (let found = breaks.exec(this.#rest); found !== null; found = breaks.exec(this.#rest)) {
      lines.push({ number: ++this.#number, text: this.#rest.slice(start, found.index) })
      start = breaks.lastIndex
    }
    this.#rest = this.#rest.slice(start)
    this.#searched = this.#rest.length
    if (this.#rest.length > MAX_LINE_LENGTH) {
      const line = this.#number + 1
      throw new AppError('import/too-large', `Line ${line} of ${this.path} is longer than 64 MiB.`, {
        nextStep: 'Check that the file has one record for each line.',
        data: { file: this.path, line }
      })
    }
    return lines
  }

  /** The last line, where the file does not end with a line break. */
  end(): readonly SourceLine[] {
    return this.#rest === '' ? [] : [{ number: ++this.#number, text: this.#rest }]
  }
}
