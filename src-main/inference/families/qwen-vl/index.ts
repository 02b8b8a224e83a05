/**
 * @file Qwen2-VL, Qwen2.5-VL and Qwen3-VL: pictures keep their proportions, in sizes that are whole
 * numbers of merged patches; features take positions on three axes (m-RoPE).
 * Source: Qwen2VLImageProcessor and get_rope_index of transformers 4.57.
 */
import { z } from 'zod'
import { smartResize } from '../../../../src-shared/dialects/kit/smart-resize'
import { AppError } from '../../../../src-shared/errors'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { resized, toPlanes } from '../../image/raster'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family, FamilyFiles, FamilyReading, GridPositions } from '../family'
import { CLIP_MEAN, CLIP_STD, filter, normalisation, readImageToken, readSettings } from '../kit/settings'

const count = z.number().int().min(1)

const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    resample: filter.default('bicubic'),
    patch_size: count.max(64).default(14),
    temporal_patch_size: count.max(8).default(2),
    merge_size: count.max(8).default(2),
    min_pixels: count.nullish(),
    max_pixels: count.nullish(),
    /** Despite their names these count pixels of the whole picture. */
    size: z.object({ shortest_edge: count.optional(), longest_edge: count.optional() }).nullish()
  })
  .and(normalisation({ mean: CLIP_MEAN, std: CLIP_STD }))

/**
 * The files allow pictures of 16,384 features, whose attention would take tens of gigabytes; larger
 * pictures are shown as large as this many features allow. Their makers advise a limit of 1,280 and more.
 */
const MOST_FEATURES = 4_096
const MOST_STRETCHED = 200

function gridPositions(rows: number, columns: number): GridPositions {
  const features = rows * columns
  return {
    offsets: [
      new Int32Array(features),
      Int32Array.from({ length: features }, (_, i) => Math.floor(i / columns)),
      Int32Array.from({ length: features }, (_, i) => i % columns)
    ],
    span: Math.max(rows, columns)
  }
}

interface Patching {
  readonly patch: number
  readonly merge: number
  /** The same picture this many times: a patch spans two frames of a film. */
  readonly frames: number
}

/** Planes `[3, height, width]` to rows `[patches, 3 × frames × patch × patch]`, the patches of a merged square next to each other. */
function toPatches(
  planes: Float32Array,
  { width, height }: ImageSize,
  { patch, merge, frames }: Patching
): Float32Array {
  const rows = height / patch
  const columns = width / patch
  const rowLength = 3 * frames * patch * patch
  const target = new Float32Array(rows * columns * rowLength)
  let row = 0
  for (let blockY = 0; blockY < rows; blockY += merge) {
    for (let blockX = 0; blockX < columns; blockX += merge) {
      for (let inner = 0; inner < merge * merge; inner++, row++) {
        const top = (blockY + Math.floor(inner / merge)) * patch
        const left = (blockX + (inner % merge)) * patch
        for (let channel = 0; channel < 3; channel++) {
          for (let y = 0; y < patch; y++) {
            const source = (channel * height + top + y) * width + left
            const line = planes.subarray(source, source + patch)
            for (let frame = 0; frame < frames; frame++) {
              target.set(line, row * rowLength + ((channel * frames + frame) * patch + y) * patch)
            }
          }
        }
      }
    }
  }
  return target
}

/** `pixelsOf`: of how many pixels the files speak that a picture of one pixel, seen in so many frames, has. */
export function readPatched(files: FamilyFiles, pixelsOf: (frames: number) => number = () => 1): FamilyReading {
  const picture = readSettings(files, 'preprocessor', pictureSchema)
  const { patch_size: patch, merge_size: merge, temporal_patch_size: frames } = picture
  const factor = patch * merge
  const resizing = {
    factor,
    minPx: (picture.min_pixels ?? picture.size?.shortest_edge ?? 56 * 56) / pixelsOf(frames),
    maxPx: Math.min(
      (picture.max_pixels ?? picture.size?.longest_edge ?? 28 * 28 * 1_280) / pixelsOf(frames),
      MOST_FEATURES * factor * factor
    )
  }
  return {
    imageTokenId: readImageToken(files),
    visionInputs: ['pixel_values', 'image_grid_thw', 'grid_thw'],
    pixels: null,
    resizing,
    content: 'parts',
    writePrompt: null,
    positions: { axes: 3, first: 0 },
    feeding: 'causal',
    prepare(image) {
      const { width, height } = image.size
      if (Math.max(width, height) > MOST_STRETCHED * Math.min(width, height)) {
        throw new AppError(
          'inference/unsuitable-image',
          `The image is ${width}×${height}; this model reads none whose sides differ more than ${MOST_STRETCHED} times.`,
          { nextStep: 'Cut the image into parts, or ask another model.', data: { width, height } }
        )
      }
      const size = smartResize(image.size, resizing)
      const planes = toPlanes(resized(image, size, picture.resample), picture)
      const [rows, columns] = [size.height / patch, size.width / patch]
      const patches = toPatches(planes, size, { patch, merge, frames })
      const grid = { type: 'int64', data: BigInt64Array.of(1n, BigInt(rows), BigInt(columns)), dims: [1, 3] } as const
      return {
        feeds: {
          pixel_values: { type: 'float32', data: patches, dims: [rows * columns, 3 * frames * patch * patch] },
          image_grid_thw: grid,
          grid_thw: grid
        },
        block: [{ features: (rows * columns) / (merge * merge) }],
        grid: gridPositions(rows / merge, columns / merge)
      }
    }
  }
}

/** Words of the dialect; everything else in pointed bars only structures a dialogue. */
const MARKUP: ReadonlySet<string> = new Set([
  '<|object_ref_start|>',
  '<|object_ref_end|>',
  '<|box_start|>',
  '<|box_end|>',
  '<|quad_start|>',
  '<|quad_end|>'
])

const COMMON = {
  graphs: THREE_GRAPHS,
  cannot: ['outlines'],
  isMarkup: (token: string) => MARKUP.has(token),
  read: (files: FamilyFiles) => readPatched(files)
}

export const qwen2Vl: Family = {
  ...COMMON,
  id: 'qwen2-vl',
  name: 'Qwen2-VL',
  modelTypes: ['qwen2_vl'],
  dialect: 'qwen2-vl',
  space: 'original',
  asks: ['Where is the red circle?', 'Detect all objects in the image and give their boxes.', 'Describe the image.']
}

export const qwen25Vl: Family = {
  ...COMMON,
  id: 'qwen2.5-vl',
  name: 'Qwen2.5-VL',
  modelTypes: ['qwen2_5_vl'],
  dialect: 'qwen2.5-vl',
  space: 'resized',
  asks: [
    'Locate the red circle, output its bbox coordinates using JSON format.',
    'Point to every cup, output the coordinates in JSON format.',
    'Describe the image.'
  ]
}

export const qwen3Vl: Family = {
  ...COMMON,
  id: 'qwen3-vl',
  name: 'Qwen3-VL',
  modelTypes: ['qwen3_vl'],
  dialect: 'qwen3-vl',
  space: 'original',
  asks: ['Locate every cup, report bbox coordinates in JSON format.', 'Point to the red circle.', 'Describe the image.']
}
