/** @file Features of pictures on disk (disk-store.ts): numbers are float32 `[features, width]`. */
import { z } from 'zod'
import { createDiskStore } from './disk-store'
import type { Codec, DiskStore } from './disk-store'
import type { SeenPicture } from './feature-cache'

const description = z.object({
  block: z.array(z.union([z.object({ text: z.string() }), z.object({ features: z.number().int().min(0) })])),
  grid: z.object({ offsets: z.array(z.array(z.number().int())), span: z.number().int() }).nullable(),
  proposals: z.array(z.array(z.number().int()))
})

const CODEC: Codec<SeenPicture> = {
  // Its number counts what families make of pictures, too.
  format: 'EYRFEAT1',
  describe({ picture: { block, grid }, proposals }) {
    const offsets = grid && { offsets: grid.offsets.map((axis) => [...axis]), span: grid.span }
    return { block, grid: offsets, proposals: proposals() }
  },
  numbers: ({ features }) => [features],
  read(described, features) {
    const found = description.safeParse(described)
    if (!found.success) return null
    const { block, grid, proposals } = found.data
    return {
      picture: { block, grid: grid && { offsets: grid.offsets.map((axis) => Int32Array.from(axis)), span: grid.span } },
      features,
      proposals: () => proposals
    }
  }
}

export type FeatureStore = DiskStore<SeenPicture>

export const createFeatureStore = (dir: string, maxBytes: number): FeatureStore => createDiskStore(dir, maxBytes, CODEC)
