/**
 * @file Damages to the files of a data set, a million of them: the place is found beforehand (spans.ts), so that a damage
 * costs a few slices of text. Most keep the grammar and change what it says: values, names, elements and rows are
 * changed, left out, doubled, swapped and put in the place of others. The rest breaks the grammar, the bytes, the
 * encoding and the set of files.
 */
import type { MemoryFileMap } from '../law-projects'
import type { Chance } from './chance'
import { ODD_KEYS, ODD_NUMBERS, ODD_TEXTS, ODD_VALUES } from './odd'
import { spansOf } from './spans'
import type { Span, Spans } from './spans'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

interface WholeFile {
  readonly path: string
  readonly content: string | Uint8Array
  /** null: bytes. */
  readonly spans: Spans | null
}
/** Whole files of a data set with the places at which they can be damaged. */
export type Whole = readonly WholeFile[]

export const wholeOf = (files: MemoryFileMap): Whole =>
  [...files].map(([path, content]) => ({ path, content, spans: typeof content === 'string' ? spansOf(content) : null }))

interface Edit extends Span {
  readonly text: string
}

type MakeEdit = (text: string, spans: Spans, chance: Chance) => Edit | null

const replacing =
  (kind: keyof Spans, words: (chance: Chance, old: string) => string): MakeEdit =>
  (text, spans, chance) => {
    const list = spans[kind]
    if (list.length === 0) return null
    const { from, to } = chance.of(list)
    return { from, to, text: words(chance, text.slice(from, to)) }
  }

/** One in the place of another of its kind. */
const crossing =
  (kind: keyof Spans): MakeEdit =>
  (text, spans, chance) => {
    const list = spans[kind]
    if (list.length < 2) return null
    const { from, to } = chance.of(list)
    const other = chance.of(list)
    return { from, to, text: text.slice(other.from, other.to) }
  }

const doubling =
  (kind: keyof Spans, between: string): MakeEdit =>
  (text, spans, chance) => {
    const list = spans[kind]
    if (list.length === 0) return null
    const { from, to } = chance.of(list)
    return { from: to, to, text: between + text.slice(from, to) }
  }

/** With the comma after it, or the one before. */
const leavingOut: MakeEdit = (text, { members }, chance) => {
  if (members.length === 0) return null
  const { from, to } = chance.of(members)
  const after = /^\s*,/.exec(text.slice(to, to + 8))
  if (after !== null) return { from, to: to + after[0].length, text: '' }
  const before = /,\s*$/.exec(text.slice(Math.max(0, from - 8), from))
  return { from: from - (before === null ? 0 : before[0].length), to, text: '' }
}

/** Another number near it, as a person or a program may well have written. */
function near(chance: Chance, old: string): string {
  const value = Number(old)
  switch (chance.below(8)) {
    case 0:
      return String(value + 1)
    case 1:
      return String(value - 1)
    case 2:
      return String(-value)
    case 3:
      return String(value * 1000)
    case 4:
      return String(value / 1000)
    case 5:
      return `"${old}"`
    case 6:
      return `${old}.0`
    default:
      return old.slice(0, chance.below(old.length)) + String(chance.below(10)) + old.slice(1)
  }
}

const EDITS: readonly MakeEdit[] = [
  ...[0, 1, 2].map(() => replacing('numbers', (chance) => chance.of(ODD_NUMBERS))),
  ...[0, 1].map(() => replacing('numbers', near)),
  ...[0, 1, 2].map(() => replacing('values', (chance) => chance.of(ODD_VALUES))),
  replacing('keys', (chance) => chance.of(ODD_KEYS)),
  replacing('quoted', (chance) => chance.of(ODD_TEXTS)),
  replacing('contents', (chance) => chance.of(ODD_TEXTS)),
  replacing('contents', (chance) => chance.of(ODD_NUMBERS)),
  replacing('cells', (chance) => chance.of(ODD_NUMBERS)),
  replacing('cells', (chance) => chance.of(ODD_TEXTS)),
  replacing('tags', (chance) => chance.of(ODD_TEXTS)),
  ...(['elements', 'lines', 'cells', 'tags', 'contents'] as const).map((kind) => replacing(kind, () => '')),
  ...[leavingOut, leavingOut],
  ...(['values', 'members', 'keys', 'numbers', 'quoted'] as const).map(crossing),
  ...(['contents', 'elements', 'tags', 'lines', 'cells'] as const).map(crossing),
  doubling('members', ','),
  doubling('elements', ''),
  doubling('lines', ''),
  doubling('cells', ' '),
  doubling('tags', ''),
  replacing('values', (_, old) => `[${old}]`),
  replacing('values', (_, old) => JSON.stringify(old)),
  replacing('members', (chance, old) => `${old},${chance.of(ODD_KEYS)}:${chance.of(ODD_VALUES)}`),
  replacing('quoted', (chance, old) => {
    const at = chance.below(old.length + 1)
    return old.slice(0, at) + chance.of(ODD_TEXTS) + old.slice(at)
  })
]

const MOST_EDITS = 4

function edited(text: string, spans: Spans, chance: Chance): string {
  const edits: Edit[] = []
  const count = 1 + chance.below(chance.below(MOST_EDITS) + 1)
  // A kind of which the file has none is no edit; another is drawn.
  for (let tries = 0; edits.length < count && tries < 12; tries++) {
    const edit = chance.of(EDITS)(text, spans, chance)
    if (edit !== null && edits.every(({ from, to }) => edit.to <= from || edit.from >= to)) edits.push(edit)
  }
  edits.sort((a, b) => a.from - b.from)
  let out = ''
  let at = 0
  for (const { from, to, text: words } of edits) {
    out += text.slice(at, from) + words
    at = to
  }
  return out + text.slice(at)
}

function brokenText(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1)
  switch (chance.below(7)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(at)
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + chance.below(20))
    case 3: {
      const end = at + chance.below(200)
      return text.slice(0, end) + text.slice(at)
    }
    case 4:
      return text.slice(0, at) + chance.of(ODD_TEXTS) + text.slice(at)
    case 5:
      return text.slice(0, at) + chance.of(ODD_TEXTS) + text.slice(at + 1)
    default: {
      const to = at + chance.below(40)
      const other = chance.below(text.length + 1)
      return text.slice(0, at) + text.slice(other, other + chance.below(60)) + text.slice(to)
    }
  }
}

function utf16(text: string, isLittle: boolean, mark: boolean): Uint8Array {
  const bytes = new Uint8Array((text.length + 1) * 2)
  let at = 0
  const put = (unit: number): void => {
    bytes[at++] = isLittle ? unit & 0xff : unit >> 8
    bytes[at++] = isLittle ? unit >> 8 : unit & 0xff
  }
  if (mark) put(0xfeff)
  for (let i = 0; i < text.length; i++) put(text.charCodeAt(i))
  return bytes.subarray(0, at)
}

/** As bytes, in the wrong ones or in another encoding. */
function encoded(text: string, chance: Chance): string | Uint8Array {
  switch (chance.below(10)) {
    case 0:
      return utf16(text, true, true)
    case 1:
      return utf16(text, false, true)
    case 2:
      return utf16(text, chance.once(2), false)
    case 3:
      return `\ufeff${text}`
    case 4:
      return text.replaceAll('\n', '\r\n')
    case 5:
      return text.replaceAll('\n', '\r')
    case 6:
      // One byte for each letter: Latin-1, where a letter has one.
      return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i) & 0xff)
    case 7:
      return text.normalize('NFD')
    case 8:
      return ''
    default:
      return brokenBytes(new TextEncoder().encode(text), chance)
  }
}

const ENDS_OF_BYTES = [0, 1, 0x7f, 0x80, 0xff]

export function brokenBytes(whole: Uint8Array, chance: Chance): Uint8Array {
  let bytes = Uint8Array.from(whole)
  const count = 1 + chance.below(chance.below(6) + 1)
  for (let i = 0; i < count && bytes.byteLength > 0; i++) {
    // What says most stands at the ends of binary files.
    const at = chance.once(3) ? Math.max(0, bytes.byteLength - 1 - chance.below(512)) : chance.below(bytes.byteLength)
    switch (chance.below(8)) {
      case 0:
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8))
        break
      case 2:
        bytes[at] = chance.of(ENDS_OF_BYTES)
        break
      case 3:
        bytes[at] = (bytes[at] ?? 0) + (chance.once(2) ? 1 : -1)
        break
      case 4:
        bytes.fill(chance.of(ENDS_OF_BYTES), at, at + 1 + chance.below(8))
        break
      case 5: {
        const other = chance.below(bytes.byteLength)
        bytes.copyWithin(at, other, other + 1 + chance.below(32))
        break
      }
      case 6: {
        const cut = 1 + chance.below(16)
        const rest = new Uint8Array(Math.max(at, bytes.byteLength - cut))
        rest.set(bytes.subarray(0, at))
        if (at + cut < bytes.byteLength) rest.set(bytes.subarray(at + cut), at)
        bytes = rest
        break
      }
      default:
        if (chance.once(3)) bytes = bytes.slice(0, chance.below(bytes.byteLength))
        else bytes[at] = chance.next() & 0xff
    }
  }
  return bytes
}

const NAMES = [
  'a.json',
  'b.jsonl',
  'x.xml',
  'classes.txt',
  'data.yaml',
  'train.csv',
  'readme.md',
  'images/a.jpg',
  'a.tar'
]

/** One file is gone, twice there, under another name, or holds what another does. */
function rearranged(files: Map<string, string | Uint8Array>, chance: Chance): void {
  const paths = [...files.keys()]
  const path = chance.of(paths)
  const other = chance.of(paths)
  const content = files.get(path) ?? ''
  switch (chance.below(5)) {
    case 0:
      if (paths.length > 1) files.delete(path)
      break
    case 1:
      files.set(path, files.get(other) ?? '').set(other, content)
      break
    case 2:
      files.set(chance.of(NAMES), content)
      break
    case 3:
      files.delete(path)
      files.set(chance.once(2) ? chance.of(NAMES) : `x/${path}`, content)
      break
    default:
      files.set(path, typeof content === 'string' ? content + content : content)
  }
}

export function damaged(whole: Whole, chance: Chance): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>()
  for (const { path, content } of whole) files.set(path, content)
  const count = whole.length > 1 && chance.once(3) ? 2 : 1
  for (let i = 0; i < count; i++) {
    const { path, content, spans } = chance.of(whole)
    if (spans === null || typeof content !== 'string') {
      files.set(path, brokenBytes(content as Uint8Array, chance))
      continue
    }
    let text = chance.once(8) ? content : edited(content, spans, chance)
    if (chance.once(6)) text = brokenText(text, chance)
    files.set(path, chance.once(16) ? encoded(text, chance) : text)
  }
  if (chance.once(24)) rearranged(files, chance)
  return files
}
