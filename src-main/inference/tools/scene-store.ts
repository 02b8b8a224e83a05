/**
 * @file What models that make masks know of pictures, in memory and on disk, within the bytes that other models keep
 * features of pictures in.
 */
import { z } from 'zod'
import { createByteCache } from '../prefix/byte-cache'
import type { ByteCache } from '../prefix/byte-cache'
import { createDiskStore } from '../prefix/disk-store'
import type { Codec, DiskStore } from '../prefix/disk-store'
import type { SeenScene } from './tool'

const count = z.number().int().min(0)
const description = z.object({
  size: z.object({ width: count, height: count }),
  embeddings: z.array(z.object({ name: z.string(), dims: z.array(count) }))
})

const CODEC: Codec<SeenScene> = {
  format: 'EYRSCEN1',
  describe: ({ size, embeddings }) => ({
    size,
    embeddings: Object.entries(embeddings).map(([name, { dims }]) => ({ name, dims }))
  }),
  numbers: ({ embeddings }) => Object.values(embeddings).map(({ data }) => data),
  read(described, numbers) {
    const found = description.safeParse(described)
    if (!found.success) return null
    let from = 0
    const embeddings = found.data.embeddings.map(({ name, dims }) => {
      const length = dims.reduce((product, dim) => product * dim, 1)
      const data = numbers.subarray(from, from + length)
      from += length
      return [name, { data, dims }] as const
    })
    return from === numbers.length ? { size: found.data.size, embeddings: Object.fromEntries(embeddings) } : null
  }
}

/** On disk, and what its numbers depend on besides the picture. */
export interface KeptScenes {
  readonly store: DiskStore<SeenScene>
  readonly identity: string
}

export interface SceneCache {
  readonly memory: ByteCache<SeenScene>
  /** null: none are kept there. */
  readonly kept: KeptScenes | null
}

const bytesOf = ({ embeddings }: SeenScene): number =>
  Object.values(embeddings).reduce((sum, { data }) => sum + data.byteLength, 0)

export const createSceneCache = (maxBytes: number, kept: KeptScenes | null = null): SceneCache => ({
  memory: createByteCache(maxBytes, bytesOf),
  kept
})

export const createSceneStore = (dir: string, maxBytes: number): DiskStore<SeenScene> =>
  createDiskStore(dir, maxBytes, CODEC)
