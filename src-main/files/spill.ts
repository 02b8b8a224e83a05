/**
 * @file Values by bucket, for joining two streams that are larger than memory: both sides put what belongs together
 * into the same bucket, and buckets are taken up one by one. With one bucket nothing leaves memory.
 */
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asFileError } from './atomic-write'

const BLOCK_LENGTH = 1 << 16

interface Bucket<T> {
  values: T[]
  lines: string[]
  length: number
  isOnDisk: boolean
}

/** JSON values only; numbers keep every bit. */
export class Spill<T> {
  readonly #folder: string
  readonly #buckets: Bucket<T>[]

  /** `folder` is made when it is needed. */
  constructor(folder: string, buckets: number) {
    this.#folder = folder
    this.#buckets = Array.from({ length: buckets }, () => ({ values: [], lines: [], length: 0, isOnDisk: false }))
  }

  get bucketCount(): number {
    return this.#buckets.length
  }

  /** The same text always has the same bucket. */
  bucketOf(key: string): number {
    let hash = 0x811c9dc5
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
    return (hash >>> 0) % this.#buckets.length
  }

  async add(bucketIndex: number, value: T): Promise<void> {
    const bucket = this.#buckets[bucketIndex]
    if (bucket === undefined)
      throw new RangeError(`expected a bucket below ${this.#buckets.length}, got ${bucketIndex}`)
    if (this.#buckets.length === 1) {
      bucket.values.push(value)
      return
    }
    const line = JSON.stringify(value)
    bucket.lines.push(line)
    bucket.length += line.length
    if (bucket.length >= BLOCK_LENGTH) await this.#write(bucketIndex, bucket)
  }

  #path(bucket: number): string {
    return join(this.#folder, `${bucket}.jsonl`)
  }

  async #write(index: number, bucket: Bucket<T>): Promise<void> {
    if (bucket.lines.length === 0) return
    const text = `${bucket.lines.join('\n')}\n`
    bucket.lines = []
    bucket.length = 0
    await asFileError(this.#folder, async () => {
      if (!bucket.isOnDisk) await mkdir(this.#folder, { recursive: true })
      await appendFile(this.#path(index), text)
    })
    bucket.isOnDisk = true
  }

  /** What was added to a bucket, in order; it is forgotten then. */
  async take(index: number): Promise<readonly T[]> {
    const bucket = this.#buckets[index]
    if (bucket === undefined) return []
    if (this.#buckets.length === 1) return bucket.values.splice(0)
    await this.#write(index, bucket)
    if (!bucket.isOnDisk) return []
    const text = await readFile(this.#path(index), 'utf8')
    await rm(this.#path(index))
    bucket.isOnDisk = false
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T)
  }
}
