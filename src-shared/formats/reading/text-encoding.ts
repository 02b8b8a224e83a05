/**
 * @file Bytes to text, strictly (E4): by a byte order mark, by an XML declaration, else UTF-8. What is not valid in its
 * encoding is refused with `import/encoding`, and so is U+0000; no U+FFFD is ever made up.
 */
import { AppError } from '../../errors'

// Every JavaScript engine we run in has it; the layer's type library names no platform.
declare const TextDecoder: new (
  encoding: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string }

export interface TextEncoding {
  /** A name of the Encoding Standard, lower case. */
  readonly name: string
  /** Bytes of the byte order mark; 0 without one. */
  readonly markBytes: number
}

const XML_DECLARATION = /^\s*<\?xml[^>]*?\sencoding\s*=\s*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)')/

/**
 * By the first bytes (256 are enough). UTF-16 without a mark is seen by its zero bytes, as in `{ 0` and `0 <`, since
 * a text that begins with a NUL is none. UTF-32 is refused by the decoder it does not have.
 */
export function encodingOf(head: Uint8Array): TextEncoding {
  const [a, b, c, d] = [head[0] ?? -1, head[1] ?? -1, head[2] ?? -1, head[3] ?? -1]
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: 'utf-8', markBytes: 3 }
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { name: 'utf-32le', markBytes: 4 }
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { name: 'utf-32be', markBytes: 4 }
  if (a === 0xff && b === 0xfe) return { name: 'utf-16le', markBytes: 2 }
  if (a === 0xfe && b === 0xff) return { name: 'utf-16be', markBytes: 2 }
  if (a > 0 && b === 0 && c > 0 && d === 0) return { name: 'utf-16le', markBytes: 0 }
  if (a === 0 && b > 0 && c === 0 && d > 0) return { name: 'utf-16be', markBytes: 0 }
  // Most files are no XML, and every reader asks.
  if (a === 0x7b || a === 0x5b) return { name: 'utf-8', markBytes: 0 }
  const declared = XML_DECLARATION.exec(String.fromCharCode(...head.subarray(0, 256)))
  return { name: (declared?.[1] ?? declared?.[2] ?? 'utf-8').toLowerCase(), markBytes: 0 }
}

const refused = (path: string, name: string, cause: unknown): AppError =>
  new AppError('import/encoding', `${path} is not valid ${name}.`, {
    nextStep: 'Save the file as UTF-8 and import it again.',
    data: { file: path, encoding: name },
    cause
  })

/** Decodes chunks of one file in turn; a character may be cut by their borders. Both reject with `import/encoding`. */
export class StrictDecoder {
  readonly #path: string
  readonly #encoding: TextEncoding
  readonly #decoder: InstanceType<typeof TextDecoder>
  #toSkip: number

  constructor(path: string, encoding: TextEncoding) {
    this.#path = path
    this.#encoding = encoding
    this.#toSkip = encoding.markBytes
    try {
      this.#decoder = new TextDecoder(encoding.name, { fatal: true, ignoreBOM: true })
    } catch (cause) {
      throw new AppError('import/encoding', `${path} is in ${encoding.name}, which Eyrie does not read.`, {
        nextStep: 'Save the file as UTF-8 and import it again.',
        data: { file: path, encoding: encoding.name },
        cause
      })
    }
  }

  push(chunk: Uint8Array): string {
    const skipped = Math.min(this.#toSkip, chunk.byteLength)
    this.#toSkip -= skipped
    return this.#decode(chunk.subarray(skipped), true)
  }

  /** The end of the file: half a character left over is an error. */
  end(): string {
    return this.#decode(undefined, false)
  }

  #decode(bytes: Uint8Array | undefined, stream: boolean): string {
    let text: string
    try {
      text = this.#decoder.decode(bytes, { stream })
    } catch (cause) {
      throw refused(this.#path, this.#encoding.name, cause)
    }
    // Valid in every encoding and part of no text: a file of another kind, or one whose end was never written.
    if (text.includes('\0'))
      throw new AppError('import/encoding', `${this.#path} has zero bytes in it, which no text has.`, {
        nextStep: 'The file may be damaged or of another kind; get it again.',
        data: { file: this.#path, encoding: this.#encoding.name }
      })
    return text
  }
}

/** A whole file. */
export function decodeText(path: string, bytes: Uint8Array): string {
  const decoder = new StrictDecoder(path, encodingOf(bytes.subarray(0, 256)))
  return decoder.push(bytes) + decoder.end()
}
