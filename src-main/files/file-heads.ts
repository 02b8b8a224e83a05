/**
 * @file Beginnings of files while formats are told apart. Every format asks for those it may know, most of them one after
 * the other and each for itself: a folder of 20,000 files was opened 280,000 times before the first record was read, and
 * each opening is five turns that wait for a thread. Here a file is opened once, and those that follow are opened ahead.
 */
import { extname } from 'node:path'
import type { SourceFile } from '../../src-shared/formats/reading/source'

/** The most that a format asks for, but those who want a part of one file. */
const KEPT_BYTES_OF_A_FILE = 64 * 1024
/** Of all files together; what is beyond is read each time. */
const MOST_KEPT_BYTES = 96 * 1024 * 1024
const FILES_AHEAD = 16

export class FileHeads {
  readonly #files: readonly SourceFile[]
  readonly #read: (path: string, maxBytes: number) => Promise<Uint8Array>
  readonly #places: ReadonlyMap<string, number>
  readonly #kept = new Map<string, Promise<Uint8Array>>()
  #keptBytes = 0
  /** Where the last reading was, by the extension of the file. */
  readonly #lastPlaces = new Map<string, number>()

  /** `read` gives the first bytes of a file, fewer where it ends before. */
  constructor(files: readonly SourceFile[], read: (path: string, maxBytes: number) => Promise<Uint8Array>) {
    this.#files = files
    this.#read = read
    this.#places = new Map(files.map(({ path }, place) => [path, place]))
  }

  async head(path: string, maxBytes: number): Promise<Uint8Array> {
    const place = this.#places.get(path)
    const kept = place === undefined ? null : this.#keep(place, maxBytes)
    if (place === undefined || kept === null) return this.#read(path, maxBytes)
    this.#readAhead(place)
    // The bytes are everybody's.
    return (await kept).slice(0, maxBytes)
  }

  /** Frees them: the format is known. */
  forget(): void {
    this.#kept.clear()
    this.#keptBytes = 0
    this.#lastPlaces.clear()
  }

  /** null: it is not kept, since there is no room or more is asked for. */
  #keep(place: number, maxBytes: number): Promise<Uint8Array> | null {
    const { path, sizeBytes } = this.#files[place] as SourceFile
    if (maxBytes > KEPT_BYTES_OF_A_FILE && sizeBytes > KEPT_BYTES_OF_A_FILE) return null
    const known = this.#kept.get(path)
    if (known !== undefined) return known
    const bytes = Math.min(sizeBytes, KEPT_BYTES_OF_A_FILE)
    if (this.#keptBytes + bytes > MOST_KEPT_BYTES) return null
    this.#keptBytes += bytes
    // One more than the listing said, so that a file that grew is not taken for a short one.
    const reading = this.#read(path, Math.min(sizeBytes + 1, KEPT_BYTES_OF_A_FILE))
    this.#kept.set(path, reading)
    // Who asks next finds out for itself.
    reading.catch(() => this.#kept.delete(path))
    return reading
  }

  /** Of files of one kind that are asked for one after the other. */
  #readAhead(place: number): void {
    const extension = extname(this.#files[place]?.path ?? '')
    const last = this.#lastPlaces.get(extension) ?? -1
    this.#lastPlaces.set(extension, place)
    if (last < 0 || place <= last || place - last > FILES_AHEAD) return
    const end = Math.min(this.#files.length, place + 1 + FILES_AHEAD)
    for (let next = place + 1; next < end; next += 1) {
      const path = this.#files[next]?.path ?? ''
      if (extname(path) === extension && !this.#kept.has(path)) this.#keep(next, 0)
    }
  }
}
