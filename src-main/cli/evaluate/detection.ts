/** @file `eyrie evaluate detection`: a COCO instances file against a COCO results file, by the numbers of pycocotools. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors'
import { scoreDetection } from '../../../src-shared/metrics/detection'
import { reportDetection } from '../../../src-shared/metrics/report/tasks/detection'
import type { Judged } from './task'

const id = z.number().int()
const xywh = z.tuple([z.number(), z.number(), z.number(), z.number()])
const instancesSchema = z.object({
  images: z.array(z.object({ id, file_name: z.string().optional() })),
  categories: z.array(z.object({ id, name: z.string().optional() })),
  annotations: z.array(
    z
      .object({
        ...{ id, image_id: id, category_id: id, bbox: xywh, area: z.number().nonnegative() },
        iscrowd: z.union([z.literal(0), z.literal(1)]).default(0)
      })
      .transform((line) => ({
        ...{ id: line.id, image: line.image_id, category: line.category_id },
        ...{ box: line.bbox, area: line.area, isCrowd: line.iscrowd === 1 }
      }))
  )
})
const resultsSchema = z.array(
  z
    .object({ image_id: id, category_id: id, bbox: xywh, score: z.number() })
    .transform(({ image_id: image, category_id: category, bbox: box, score }) => ({ image, category, box, score }))
)

async function readJson<T>(path: string, schema: z.ZodType<T>, nextStep: string): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('file/missing', `${path} cannot be read (${(error as Error).message}).`, { nextStep })
  })
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const [first] = error instanceof z.ZodError ? error.issues : []
    const reason = first === undefined ? (error as Error).message : `${first.path.join('.')}: ${first.message}`
    throw new AppError('data/invalid', `${path}: ${reason}`, { nextStep })
  }
}

/**
 * An image without detections is no error, since a detector may find nothing. Rejects with `file/missing`,
 * `data/invalid`, and `data/unpaired` when an image or category is not in the truth's lists (pycocotools
 * drops those), or an annotation's id comes twice.
 */
export async function scoreDetectionFiles(files: {
  readonly truth: string
  readonly pred: string
}): Promise<Judged & { readonly samples: number }> {
  const instances = await readJson(resolve(files.truth), instancesSchema, 'Name a COCO instances file.')
  const results = await readJson(
    resolve(files.pred),
    resultsSchema,
    'Name a COCO results file: [{image_id, category_id, bbox, score}, …].'
  )
  const images = new Set(instances.images.map((image) => image.id))
  const categories = new Set(instances.categories.map((category) => category.id))
  const ids = new Set<number>()
  const wrong = new Set<string>()
  for (const annotation of instances.annotations) {
    if (ids.has(annotation.id)) wrong.add(`annotation ${annotation.id} comes twice`)
    ids.add(annotation.id)
  }
  for (const { image, category } of [...instances.annotations, ...results]) {
    if (!images.has(image)) wrong.add(`image ${image} is not in the truth`)
    if (!categories.has(category)) wrong.add(`category ${category} is not in the truth`)
  }
  if (wrong.size > 0) {
    const shown = [...wrong].slice(0, 5).join('; ')
    throw new AppError('data/unpaired', `The two files do not belong together: ${shown} (${wrong.size} in all).`, {
      nextStep: 'Use the ids of the lists `images` and `categories` of the truth in both files.'
    })
  }
  return {
    samples: images.size,
    groups: { all: scoreDetection(instances.annotations, results) },
    report: () => {
      const files = new Map(instances.images.map((image) => [image.id, image.file_name ?? null]))
      const names = new Map(instances.categories.map((category) => [category.id, category.name ?? String(category.id)]))
      return reportDetection(instances.annotations, results, {
        image: (image) => files.get(image) ?? null,
        category: (category) => names.get(category) ?? String(category)
      })
    }
  }
}
