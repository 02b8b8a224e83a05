/**
 * @file OWL-ViT and OWLv2: detectors that are told labels, each a short text of its own, and look for all of them at once.
 * Source: OwlViTProcessor and Owlv2Processor in transformers 4.57; names of inputs in transformers.js 4.3.
 */
import type { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { AppError } from '../../../../src-shared/errors'
import { clampToImage } from '../../../../src-shared/geometry/box'
import type { ImageSize, NormalizedBox } from '../../../../src-shared/geometry/space'
import { badOutput } from '../../decode/bad-output'
import { tokenizerConfigSchema } from '../../repo/config'
import type { ModelCard } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { parseAs, readJson, readObject } from '../../repo/read-json'
import { openToolSessions } from '../open-sessions'
import { toolCard } from '../tool-card'
import type { AnsweringTool, Finding } from '../tool'
import { WORDED_FACTS, wordedFiles } from '../worded/folder'
import { openWords } from '../worded/open-words'
import { wantedIn } from '../worded/wanted'
import { OWL_VIEWS, owlBox, owlPlanes } from './view'
import type { OwlView } from './view'

const KINDS: Readonly<Record<string, { readonly name: string; readonly view: keyof typeof OWL_VIEWS }>> = {
  owlvit: { name: 'OWL-ViT', view: 'owlvit' },
  owlv2: { name: 'OWLv2', view: 'owlv2' }
}
/** What the processors of transformers keep. */
const LEAST_SCORE = 0.1
/** Tokens of a label, its beginning and its end among them, where the configuration does not say. */
const TEXT_LENGTH = 16

const configSchema = z.object({
  model_type: z.string(),
  text_config: z
    .object({ max_position_embeddings: z.number().int().min(3).max(4_096).default(TEXT_LENGTH) })
    .prefault({})
})

export const readOwlView = (dir: string, model: string, view: keyof typeof OWL_VIEWS): Promise<OwlView> =>
  view === 'owlv2'
    ? readJson(dir, model, 'preprocessor_config.json', OWL_VIEWS.owlv2)
    : readJson(dir, model, 'preprocessor_config.json', OWL_VIEWS.owlvit)

const cardOf = (dir: string, kind: string): Promise<ModelCard> =>
  toolCard(dir, { id: 'owl', kind, asks: ['a cat . a dog .', 'a red cup'], ...WORDED_FACTS })

export interface LabelTokens {
  /** `[labels, length]`, both; filled up behind the end of each. */
  readonly ids: BigInt64Array
  readonly mask: BigInt64Array
}

/** Throws `inference/prompt-too-long`. */
export function labelTokens(
  labels: readonly string[],
  tokenizer: Tokenizer,
  { length, padId, name }: { readonly length: number; readonly padId: number; readonly name: string }
): LabelTokens {
  const ids = new BigInt64Array(labels.length * length).fill(BigInt(padId))
  const mask = new BigInt64Array(labels.length * length)
  for (const [row, label] of labels.entries()) {
    const tokens = tokenizer.encode(label).ids
    if (tokens.length > length) {
      throw new AppError(
        'inference/prompt-too-long',
        `${name} reads labels of ${length} tokens; "${label}" has ${tokens.length}.`,
        {
          nextStep: 'Say it in fewer words.',
          data: { label, tokens: tokens.length, limit: length }
        }
      )
    }
    ids.set(tokens.map(BigInt), row * length)
    mask.fill(1n, row * length, row * length + tokens.length)
  }
  return { ids, mask }
}

export interface OwlOutput {
  /** float32 `[patches, labels]`. */
  readonly logits: Float32Array
  /** float32 `[patches, 4]`: centre x, centre y, width, height. */
  readonly boxes: Float32Array
  readonly patches: number
}

/** The best label of each patch, where it is above the threshold; in the order of the patches. Boxes may reach over the edges. */
export function owlFindings(
  { logits, boxes, patches }: OwlOutput,
  labels: readonly string[],
  view: Pick<OwlView, 'isSquare'>,
  image: ImageSize,
  threshold: number
): readonly { readonly label: string; readonly score: number; readonly box: NormalizedBox }[] {
  return Array.from({ length: patches }, (_, patch) => patch).flatMap((patch) => {
    const row = logits.subarray(patch * labels.length, (patch + 1) * labels.length)
    const best = row.reduce((most, value, at) => (value > (row[most] ?? -Infinity) ? at : most), 0)
    const score = 1 / (1 + Math.exp(-(row[best] ?? -Infinity)))
    if (!(score > threshold)) return []
    const [x = 0, y = 0, w = 0, h = 0] = boxes.subarray(patch * 4, patch * 4 + 4)
    return [{ label: labels[best] ?? '', score, box: owlBox([x, y, w, h], image, view) }]
  })
}

const INPUTS: ReadonlySet<string> = new Set(['pixel_values', 'input_ids', 'attention_mask'])

export const owl: AnsweringTool = {
  id: 'owl',
  makes: 'findings',
  takesLabels: true,
  async recognise(dir, names) {
    if (!names.has('config.json') || !names.has('onnx')) return null
    const raw = await readObject(dir, 'model', 'config.json')
    const kind = typeof raw?.['model_type'] === 'string' ? KINDS[raw['model_type']] : undefined
    if (kind === undefined) return null
    const card = await cardOf(dir, kind.name)
    parseAs(card.id, 'config.json', raw, configSchema)
    await readOwlView(dir, card.id, kind.view)
    return { dir, card, tool: owl, ...(await wordedFiles(dir, card.id)) }
  },
  async open(runtime, folder, options) {
    const { dir, card } = folder
    const { model_type: type, text_config: text } = await readJson(dir, card.id, 'config.json', configSchema)
    const view = await readOwlView(dir, card.id, KINDS[type]?.view ?? 'owlvit')
    const tokenizer = await openWords(dir, card.id)
    const { pad_token: pad } = await readJson(dir, card.id, 'tokenizer_config.json', tokenizerConfigSchema)
    const padId = pad === undefined || pad === null ? undefined : tokenizer.token_to_id(pad)
    if (padId === undefined) {
      throw modelProblem('model/bad-tokenizer', card.id, 'tokenizer_config.json names no pad_token of the vocabulary', {
        file: 'tokenizer_config.json'
      })
    }
    const reading = { length: text.max_position_embeddings, padId, name: card.name }
    const { sessions, provider, providerNotes, release } = await openToolSessions(runtime, folder, options)
    const session = sessions['model']
    const unknown = session?.inputs.find(({ name }) => !INPUTS.has(name))
    if (session === undefined || unknown !== undefined) {
      await release()
      throw modelProblem(
        'model/unsupported-graph',
        card.id,
        `it asks for "${unknown?.name}", which this version cannot give`
      )
    }

    return {
      provider,
      providerNotes,
      release,
      async answer(question, between) {
        const labels = wantedIn(question, card.name)
        const { ids, mask } = labelTokens(labels, tokenizer, reading)
        const { width, height } = view.to
        const feeds = {
          pixel_values: runtime.float32(owlPlanes(question.image, view), [1, 3, height, width]),
          input_ids: runtime.int64(ids, [labels.length, reading.length]),
          attention_mask: runtime.int64(mask, [labels.length, reading.length])
        }
        const { logits, pred_boxes: boxes } = await session.run(feeds, ['logits', 'pred_boxes'])
        between()
        const [, patches = 0, count = 0] = logits?.dims ?? []
        if (
          logits?.type !== 'float32' ||
          boxes?.type !== 'float32' ||
          count !== labels.length ||
          boxes.size !== patches * 4
        ) {
          throw badOutput(
            card.id,
            'logits',
            `float32 [1, patches, ${labels.length}] was expected, ${logits?.type} [${logits?.dims.join(', ')}] came`
          )
        }
        const scores = logits.data as Float32Array
        if (scores.some(Number.isNaN)) throw badOutput(card.id, 'logits', 'it contains values that are not numbers')
        const output = { logits: scores, boxes: boxes.data as Float32Array, patches }
        return owlFindings(output, labels, view, question.image.size, LEAST_SCORE)
          .map(({ label, score, box }): Finding => ({ label, score, shape: { type: 'box', box: clampToImage(box) } }))
          .filter(({ shape }) => shape.type !== 'box' || (shape.box[0] < shape.box[2] && shape.box[1] < shape.box[3]))
          .sort((a, b) => b.score - a.score)
      }
    }
  }
}
