/**
 * @file XML of annotation tools (E6): well-formed documents of elements, attributes and text. `saxes` reads them without
 * validating and without any access to files or network. A DTD is passed over and declares nothing: only the five
 * standard entities and numbers are known, any other is an error. Names keep their prefixes.
 */
import { SaxesParser } from 'saxes'
import { AppError } from '../../errors'
import type { DataSource } from '../reading/source'

export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** All text directly inside, as it stands there; that of children is theirs. */
  readonly text: string
  /** From 1, of its `<`. */
  readonly line: number
}

const MAX_DEPTH = 128
/** UTF-16 units of text, names and values in one child of the root. */
const MAX_CHILD_LENGTH = 64 * 1024 * 1024

interface Growing extends XmlElement {
  readonly children: XmlElement[]
  text: string
}

const xmlError = (file: string, line: number, column: number, reason: string): AppError =>
  new AppError('import/xml', `${file}, line ${line}, column ${column}: ${reason}.`, {
    nextStep: 'Correct the file at this place, or write it again with an XML library.',
    data: { file, line, column }
  })

/** Chunks of one document in, children of its root out, each once it is whole. Throws `import/xml`, `import/too-large`. */
export class XmlReader {
  readonly #parser = new SaxesParser({ position: true, xmlns: false })
  readonly #open: Growing[] = []
  #ready: XmlElement[] = []
  #root: XmlElement | null = null
  #length = 0
  #tagLine = 1

  readonly file: string

  constructor(file: string) {
    this.file = file
    const parser = this.#parser
    parser.on('error', ({ message }) => {
      // `1:23: text` names the place that the error names itself: the last letter that was read.
      throw xmlError(
        file,
        parser.line,
        Math.max(1, parser.columnIndex),
        message.replace(/^\d+:\d+:\s*/, '').replace(/\.$/, '')
      )
    })
    parser.on('opentagstart', () => (this.#tagLine = parser.line))
    parser.on('opentag', ({ name, attributes }) => this.#opened(name, new Map(Object.entries(attributes))))
    parser.on('closetag', () => this.#closed())
    parser.on('text', (text) => this.#text(text))
    parser.on('cdata', (text) => this.#text(text))
  }

  /** The root without what is in it; null before it was seen. */
  get root(): Pick<XmlElement, 'name' | 'attributes' | 'line'> | null {
    return this.#root
  }

  push(chunk: string): readonly XmlElement[] {
    this.#parser.write(chunk)
    return this.#take()
  }

  /** The end of the document: what is open still is an error. */
  end(): readonly XmlElement[] {
    this.#parser.close()
    return this.#take()
  }

  #take(): readonly XmlElement[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  #grow(by: number): void {
    this.#length += by
    if (this.#length <= MAX_CHILD_LENGTH) return
    throw new AppError('import/too-large', `An element of ${this.file} is larger than ${MAX_CHILD_LENGTH} letters.`, {
      nextStep: 'Check that it is the file you mean.',
      data: { file: this.file }
    })
  }

  #opened(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#open.length >= MAX_DEPTH)
      throw xmlError(this.file, this.#tagLine, 1, `elements are nested deeper than ${MAX_DEPTH} levels`)
    let length = name.length
    for (const [key, value] of attributes) length += key.length + value.length
    this.#grow(length)
    const element: Growing = { name, attributes, children: [], text: '', line: this.#tagLine }
    // The root holds on to none of its children: they are handed out.
    if (this.#open.length > 1) this.#open.at(-1)?.children.push(element)
    if (this.#open.length === 0) this.#root = element
    this.#open.push(element)
  }

  #closed(): void {
    const element = this.#open.pop()
    if (element === undefined || this.#open.length !== 1) return
    this.#ready.push(element)
    this.#length = 0
  }

  #text(text: string): void {
    const element = this.#open.at(-1)
    // Text beside the root's children belongs to nobody.
    if (element === undefined || this.#open.length < 2) return
    this.#grow(text.length)
    element.text += text
  }
}

export interface XmlChildren {
  readonly root: Pick<XmlElement, 'name' | 'attributes' | 'line'>
  readonly children: readonly XmlElement[]
}

/**
 * A document of any size in batches of children of its root; memory is one batch. Rejects with `import/xml` (line and
 * column), `import/encoding`, `import/too-large`.
 */
export async function* xmlChildren(source: DataSource, path: string): AsyncGenerator<XmlChildren> {
  const reader = new XmlReader(path)
  const batch = (children: readonly XmlElement[]): readonly XmlChildren[] =>
    reader.root === null || children.length === 0 ? [] : [{ root: reader.root, children }]
  for await (const lines of source.lines(path)) {
    let text = ''
    for (const line of lines) text += `${line.text}\n`
    yield* batch(reader.push(text))
  }
  yield* batch(reader.end())
}

/** A whole small document: its root with all its children; text of the root itself is not kept. */
export function parseXml(file: string, text: string): XmlElement {
  const reader = new XmlReader(file)
  const children = [...reader.push(text), ...reader.end()]
  if (reader.root === null) throw xmlError(file, 1, 1, 'there is no element')
  return { ...reader.root, children, text: '' }
}

export const childOf = (element: XmlElement, name: string): XmlElement | null =>
  element.children.find((child) => child.name === name) ?? null

export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name)

/** Text of the first child of that name, without white space around it; null when there is no such child. */
export const childText = (element: XmlElement, name: string): string | null =>
  childOf(element, name)?.text.trim() ?? null

/** A whole text that is a decimal number, also as `1e3`; null for anything else, an empty text too. */
export function numberOf(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? ''
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return null
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : null
}

/** Name of the first element, from the beginning of a file (`headText`); null where it shows none. */
export function rootNameOf(head: string): string | null {
  let rest = head
  for (;;) {
    rest = rest.trimStart()
    const skipped = /^(<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>[]*(\[.*?\]\s*)?>)/s.exec(rest)
    if (skipped === null) break
    rest = rest.slice(skipped[0].length)
  }
  return /^<([^\s/>!?]+)/.exec(rest)?.[1] ?? null
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;'
}

/** Letters that no document of XML 1.0 may hold, not even as numbers; half a surrogate pair too. */
const FORBIDDEN = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu

/** For text and for values in quotes of either kind; line breaks and tabs come back as they are. */
export const xmlText = (text: string): string => text.replace(/[&<>"'\t\n\r]/g, (letter) => ESCAPES[letter] ?? letter)

/** What a writer must say as a loss: `xmlText(withoutForbidden(text))` is all that can be written. */
export const withoutForbidden = (text: string): string => text.replace(FORBIDDEN, '')
