/**
 * @file Detectors with a closed list of classes and one graph: RT-DETR (1 and 2), D-FINE, YOLOS, DETR.
 * A question that names classes gets those, any other all of them.
 * Source: the image processors of rt_detr, d_fine, yolos and detr in transformers 4.57.
 */
import { z } from 'zod'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { badOutput } from '../../decode/bad-output'
import { resized, toPlanes } from '../../image/raster'
import type { Raster } from '../../image/raster'
import { filter, IMAGENET_MEAN, IMAGENET_STD, normalisation, side } from '../../families/kit/settings'
import type { ModelCard } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { parseAs, readJson, readObject } from '../../repo/read-json'
import { findGraphs } from '../../repo/weights'
import { openToolSessions } from '../open-sessions'
import { toolCard } from '../tool-card'
import type { AnsweringTool } from '../tool'
import { findingsOf, namedClasses } from './boxes'
import type { Scoring } from './boxes'

interface Kind {
  readonly name: string
  readonly scoring: Scoring
}
const KINDS: Readonly<Record<string, Kind>> = {
  rt_detr: { name: 'RT-DETR', scoring: 'sigmoid' },
  rt_detr_v2: { name: 'RT-DETRv2', scoring: 'sigmoid' },
  d_fine: { name: 'D-FINE', scoring: 'sigmoid' },
  yolos: { name: 'YOLOS', scoring: 'softmax' },
  detr: { name: 'DETR', scoring: 'softmax' }
}

const configSchema = z.object({
  model_type: z.string(),
  id2label: z.record(z.string().regex(/^\d{1,6}$/), z.string().max(200))
})

export const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: z.union([
      z.object({ height: side, width: side }).transform((exact) => ({ exact })),
      z.object({ shortest_edge: side, longest_edge: side }).transform((edges) => ({ edges }))
    ]),
    resample: filter.default('bilinear'),
    image_processor_type: z.string().nullish(),
    feature_extractor_type: z.string().nullish()
  })
  .and(normalisation({ mean: IMAGENET_MEAN, std: IMAGENET_STD }))
type PictureSettings = z.output<typeof pictureSchema>

/** The processors of transformers keep what they find from here on. */
const LEAST_SCORE = 0.5

/** Sides that YOLOS is shown are multiples of it; what is over is not kept. */
const YOLOS_MULTIPLE = 16

/** Shorter side as wanted, unless the longer one would be too long. */
function edgeSize({ width, height }: ImageSize, shortest: number, longest: number): ImageSize {
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  let wanted = shortest
  let exact: number | null = null
  if ((long / short) * shortest > longest) {
    exact = (longest * short) / long
    wanted = Math.round(exact)
  }
  if (short === wanted) return { width, height }
  const other = Math.trunc(((exact ?? wanted) * long) / short)
  return width < height ? { width: wanted, height: other } : { width: other, height: wanted }
}

export function detectorView(image: Raster, settings: PictureSettings): Raster {
  const { size, resample } = settings
  if ('exact' in size) return resized(image, size.exact, resample)
  const near = edgeSize(image.size, size.edges.shortest_edge, size.edges.longest_edge)
  const isYolos = (settings.image_processor_type ?? settings.feature_extractor_type ?? '').startsWith('Yolos')
  const whole = (value: number): number => (isYolos ? value - (value % YOLOS_MULTIPLE) : value)
  return resized(image, { width: whole(near.width), height: whole(near.height) }, resample)
}

export const parsePicture = (value: unknown): PictureSettings => pictureSchema.parse(value)

const cardOf = (dir: string, kind: Kind, labels: readonly string[]): Promise<ModelCard> =>
  toolCard(dir, {
    id: 'detr',
    kind: kind.name,
    asks: ['Find all objects.', ...labels.slice(0, 2).map((label) => `Where is the ${label}?`)],
    cannot: ['anything but its classes', 'words that single one out'],
    classes: labels
  })

export const detr: AnsweringTool = {
  makes: 'findings',
  id: 'detr',
  async recognise(dir, names) {
    if (!names.has('config.json') || !names.has('onnx')) return null
    const raw = await readObject(dir, 'model', 'config.json')
    const kind = typeof raw?.['model_type'] === 'string' ? KINDS[raw['model_type']] : undefined
    if (raw === null || kind === undefined) return null
    const { id2label } = parseAs('model', 'config.json', raw, configSchema)
    const labels = Object.entries(id2label).sort(([a], [b]) => Number(a) - Number(b))
    const card = await cardOf(
      dir,
      kind,
      labels.map(([, label]) => label)
    )
    await readJson(dir, card.id, 'preprocessor_config.json', pictureSchema)
    const graphs = await findGraphs(dir, card.id, ['model'])
    const model = graphs.get('model')
    if (model === undefined) throw modelProblem('model/missing-file', card.id, 'its graph is missing')
    return { dir, card, sizeBytes: model.bytes, tool: detr, graphs: { model: model.file } }
  },
  async open(runtime, folder, options) {
    const { dir, card } = folder
    const { model_type: type, id2label } = await readJson(dir, card.id, 'config.json', configSchema)
    const picture = await readJson(dir, card.id, 'preprocessor_config.json', pictureSchema)
    const scoring = KINDS[type]?.scoring ?? 'sigmoid'
    const labels = Array.from(
      { length: 1 + Math.max(-1, ...Object.keys(id2label).map(Number)) },
      (_, at) => id2label[at] ?? ''
    )
    const { sessions, provider, providerNotes, release } = await openToolSessions(runtime, folder, options)
    const session = sessions['model']
    const unknown = session?.inputs.find(({ name }) => name !== 'pixel_values' && name !== 'pixel_mask')
    if (session === undefined || unknown !== undefined) {
      await release()
      throw modelProblem(
        'model/unsupported-graph',
        card.id,
        `it asks for "${unknown?.name}", which this version cannot give`
      )
    }
    const asksMask = session.inputs.some(({ name }) => name === 'pixel_mask')

    return {
      provider,
      providerNotes,
      release,
      async answer({ text, image }, between) {
        const seen = detectorView(image, picture)
        const { width, height } = seen.size
        const feeds = {
          pixel_values: runtime.float32(toPlanes(seen, picture), [1, 3, height, width]),
          ...(asksMask
            ? { pixel_mask: runtime.int64(new BigInt64Array(height * width).fill(1n), [1, height, width]) }
            : {})
        }
        const { logits, pred_boxes: boxes } = await session.run(feeds, ['logits', 'pred_boxes'])
        between()
        const [, queries = 0, classes = 0] = logits?.dims ?? []
        if (logits?.type !== 'float32' || boxes?.type !== 'float32' || boxes.size !== queries * 4) {
          throw badOutput(
            card.id,
            'logits',
            `float32 [1, queries, classes] was expected, ${logits?.type} [${logits?.dims.join(', ')}] came`
          )
        }
        const named = namedClasses(text, labels)
        return findingsOf(
          { logits: logits.data as Float32Array, boxes: boxes.data as Float32Array, queries, classes },
          { scoring, threshold: LEAST_SCORE, labels }
        ).filter(({ label }) => named.has(label))
      }
    }
  }
}
