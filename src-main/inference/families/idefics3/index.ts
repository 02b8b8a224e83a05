/**
 * @file Idefics3 and SmolVLM: the picture is brought to whole squares of the encoder's size, each square
 * is seen alone, and the whole is seen once more. Words in the prompt name row and column of each.
 * Source: the processor of `idefics3` in transformers 4.57.
 */
import { z } from 'zod'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { cut, resized, toPlanes } from '../../image/raster'
import type { Raster } from '../../image/raster'
import type { Filter } from '../../image/resample'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { BlockPart, Family } from '../family'
import { HALF, filter, normalisation, readImageToken, readSettings, side } from '../kit/settings'

const edge = z.object({ longest_edge: side })
const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: edge,
    max_image_size: edge,
    resample: filter.default('lanczos'),
    do_image_splitting: z.boolean().default(true)
  })
  .and(normalisation({ mean: HALF, std: HALF }))

const configSchema = z.object({
  scale_factor: z.number().int().min(1).max(32).default(2),
  vision_config: z.object({ patch_size: side.optional() }).default({})
})

/** No picture is brought to more than this, whatever the file says. Source: MAX_IMAGE_SIZE of the processor. */
const LONGEST = 4_096

const toEven = (value: number): number => (value % 2 === 0 ? value : value + 1)

/** The longest side as wanted, the other one kept in proportion, cut to whole pixels and made even. */
function withLongestEdge({ width, height }: ImageSize, longest: number): ImageSize {
  const aspect = width / height
  const near =
    width >= height
      ? { width: longest, height: toEven(Math.floor(longest / aspect)) }
      : { width: toEven(Math.floor(longest * aspect)), height: longest }
  const limited = { width: Math.max(1, near.width), height: Math.max(1, near.height) }
  const shape = limited.width / limited.height
  if (limited.width >= limited.height && limited.width > LONGEST) {
    return { width: LONGEST, height: Math.max(1, Math.floor(LONGEST / shape)) }
  }
  if (limited.height > limited.width && limited.height > LONGEST) {
    return { width: Math.max(1, Math.floor(LONGEST * shape)), height: LONGEST }
  }
  return limited
}

/** Both sides up to whole squares: the longer one first, the other one from its proportion. */
function toSquares({ width, height }: ImageSize, square: number): ImageSize {
  const up = (value: number): number => Math.ceil(value / square) * square
  const aspect = width / height
  if (width >= height) {
    const wide = up(width)
    return { width: wide, height: up(Math.floor(wide / aspect)) }
  }
  const tall = up(height)
  return { width: up(Math.floor(tall * aspect)), height: tall }
}

interface Squares {
  /** Row by row, then the whole. */
  readonly views: readonly Raster[]
  /** 0 when the picture is one square and is seen once only. */
  readonly rows: number
  readonly columns: number
}

function split(picture: Raster, square: number, filterName: Filter): Squares {
  const whole = { width: square, height: square }
  const shown = resized(picture, toSquares(picture.size, square), filterName)
  const [rows, columns] = [shown.size.height / square, shown.size.width / square]
  if (rows === 1 && columns === 1) return { views: [shown], rows: 0, columns: 0 }
  const views: Raster[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      views.push(cut(shown, { x: column * square, y: row * square }, whole))
  }
  return { views: [...views, resized(shown, whole, filterName)], rows, columns }
}

const AROUND = '<fake_token_around_image>'
const GLOBAL = '<global-img>'

function blockOf({ rows, columns }: Squares, features: number): BlockPart[] {
  const parts: BlockPart[] = []
  let text = ''
  const see = (): void => {
    parts.push({ text }, { features })
    text = ''
  }
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      text += `${AROUND}<row_${row}_col_${column}>`
      see()
    }
    text += '\n'
  }
  text += `${rows === 0 ? '' : '\n'}${AROUND}${GLOBAL}`
  see()
  return [...parts, { text: AROUND }]
}

export const idefics3: Family = {
  id: 'idefics3',
  name: 'SmolVLM / Idefics3',
  modelTypes: ['idefics3', 'smolvlm'],
  graphs: THREE_GRAPHS,
  // Not taught any way of writing boxes; numbers it writes are read as fractions.
  dialect: 'shikra',
  space: 'original',
  asks: ['Describe the image.', 'What is written on the sign?'],
  cannot: ['boxes: it was not taught any'],
  isMarkup: () => false,
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const square = picture.max_image_size.longest_edge
    const { patch_size: patch = 14 } = config.vision_config
    const features = Math.floor(Math.floor(square / patch) ** 2 / config.scale_factor ** 2)
    return {
      imageTokenId: readImageToken(files),
      visionInputs: ['pixel_values', 'pixel_attention_mask'],
      pixels: { width: square, height: square },
      content: 'parts',
      writePrompt: null,
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      prepare(image) {
        const longest = picture.size.longest_edge
        const shown = resized(image, withLongestEdge(image.size, longest), picture.resample)
        const squares = picture.do_image_splitting
          ? split(shown, square, picture.resample)
          : { views: [resized(shown, { width: square, height: square }, picture.resample)], rows: 0, columns: 0 }
        const count = squares.views.length
        const area = square * square
        const data = new Float32Array(count * 3 * area)
        for (const [place, view] of squares.views.entries()) data.set(toPlanes(view, picture), place * 3 * area)
        return {
          feeds: {
            pixel_values: { type: 'float32', data, dims: [1, count, 3, square, square] },
            pixel_attention_mask: {
              type: 'bool',
              data: new Uint8Array(count * area).fill(1),
              dims: [1, count, square, square]
            }
          },
          block: blockOf(squares, features),
          grid: null
        }
      }
    }
  }
}
