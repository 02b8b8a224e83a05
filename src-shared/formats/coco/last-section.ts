/**
 * @file A section at the very end of a JSON file, read from there: the official files name their categories after half a
 * gigabyte of annotations that need them, and passing over those takes as long as everything else that is read.
 *
 * From the name of the section on, the rest of the file is tried as an object: `{` and the rest. When that is JSON and so is
 * the file, the name stands in the object at the top. It closes one level and no more, so it begins one level deep; and
 * it holds whole texts, so it does not begin inside of one, or the file would end inside of one. When the file is not
 * JSON, whoever reads all of it says so.
 */
import { readExactJson } from '../reading/exact-json'
import type { DataSource } from '../reading/source'
import { isObject, own } from '../kit/json-fields'

declare const TextDecoder: new (
  encoding: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { decode(bytes: Uint8Array): string }

const TAIL_BYTES = 2 * 1024 * 1024
/** Places that may be its beginning, from the last one on. */
const MOST_TRIED = 4

/** Its elements; null: it is no list of objects, or is not found this way, which says nothing of whether it is there. */
export async function lastSection(source: DataSource, path: string, name: string): Promise<readonly unknown[] | null> {
  const size = source.files.find((file) => file.path === path)?.sizeBytes ?? 0
  const tail = await source.range(path, Math.max(0, size - TAIL_BYTES), size)
  const key = Uint8Array.from(`"${name}"`, (letter) => letter.charCodeAt(0))
  let at = tail.length
  for (let tried = 0; tried < MOST_TRIED; tried++) {
    at = lastPlaceOf(key, tail, at - 1)
    if (at === -1) return null
    const elements = own(objectFrom(tail.subarray(at)) ?? {}, name)
    if (Array.isArray(elements) && elements.some(isObject)) return elements
  }
  return null
}

/** At `from` or before; -1: nowhere. */
function lastPlaceOf(key: Uint8Array, bytes: Uint8Array, from: number): number {
  const [first = 0] = key
  for (let at = bytes.lastIndexOf(first, from); at > -1; at = at === 0 ? -1 : bytes.lastIndexOf(first, at - 1))
    if (key.every((byte, i) => bytes[at + i] === byte)) return at
  return -1
}

function objectFrom(rest: Uint8Array): Readonly<Record<string, unknown>> | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rest)
  } catch (error) {
    // Not UTF-8, or not from here on.
    void error
    return null
  }
  const { value } = readExactJson(`{${text}`)
  return isObject(value) ? value : null
}
