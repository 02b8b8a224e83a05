/**
 * @file The bytes each token stands for, from a tokenizer.json, and the trie of them. Two ways of
 * spelling are known: byte-level (every letter of a token is one byte, the table of GPT-2) and
 * SentencePiece (`▁` is a space, `<0xNN>` a byte). Added tokens are spelled as they are.
 */
import { AppError } from '../../../src-shared/errors'

interface Part {
  readonly type?: string
  readonly decoders?: readonly Part[]
  readonly pretokenizers?: readonly Part[]
}
/** What is read of a tokenizer.json. */
export interface TokenizerJson {
  readonly model: {
    readonly type?: string
    readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[]
  }
  readonly decoder?: Part | null
  readonly pre_tokenizer?: Part | null
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[]
}

/** In preorder: a node's subtree is the nodes behind it up to `end`. */
export interface Vocabulary {
  readonly byte: Uint8Array
  readonly end: Int32Array
  /** Index into `idsAt` of the ids that end at the node; those of the next node end it. */
  readonly firstId: Int32Array
  readonly idsAt: Int32Array
  /** By id; undefined for an id that no answer may say. */
  readonly bytesOf: readonly (Uint8Array | undefined)[]
}

const utf8 = new TextEncoder()

/** Letters of byte-level tokens: printable bytes are themselves, the others follow from U+0100. */
function byteOfLetter(): ReadonlyMap<string, number> {
  const table = new Map<string, number>()
  let shifted = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const isItself = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    table.set(String.fromCodePoint(isItself ? byte : shifted++), byte)
  }
  return table
}

const has = (part: Part | null | undefined, type: string): boolean =>
  part?.type === type || [...(part?.decoders ?? []), ...(part?.pretokenizers ?? [])].some((inner) => has(inner, type))

function spelling(json: TokenizerJson): (token: string) => Uint8Array {
  if (has(json.decoder, 'ByteLevel') || has(json.pre_tokenizer, 'ByteLevel')) {
    const table = byteOfLetter()
    return (token) => {
      const bytes = Array.from(token, (letter) => table.get(letter))
      return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : utf8.encode(token)
    }
  }
  if (has(json.decoder, 'ByteFallback') || has(json.decoder, 'Metaspace') || has(json.pre_tokenizer, 'Metaspace')) {
    return (token) => {
      const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1]
      return byte === undefined ? utf8.encode(token.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16))
    }
  }
  throw new AppError(
    'model/bad-tokenizer',
    'Answers cannot be constrained: the tokenizer is neither byte-level nor SentencePiece.',
    {
      nextStep: 'Ask without a constraint.'
    }
  )
}

/** Unigram models list theirs with scores, by place. */
function vocabularyEntries({ vocab }: TokenizerJson['model']): readonly (readonly [string, number])[] {
  return Array.isArray(vocab)
    ? (vocab as readonly (readonly [string, number])[]).map(([token], id) => [token, id] as const)
    : Object.entries(vocab as Readonly<Record<string, number>>)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0)
  return a.length - b.length
}

/**
 * `isSilent`: special tokens that leave no text (ends, pads, places of pictures), which no answer may say.
 * Throws `model/bad-tokenizer` for a way of spelling that is not known.
 */
export function readVocabulary(json: TokenizerJson, isSilent: (content: string) => boolean): Vocabulary {
  const spell = spelling(json)
  const bytesOf: (Uint8Array | undefined)[] = []
  for (const [token, id] of vocabularyEntries(json.model)) bytesOf[id] = spell(token)
  for (const { id, content, special } of json.added_tokens ?? []) {
    bytesOf[id] = special === true && isSilent(content) ? undefined : utf8.encode(content)
  }
  return createVocabulary(bytesOf)
}

/** Text of every token that spells digits, by id: words and marks as they are, bytes and ends left out. */
export function readNumberTexts({ model, added_tokens: added = [] }: TokenizerJson): ReadonlyMap<number, string> {
  const texts = new Map<number, string>()
  for (const [token, id] of vocabularyEntries(model)) {
    // The stand-ins of bytes are no digits, so that a digit is itself in every way of spelling.
    if (/\d/.test(token) && !/^<0x[0-9A-Fa-f]{2}>$/.test(token)) texts.set(id, token)
  }
  for (const { id, content } of added) if (/\d/.test(content)) texts.set(id, content)
  return texts
}

export function createVocabulary(bytesOf: readonly (Uint8Array | undefined)[]): Vocabulary {
  const sorted: { readonly id: number; readonly bytes: Uint8Array }[] = []
  for (const [id, bytes] of bytesOf.entries()) if (bytes !== undefined && bytes.length > 0) sorted.push({ id, bytes })
  sorted.sort((a, b) => compareBytes(a.bytes, b.bytes) || a.id - b.id)
  const byte: number[] = [0]
  const end: number[] = [0]
  const firstId: number[] = [0]
  const idsAt: number[] = []
  /** Nodes on the way to the last token; the root first. */
  let path = [0]
  let last: Uint8Array = new Uint8Array(0)
  for (const { id, bytes } of sorted) {
    let shared = 0
    while (shared < last.length && last[shared] === bytes[shared]) shared++
    for (const node of path.slice(shared + 1)) end[node] = byte.length
    path = path.slice(0, shared + 1)
    for (const next of bytes.subarray(shared)) {
      path.push(byte.length)
      byte.push(next)
      end.push(0)
      firstId.push(idsAt.length)
    }
    idsAt.push(id)
    last = bytes
  }
  for (const node of path) end[node] = byte.length
  firstId.push(idsAt.length)
  return {
    byte: Uint8Array.from(byte),
    end: Int32Array.from(end),
    firstId: Int32Array.from(firstId),
    idsAt: Int32Array.from(idsAt),
    bytesOf
  }
}
