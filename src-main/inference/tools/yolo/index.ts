/**
 * @file Detectors of the YOLO kind: one ONNX file that says itself which classes it knows, as the exporters of YOLOv5 to
 * v12, YOLOv10 and YOLO-NAS write it. A question that names classes gets those, any other all of them.
 */
import { join } from 'node:path'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { badOutput } from '../../decode/bad-output'
import { bitsFrom, isFloatType, numbersOf } from '../../floats'
import type { FloatType } from '../../floats'
import { toPlanes } from '../../image/raster'
import { readMetadata } from '../../onnx/metadata'
import { NotProtobuf } from '../../onnx/protobuf'
import { cardSchema } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { parseAs, readObject } from '../../repo/read-json'
import { findGraphs } from '../../repo/weights'
import type { GraphSession, RuntimeTensor } from '../../runtime'
import { namedClasses } from '../detr/boxes'
import { openToolSessions } from '../open-sessions'
import type { AnsweringTool, ToolFolder } from '../tool'
import { BadDescription, describe } from './describe'
import type { YoloDescription } from './describe'
import { findingsIn } from './findings'
import { readHead, UnknownHead } from './heads'
import type { Output } from './heads'
import { letterboxed } from './letterbox'
import { withoutRepeats } from './overlap'

export const YOLO = 'yolo'
/** Source: `conf` of ultralytics, `conf_thres` of YOLOv5. */
const LEAST_SCORE = 0.25
/** Where neither file nor graph names one. */
const USUAL_SIDE = 640

/** Rejects with `model/corrupt-graph` or `model/unsupported-graph`. */
export async function describeFile(path: string, model: string): Promise<YoloDescription> {
  try {
    return describe(await readMetadata(path))
  } catch (cause) {
    if (cause instanceof NotProtobuf)
      throw modelProblem('model/corrupt-graph', model, `it is no ONNX model: ${cause.message}`, { cause })
    if (cause instanceof BadDescription)
      throw modelProblem('model/unsupported-graph', model, `what it says of itself cannot be used: ${cause.message}`, {
        cause
      })
    throw cause
  }
}

/** The graph's own size where it is fixed, else what the file was exported for. */
function inputSize(session: GraphSession, { size }: YoloDescription): ImageSize {
  const [height, width] = session.inputs[0]?.dims.slice(-2) ?? []
  if (typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0) return { width, height }
  return size ?? { width: USUAL_SIDE, height: USUAL_SIDE }
}

function checkInput(session: GraphSession, model: string): { readonly name: string; readonly type: FloatType } {
  const [input, ...others] = session.inputs
  const [, channels] = input?.dims ?? []
  if (
    input !== undefined &&
    isFloatType(input.type) &&
    others.length === 0 &&
    input.dims.length === 4 &&
    (channels === 3 || typeof channels === 'string')
  )
    return { name: input.name, type: input.type }
  throw modelProblem(
    'model/unsupported-graph',
    model,
    `it asks for ${session.inputs.map(({ name, type, dims }) => `${name} (${type} [${dims.join(', ')}])`).join(', ')}; one picture as floats [1, 3, height, width] was expected`,
    { nextStep: 'Export it again with pictures as its only input, as float32 or float16.' }
  )
}

function outputsOf(result: Readonly<Record<string, RuntimeTensor>>, session: GraphSession, model: string) {
  const all = session.outputs.map(({ name }): Output => {
    const tensor = result[name]
    if (tensor === undefined || !isFloatType(tensor.type))
      throw badOutput(model, name, `floats were expected, ${tensor?.type} [${tensor?.dims.join(', ')}] came`)
    const data = numbersOf(tensor)
    if (!Number.isFinite(data.reduce((sum, value) => sum + value, 0)))
      throw badOutput(model, name, 'it contains values that are not numbers')
    return { dims: tensor.dims, data }
  })
  // YOLOv5 may give the maps that its output was made of besides, in five dimensions.
  return {
    heads: all.filter(({ dims }) => dims.length === 3),
    prototypes: all.find(({ dims }) => dims.length === 4) ?? null
  }
}

export const yolo: AnsweringTool = {
  makes: 'findings',
  id: YOLO,
  async recognise(dir, names) {
    if (!names.has('eyrie.json') || !names.has('onnx') || names.has('config.json')) return null
    const own = await readObject(dir, YOLO, 'eyrie.json')
    if (own?.['family'] !== YOLO) return null
    const card = parseAs('eyrie.json', 'eyrie.json', own, cardSchema)
    const model = (await findGraphs(dir, card.id, ['model'])).get('model')
    if (model === undefined) throw modelProblem('model/missing-file', card.id, 'its graph is missing')
    return { dir, card, sizeBytes: model.bytes, tool: yolo, graphs: { model: model.file } } satisfies ToolFolder
  },
  async open(runtime, folder, options) {
    const { dir, card, graphs } = folder
    const said = await describeFile(join(dir, ...(graphs['model'] ?? '').split('/')), card.id)
    // Files of exporters that write no names get them from the card.
    const description = { ...said, names: card.classes.length > 0 ? card.classes : said.names }
    const { sessions, provider, providerNotes, release } = await openToolSessions(runtime, folder, options)
    const session = sessions['model']
    try {
      if (session === undefined) throw modelProblem('model/missing-file', card.id, 'its graph is missing')
      const { name, type } = checkInput(session, card.id)
      const input = inputSize(session, description)
      return {
        provider,
        providerNotes,
        release,
        async answer({ text, image }, between) {
          const { view, placed } = letterboxed(image, input)
          const planes = toPlanes(view, { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] })
          const result = await session.run(
            { [name]: runtime.floats(type, bitsFrom(type, planes), [1, 3, input.height, input.width]) },
            session.outputs.map((output) => output.name)
          )
          between()
          const { heads, prototypes } = outputsOf(result, session, card.id)
          const masks = prototypes?.dims[1] ?? 0
          try {
            const head = readHead(heads, description, { threshold: LEAST_SCORE, masks })
            const kept = head.isFinal
              ? head.seen
              : withoutRepeats(head.seen, head.leastOverlap, description.task === 'obb')
            const labels = description.names ?? Array.from({ length: head.classes }, (_, at) => `class ${at}`)
            const named = namedClasses(text, labels)
            const scene = {
              task: description.task,
              labels,
              image: image.size,
              input,
              placed,
              prototypes: description.task === 'segment' ? prototypes : null
            }
            return findingsIn(scene, kept).filter(({ label }) => named.has(label))
          } catch (cause) {
            if (cause instanceof UnknownHead)
              throw modelProblem('model/unsupported-graph', card.id, `what it gives cannot be read: ${cause.message}`, {
                cause
              })
            throw cause
          }
        }
      }
    } catch (error) {
      await release()
      throw error
    }
  }
}
