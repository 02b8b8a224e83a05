/**
 * @file Writes a stream of chunks for several files at once, each file whole or not at all (A6).
 * No file is put in place before the last chunk of all of them came.
 */
import { join } from 'node:path'
import { writeFileAtomically } from './atomic-write'
import type { WriteOptions, WrittenFile } from './atomic-write'

export interface FileChunk {
  readonly fileName: string
  readonly text: string
}

/** One producer, one consumer; a push waits until the last one was taken, so nothing piles up. */
class Pipe implements AsyncIterable<string> {
  #taken: (() => void) | null = null
  #waiting: { resolve: (result: IteratorResult<string>) => void; reject: (error: unknown) => void } | null = null
  #next: string | null = null
  #end: { readonly error: unknown } | null = null

  /** Resolves when the chunk was taken. */
  async push(text: string): Promise<void> {
    if (this.#end !== null) return
    if (this.#waiting !== null) {
      this.#waiting.resolve({ value: text, done: false })
      this.#waiting = null
      return
    }
    this.#next = text
    await new Promise<void>((resolve) => (this.#taken = resolve))
  }

  /** `error` undefined: a good end. */
  end(error?: unknown): void {
    this.#end = { error }
    this.#taken?.()
    if (this.#waiting === null) return
    if (error === undefined) this.#waiting.resolve({ value: undefined, done: true })
    else this.#waiting.reject(error)
    this.#waiting = null
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: async () => {
        if (this.#end !== null && this.#end.error !== undefined) throw this.#end.error
        if (this.#next !== null) {
          const value = this.#next
          this.#next = null
          this.#taken?.()
          this.#taken = null
          return { value, done: false }
        }
        if (this.#end !== null) return { value: undefined, done: true }
        return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }))
      }
    }
  }
}

/** Rejects with the error of the chunks or of the first write that failed; then no file is there or changed. */
export async function writeSplit(
  folder: string,
  chunks: AsyncIterable<FileChunk>,
  options: WriteOptions
): Promise<readonly WrittenFile[]> {
  const files = new Map<string, { readonly pipe: Pipe; readonly written: Promise<WrittenFile> }>()
  let failure: { readonly error: unknown } | null = null

  const open = (fileName: string): { readonly pipe: Pipe; readonly written: Promise<WrittenFile> } => {
    const pipe = new Pipe()
    const written = writeFileAtomically(join(folder, fileName), pipe, options)
    written.catch((error: unknown) => {
      failure ??= { error }
      // Lets a waiting push go on; the loop sees the failure.
      pipe.end(error)
    })
    const file = { pipe, written }
    files.set(fileName, file)
    return file
  }

  try {
    for await (const { fileName, text } of chunks) {
      if (failure !== null) throw (failure as { readonly error: unknown }).error
      if (text === '') continue
      await (files.get(fileName) ?? open(fileName)).pipe.push(text)
    }
    if (failure !== null) throw (failure as { readonly error: unknown }).error
  } catch (error) {
    for (const { pipe } of files.values()) pipe.end(error)
    await Promise.allSettled([...files.values()].map(({ written }) => written))
    throw error
  }
  for (const { pipe } of files.values()) pipe.end()
  return Promise.all([...files.values()].map(({ written }) => written))
}
