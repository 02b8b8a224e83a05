/** @file transformers.js on the same graph files in the same process. */
import { PEER_OPTIONS, transformersJs } from '../lib/transformers-js'
import type { TransformersJs } from '../lib/transformers-js'
import { asLlava } from './models'

interface Tensor {
  readonly dims: readonly number[]
  readonly data: Float32Array | BigInt64Array
}
interface Generation extends Tensor {
  readonly past_key_values?: Readonly<Record<string, unknown>>
}
interface Model {
  generate(options: Readonly<Record<string, unknown>>): Promise<Generation>
  dispose(): Promise<unknown>
}
interface Library extends TransformersJs {
  readonly LlavaForConditionalGeneration: {
    from_pretrained(name: string, options: Readonly<Record<string, unknown>>): Promise<Model>
  }
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => Tensor
  readonly DynamicCache: new (from: Readonly<Record<string, unknown>>) => unknown
  readonly LogitsProcessor: new () => object
  readonly LogitsProcessorList: new () => { push(processor: object): void }
}

/** One question on one picture. */
export interface PeerQuestion {
  /** The whole prompt, the image's token once for every feature. */
  readonly ids: readonly number[]
  readonly tokens: number
  /** Ids that may come at each place of the answer; without: any. */
  readonly allowed?: readonly (readonly number[])[]
}

export interface Peer {
  readonly version: string
  /** As its documentation says: picture and prompt into `generate`. */
  answer(question: PeerQuestion): Promise<readonly number[]>
  /** The same with keys and values of picture and words before it, kept by hand from an earlier call. */
  answerFrom(kept: unknown, question: PeerQuestion): Promise<readonly number[]>
  /** Keys and values of these ids, for `answerFrom`. */
  keep(ids: readonly number[]): Promise<unknown>
  /** Several questions of one length, as one batch. */
  answerAll(questions: readonly PeerQuestion[]): Promise<readonly (readonly number[])[]>
  end(): Promise<unknown>
}

/** `pixels` is float32 `[1, 3, side, side]`, ready for the vision encoder. */
export async function openPeer(dir: string, id: string, pixels: Float32Array): Promise<Peer | null> {
  const lib = (await transformersJs()) as Library | null
  if (lib === null) return null
  const { root, name } = await asLlava(dir, id)
  lib.env.localModelPath = `${root}/`
  const model = await lib.LlavaForConditionalGeneration.from_pretrained(name, PEER_OPTIONS)
  const side = Math.sqrt(pixels.length / 3)
  const ints = (rows: readonly (readonly number[])[]): Tensor =>
    new lib.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]?.length ?? 0])
  const ones = (rows: number, length: number): Tensor =>
    new lib.Tensor('int64', new BigInt64Array(rows * length).fill(1n), [rows, length])

  class Held extends lib.LogitsProcessor {
    readonly allowed: readonly (readonly number[])[]
    readonly start: number
    constructor(allowed: readonly (readonly number[])[], start: number) {
      super()
      this.allowed = allowed
      this.start = start
    }
    _call(ids: readonly bigint[][], logits: readonly Tensor[]): readonly Tensor[] {
      for (const [row, said] of ids.entries()) {
        const place = this.allowed[said.length - this.start] ?? []
        const values = logits[row]?.data as Float32Array
        const kept = place.map((id) => values[id] ?? 0)
        values.fill(-Infinity)
        for (const [at, id] of place.entries()) values[id] = kept[at] ?? 0
      }
      return logits
    }
  }

  const common = ({ ids, tokens, allowed }: PeerQuestion, rows = 1) => {
    const processors = new lib.LogitsProcessorList()
    if (allowed !== undefined) processors.push(new Held(allowed, ids.length))
    return {
      attention_mask: ones(rows, ids.length),
      max_new_tokens: tokens,
      eos_token_id: null,
      do_sample: false,
      logits_processor: processors
    }
  }
  const tailOf = ({ data, dims }: Generation, tokens: number): readonly (readonly number[])[] => {
    const [rows = 0, length = 0] = dims
    return Array.from({ length: rows }, (_, row) =>
      Array.from(data.subarray((row + 1) * length - tokens, (row + 1) * length), Number)
    )
  }
  const picture = (rows = 1): Tensor => {
    const all = new Float32Array(rows * pixels.length)
    for (let row = 0; row < rows; row++) all.set(pixels, row * pixels.length)
    return new lib.Tensor('float32', all, [rows, 3, side, side])
  }
  return {
    version: lib.env.version,
    async answer(question) {
      const output = await model.generate({
        ...common(question),
        input_ids: ints([question.ids]),
        pixel_values: picture()
      })
      return tailOf(output, question.tokens)[0] ?? []
    },
    async answerFrom(kept, question) {
      const cache = new lib.DynamicCache({ ...(kept as object) })
      const output = await model.generate({
        ...common(question),
        input_ids: ints([question.ids]),
        past_key_values: cache
      })
      return tailOf(output, question.tokens)[0] ?? []
    },
    async keep(ids) {
      const question = { ids, tokens: 1 }
      const output = await model.generate({
        ...common(question),
        input_ids: ints([ids]),
        pixel_values: picture(),
        return_dict_in_generate: true
      })
      return output.past_key_values
    },
    async answerAll(questions) {
      const [first] = questions
      if (first === undefined) return []
      const output = await model.generate({
        ...common(first, questions.length),
        input_ids: ints(questions.map(({ ids }) => ids)),
        pixel_values: picture(questions.length)
      })
      return tailOf(output, first.tokens)
    },
    end: () => model.dispose()
  }
}
