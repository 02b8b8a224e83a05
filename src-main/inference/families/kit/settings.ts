/** @file Reads the parts of preprocessor_config.json that families share, as the processors of transformers mean them. */
import { z } from 'zod'
import { modelProblem } from '../../repo/problems'
import type { Filter } from '../../image/resample'
import type { Normalisation, Rgb } from '../../image/raster'
import type { FamilyFiles } from '../family'

// No code made from strings (J8).
z.config({ jitless: true })

export const side = z.number().int().min(4).max(8_192)
const rgb = z.tuple([z.number(), z.number(), z.number()])
/** Numbers of Pillow's filters; box and Hamming are used by no known model. */
const FILTERS: readonly Filter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic']

export const filter = z
  .number()
  .int()
  .min(0)
  .max(3)
  .transform((value): Filter => FILTERS[value] ?? 'bicubic')

export const CLIP_MEAN: Rgb = [0.48145466, 0.4578275, 0.40821073]
export const CLIP_STD: Rgb = [0.26862954, 0.26130258, 0.27577711]
export const IMAGENET_MEAN: Rgb = [0.485, 0.456, 0.406]
export const IMAGENET_STD: Rgb = [0.229, 0.224, 0.225]
export const HALF: Rgb = [0.5, 0.5, 0.5]

/** Scale, mean and deviation with the defaults of the family's own processor. */
export const normalisation = (defaults: { readonly mean: Rgb; readonly std: Rgb }) =>
  z
    .object({
      do_rescale: z.boolean().nullish(),
      rescale_factor: z.number().positive().nullish(),
      do_normalize: z.boolean().nullish(),
      image_mean: rgb.nullish(),
      image_std: rgb.refine((values) => values.every((value) => value > 0), 'must be positive').nullish()
    })
    .transform((value): Normalisation => ({
      scale: (value.do_rescale ?? true) ? (value.rescale_factor ?? 1 / 255) : 1,
      mean: (value.do_normalize ?? true) ? (value.image_mean ?? defaults.mean) : [0, 0, 0],
      std: (value.do_normalize ?? true) ? (value.image_std ?? defaults.std) : [1, 1, 1]
    }))

export const rectangle = z.object({ height: side, width: side })
export const squareOrRectangle = z.union([rectangle, side.transform((both) => ({ height: both, width: both }))])

/** Parses one of the folder's files; rejects with `model/bad-config` naming the file, the key and the reason. */
export function readSettings<S extends z.ZodType>(
  files: FamilyFiles,
  name: 'config' | 'preprocessor' | 'processor',
  schema: S
): z.output<S> {
  const file = { config: 'config.json', preprocessor: 'preprocessor_config.json', processor: 'processor_config.json' }[
    name
  ]
  const value = files[name]
  if (value === null) {
    throw modelProblem('model/missing-file', files.model, `the file ${file} is missing`, {
      file,
      nextStep: `Put ${file} into the model's folder, or copy the whole model again.`
    })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const key = issue?.path.join('.') ?? ''
  throw modelProblem(
    'model/bad-config',
    files.model,
    `${file} cannot be used: "${key}" ${issue?.message ?? 'is wrong'}`,
    { file }
  )
}

const imageToken = z.object({
  image_token_index: z.number().int().min(0).optional(),
  image_token_id: z.number().int().min(0).optional()
})

/** The id that config.json gives the image's place, under either of its two names. */
export function readImageToken(files: FamilyFiles): number {
  const { image_token_index: index, image_token_id: id } = readSettings(files, 'config', imageToken)
  const found = index ?? id
  if (found !== undefined) return found
  throw modelProblem('model/bad-config', files.model, 'config.json cannot be used: "image_token_index" is missing', {
    file: 'config.json'
  })
}
