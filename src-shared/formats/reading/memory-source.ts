/** @file A `DataSource` over files held in memory: for tests, and for reading back what an export just wrote. */
import { sortNaturally } from '../../document/natural-order'
import type { ImageSize } from '../../geometry/space'
import { ImageReferences } from './image-references'
import { splitJson } from './json-splitter'
import type { DataSource, SourceFile, SourceLine } from './source'
import { DEFAULT_MAX_BYTES, noSuchFile, tooLarge } from './source-errors'
import { LineSplitter } from './split-lines'
import { decodeText } from './text-encoding'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

export interface MemoryFiles {
  /** By path, `/` separated. Text is UTF-8. */
  readonly files: ReadonlyMap<string, string | Uint8Array>
  /** Upright sizes by path; images need not be among the files. */
  readonly imageSizes?: ReadonlyMap<string, ImageSize>
  /** Folders that hold the images, as `ImageReferences` takes them. */
  readonly imageFolders?: readonly string[]
}

const LINES_PER_BATCH = 512
const PIECE_BYTES = 4096

export function memorySource({ files, imageSizes = new Map(), imageFolders = [] }: MemoryFiles): DataSource {
  const encoder = new TextEncoder()
  /** A file is asked for many times before it is read. */
  const encoded = new Map<string, Uint8Array>()
  const bytesOf = (path: string): Uint8Array => {
    const content = files.get(path)
    if (content === undefined) throw noSuchFile(path)
    if (typeof content !== 'string') return content
    const known = encoded.get(path)
    if (known !== undefined) return known
    const bytes = encoder.encode(content)
    encoded.set(path, bytes)
    return bytes
  }
  const capped = (path: string, maxBytes = DEFAULT_MAX_BYTES): Uint8Array => {
    const bytes = bytesOf(path)
    if (bytes.byteLength > maxBytes) throw tooLarge(path, bytes.byteLength, maxBytes)
    return bytes
  }
  const references = new ImageReferences(imageSizes.keys(), imageFolders)
  const list: readonly SourceFile[] = sortNaturally([...files.keys()], (path) => path).map((path) => ({
    path,
    sizeBytes: bytesOf(path).byteLength
  }))

  async function* lines(path: string): AsyncGenerator<readonly SourceLine[]> {
    const splitter = new LineSplitter(path)
    const all = [...splitter.push(decodeText(path, bytesOf(path))), ...splitter.end()]
    for (let at = 0; at < all.length; at += LINES_PER_BATCH) yield all.slice(at, at + LINES_PER_BATCH)
  }

  // Small pieces, so that readers meet more than one batch in their tests.
  function* pieces(path: string): Generator<Uint8Array> {
    const bytes = bytesOf(path)
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
  }

  return {
    files: list,
    head: async (path, maxBytes) => bytesOf(path).slice(0, maxBytes),
    range: async (path, start, end) => bytesOf(path).slice(start, end),
    text: async (path, maxBytes) => decodeText(path, capped(path, maxBytes)),
    lines,
    json: (path, only, options) => splitJson(path, pieces(path), { ...options, only }),
    bytes: async (path, maxBytes) => capped(path, maxBytes),
    imageSize: async (reference, annotationPath) => {
      const path = references.find(reference, annotationPath)
      return path === null ? null : (imageSizes.get(path) ?? null)
    }
  }
}
