/** @file What a file is that was taken for a data set: an error page, a pointer, another packing. By its first bytes. */

/** Enough for every mark below. */
export const MISTAKEN_HEAD_BYTES = 512

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte)

/** In words behind `it is`; null: nothing of these. `head` null: there is none. */
export function mistakenFor(path: string, head: Uint8Array | null): string | null {
  if (head === null) return null
  if (head.length === 0) return 'empty'
  if (startsWith(head, [0x1f, 0x8b])) return 'packed with gzip: unpack it first'
  if (startsWith(head, [0x42, 0x5a, 0x68])) return 'packed with bzip2: unpack it first'
  if (startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a])) return 'packed with xz: unpack it first'
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'packed with zstd: unpack it first'
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return 'a zip archive: give it the ending .zip, or unpack it'
  const text = new TextDecoder().decode(head).trimStart().toLowerCase()
  if (text === '') return 'nothing but blanks'
  if (text.startsWith('version https://git-lfs'))
    return 'a pointer of Git LFS, not the file: fetch it with git lfs pull'
  if (/^(<!doctype html|<html)\b/.test(text)) return 'a web page, as servers send in place of a file: download it again'
  if (/^<\?xml[^>]*>\s*<error>/.test(text)) return 'the error of a server, in place of a file: download it again'
  if (!/\.(json|jsonl|ndjson|ya?ml)$/i.test(path) && /^(\{\s*"|\[\s*[{[])/.test(text))
    return 'JSON by another name: give it the ending .json, or .jsonl where each line is an object'
  if (!/\.(xml|svg)$/i.test(path) && /^<(\?xml|annotations?)\b/.test(text))
    return 'XML by another name: give it the ending .xml'
  return null
}
