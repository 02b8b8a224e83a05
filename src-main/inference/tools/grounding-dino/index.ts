/**
 * @file Grounding DINO: a detector that is told in words what to look for, one graph for picture and words. Each box
 * comes with the words it was found by.
 * Source: GroundingDinoProcessor and its image processor in transformers 4.57; names of inputs in transformers.js 4.3.
 */
import type { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { AppError } from '../../../../src-shared/errors'
import { clampToImage } from '../../../../src-shared/geometry/box'
import { badOutput } from '../../decode/bad-output'
import { toPlanes } from '../../image/raster'
import type { ModelCard } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { parseAs, readJson, readObject } from '../../repo/read-json'
import type { GraphSession, RuntimeTensor } from '../../runtime'
import { detectorView, pictureSchema } from '../detr'
import { openToolSessions } from '../open-sessions'
import { toolCard } from '../tool-card'
import type { AnsweringTool, Finding } from '../tool'
import { WORDED_FACTS, wordedFiles } from '../worded/folder'
import { openWords } from '../worded/open-words'
import { wantedIn } from '../worded/wanted'
import { groundedBoxes } from './boxes'

const TYPE = 'grounding-dino'
/** What the processor of transformers keeps. */
const THRESHOLDS = { threshold: 0.25, textThreshold: 0.25 }

const configSchema = z.object({ max_text_len: z.number().int().min(4).max(4_096).default(256) })

/** "a cat . a dog .": what the model was trained on; its code looks for the points. */
export const captionOf = (labels: readonly string[]): string =>
  `${labels.map((label) => label.toLowerCase()).join(' . ')} .`

/** As the reference writes the tokens of a box, markers of the sentence included. */
export const spokenBy = (tokenizer: Tokenizer, ids: readonly number[]): string =>
  ids.length === 0 ? '' : tokenizer.decode([...ids], { skip_special_tokens: false })

/** Without the markers and the points between labels, which no one says. */
export const cleanWords = (spoken: string): string =>
  spoken
    .replace(/\[(?:CLS|SEP|PAD)\]/g, ' ')
    .replace(/\s*\.+(?=\s|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Where each label stands in the tokens of its caption: from, and up to before. */
export function labelSpans(
  labels: readonly string[],
  tokenizer: Tokenizer
): readonly (readonly [from: number, to: number])[] {
  // One token begins the caption, and one, a point, is behind each label.
  let next = 1
  return labels.map((label) => {
    const from = next
    const to = from + tokenizer.encode(label.toLowerCase(), { add_special_tokens: false }).ids.length
    next = to + 1
    return [from, to]
  })
}

/** The label with the likeliest token; marks of the sentence do not count. */
export function likeliestLabel(
  probabilities: readonly number[],
  labels: readonly string[],
  spans: ReturnType<typeof labelSpans>
): string {
  const best = spans.map(([from, to]) => Math.max(0, ...probabilities.slice(from, to)))
  return labels[best.indexOf(Math.max(...best))] ?? ''
}

const cardOf = (dir: string): Promise<ModelCard> =>
  toolCard(dir, {
    id: TYPE,
    kind: 'Grounding DINO',
    asks: ['a cat . a dog .', 'the red cup on the left .'],
    ...WORDED_FACTS
  })

const INPUTS: ReadonlySet<string> = new Set([
  'pixel_values',
  'pixel_mask',
  'input_ids',
  'token_type_ids',
  'attention_mask'
])

/** Throws `model/unsupported-graph`. */
function checkInputs(model: string, session: GraphSession): void {
  const unknown = session.inputs.find(({ name }) => !INPUTS.has(name))
  if (unknown === undefined) return
  throw modelProblem('model/unsupported-graph', model, `it asks for "${unknown.name}", which this version cannot give`)
}

/** A graph that was traced for one size takes no other. Throws `model/bad-config`. */
function checkSize(model: string, session: GraphSession, size: z.output<typeof pictureSchema>['size']): void {
  const [height, width] = session.inputs.find(({ name }) => name === 'pixel_values')?.dims.slice(-2) ?? []
  if (typeof height !== 'number' || typeof width !== 'number') return
  if ('exact' in size && size.exact.height === height && size.exact.width === width) return
  throw modelProblem(
    'model/bad-config',
    model,
    `its graph takes pictures of ${width}×${height} only, preprocessor_config.json makes others; "size" must be {"height": ${height}, "width": ${width}}`,
    { file: 'preprocessor_config.json' }
  )
}

export const groundingDino: AnsweringTool = {
  id: TYPE,
  makes: 'findings',
  takesLabels: true,
  async recognise(dir, names) {
    if (!names.has('config.json') || !names.has('onnx')) return null
    const raw = await readObject(dir, 'model', 'config.json')
    if (raw?.['model_type'] !== TYPE) return null
    const card = await cardOf(dir)
    parseAs(card.id, 'config.json', raw, configSchema)
    await readJson(dir, card.id, 'preprocessor_config.json', pictureSchema)
    return { dir, card, tool: groundingDino, ...(await wordedFiles(dir, card.id)) }
  },
  async open(runtime, folder, options) {
    const { dir, card } = folder
    const { max_text_len: mostTokens } = await readJson(dir, card.id, 'config.json', configSchema)
    const picture = await readJson(dir, card.id, 'preprocessor_config.json', pictureSchema)
    const tokenizer = await openWords(dir, card.id)
    const { sessions, provider, providerNotes, release } = await openToolSessions(runtime, folder, options)
    const session = sessions['model']
    try {
      if (session === undefined) throw modelProblem('model/corrupt-graph', card.id, 'its graph is missing')
      checkInputs(card.id, session)
      checkSize(card.id, session, picture.size)
    } catch (error) {
      await release()
      throw error
    }
    const takes = new Set(session.inputs.map(({ name }) => name))

    return {
      provider,
      providerNotes,
      release,
      async answer(question, between) {
        const wanted = wantedIn(question, card.name)
        const { ids } = tokenizer.encode(captionOf(wanted))
        const spans = (question.labels ?? null) === null ? null : labelSpans(wanted, tokenizer)
        if (ids.length > mostTokens) {
          throw new AppError(
            'inference/prompt-too-long',
            `${card.name} reads ${mostTokens} tokens; these are ${ids.length}.`,
            {
              nextStep: 'Look for fewer things at once.',
              data: { tokens: ids.length, limit: mostTokens }
            }
          )
        }
        const seen = detectorView(question.image, picture)
        const { width, height } = seen.size
        const ones = (count: number): BigInt64Array => new BigInt64Array(count).fill(1n)
        const whole: Readonly<Record<string, RuntimeTensor>> = {
          pixel_values: runtime.float32(toPlanes(seen, picture), [1, 3, height, width]),
          pixel_mask: runtime.int64(ones(height * width), [1, height, width]),
          input_ids: runtime.int64(BigInt64Array.from(ids, BigInt), [1, ids.length]),
          token_type_ids: runtime.int64(new BigInt64Array(ids.length), [1, ids.length]),
          attention_mask: runtime.int64(ones(ids.length), [1, ids.length])
        }
        const feeds = Object.fromEntries(Object.entries(whole).filter(([name]) => takes.has(name)))
        const { logits, pred_boxes: boxes } = await session.run(feeds, ['logits', 'pred_boxes'])
        between()
        const [, queries = 0, length = 0] = logits?.dims ?? []
        if (
          logits?.type !== 'float32' ||
          boxes?.type !== 'float32' ||
          boxes.size !== queries * 4 ||
          logits.size !== queries * length ||
          length < ids.length
        ) {
          throw badOutput(
            card.id,
            'logits',
            `float32 [1, queries, tokens] was expected, ${logits?.type} [${logits?.dims.join(', ')}] came`
          )
        }
        const scores = logits.data as Float32Array
        if (scores.some(Number.isNaN)) throw badOutput(card.id, 'logits', 'it contains values that are not numbers')
        return groundedBoxes({ logits: scores, boxes: boxes.data as Float32Array, queries, length }, ids, THRESHOLDS)
          .map(({ tokenIds, probabilities, score, box }): Finding => ({
            // Of given labels, the whole one; else the words that the model ties to the box, which may be fewer.
            label:
              spans === null ? cleanWords(spokenBy(tokenizer, tokenIds)) : likeliestLabel(probabilities, wanted, spans),
            score,
            shape: { type: 'box', box: clampToImage(box) }
          }))
          .filter(({ shape }) => shape.type !== 'box' || (shape.box[0] < shape.box[2] && shape.box[1] < shape.box[3]))
          .sort((a, b) => b.score - a.score)
      }
    }
  }
}
