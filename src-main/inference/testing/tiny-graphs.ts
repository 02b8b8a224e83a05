/**
 * @file The three graphs of random models: real attention, rotary positions, KV cache; weights from a fixed
 * seed. Tests use the tiny one, benches larger ones of the same build.
 */
import { GraphBuilder } from '../onnx/writer'

export interface GraphSpec {
  readonly vocabulary: number
  readonly width: number
  readonly heads: number
  readonly headDim: number
  readonly layers: number
  readonly inner: number
  readonly imageSide: number
  readonly patch: number
  readonly imageTokens: number
  readonly maxPositions: number
  /** The graph class: a `Concat` of past and new rows, or one operator for all of attention. */
  readonly attention?: 'concat' | 'group-query'
  /** Of the decoder's products; 4-bit: `MatMulNBits` in blocks of 32, products rounded to 8 bits. */
  readonly weights?: 'float32' | '4-bit'
  /** Takes `num_logits_to_keep`, as the exports of transformers.js do. */
  readonly keepsLogits?: boolean
}

export const TINY = {
  vocabulary: 384,
  width: 32,
  heads: 2,
  headDim: 16,
  layers: 2,
  inner: 64,
  imageSide: 32,
  patch: 8,
  imageTokens: 16,
  maxPositions: 1024
} as const satisfies GraphSpec

/** What a decoder does besides answering. */
export interface DecoderTroubles {
  /** Rounds of useless arithmetic per call: a slow or, at 2^62, endless step. */
  readonly rounds?: bigint
  /** Every logit is NaN. */
  readonly isNaN?: boolean
  /** Every call asks for so many bytes at once. */
  readonly bytes?: bigint
  /** Rows of the past are seen even where the mask hides them. */
  readonly ignoresMask?: boolean
}

/** Linear congruential generator (Numerical Recipes), values in -0.5..0.5. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296 - 0.5
  }
}

const MAX_INT64 = 9223372036854775807n

/** Weights that share a scale. */
const BLOCK = 32

class TinyGraph extends GraphBuilder {
  private readonly random: () => number

  constructor(name: string, random: () => number) {
    super(name)
    this.random = random
  }

  weights(dims: readonly number[], scale: number): string {
    const size = dims.reduce((product, dim) => product * dim, 1)
    return this.float32(
      dims,
      Float32Array.from({ length: size }, () => this.random() * scale)
    )
  }

  linear(x: string, from: number, to: number, gain = 3.4): string {
    return this.node('MatMul', [x, this.weights([from, to], gain / Math.sqrt(from))])
  }

  /** Blocks of 32 along the input, each with its scale; a value is stored as itself plus 8. */
  linear4Bit(x: string, from: number, to: number, gain = 3.4): string {
    const blocks = from / BLOCK
    const packed = new Uint8Array((to * from) / 2)
    const scales = new Float32Array(to * blocks)
    const values = new Float32Array(BLOCK)
    for (let block = 0; block < to * blocks; block++) {
      let largest = 0
      for (let i = 0; i < BLOCK; i++) {
        values[i] = (this.random() * gain) / Math.sqrt(from)
        largest = Math.max(largest, Math.abs(values[i] ?? 0))
      }
      const scale = largest / 7 || 1
      scales[block] = scale
      const stored = (i: number): number => Math.round((values[i] ?? 0) / scale) + 8
      for (let i = 0; i < BLOCK; i += 2) packed[(block * BLOCK + i) / 2] = stored(i) | (stored(i + 1) << 4)
    }
    return this.node(
      'MatMulNBits',
      [x, this.uint8([to, blocks, BLOCK / 2], packed), this.float32([to * blocks], scales)],
      { K: from, N: to, bits: 4, block_size: BLOCK, accuracy_level: 4 }
    )
  }

  rmsNorm(x: string): string {
    const mean = this.node('ReduceMean', [this.node('Mul', [x, x])], { axes: [-1], keepdims: 1 })
    return this.node('Div', [x, this.node('Sqrt', [this.node('Add', [mean, this.scalar(1e-5)])])])
  }

  sizeOf(x: string, axis: number): string {
    return this.node('Gather', [this.node('Shape', [x]), this.scalarInt(axis)])
  }
}

export function embedTokens(spec: GraphSpec = TINY): Uint8Array {
  const g = new TinyGraph('embed_tokens', seededRandom(1))
  g.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
  g.node('Gather', [g.weights([spec.vocabulary, spec.width], 2), 'input_ids'], {}, 'inputs_embeds')
  g.output('inputs_embeds', 'float32', ['batch_size', 'sequence_length', spec.width])
  return g.toModel()
}

export function visionEncoder(spec: GraphSpec = TINY): Uint8Array {
  const g = new TinyGraph('vision_encoder', seededRandom(2))
  const { width, patch, imageSide, imageTokens } = spec
  g.input('pixel_values', 'float32', ['batch_size', 3, imageSide, imageSide])
  const patches = g.node('Conv', ['pixel_values', g.weights([width, 3, patch, patch], 0.4)], {
    strides: [patch, patch],
    kernel_shape: [patch, patch]
  })
  const rows = g.node('Transpose', [g.node('Reshape', [patches, g.ints([0, 0, -1])])], { perm: [0, 2, 1] })
  g.node('Add', [rows, g.linear(g.node('Tanh', [rows]), width, width)], {}, 'image_features')
  g.node('Sigmoid', [g.linear(rows, width, 4)], {}, 'region_boxes')
  g.output('image_features', 'float32', ['batch_size', imageTokens, width])
  g.output('region_boxes', 'float32', ['batch_size', imageTokens, 4])
  return g.toModel()
}

/** A loop whose result is 0, added to the logits so that nothing optimises it away. */
function wasteTime(g: TinyGraph, rounds: bigint): string {
  const body = new GraphBuilder('wait')
  body.input('round', 'int64', [])
  body.input('go_in', 'bool', [])
  body.input('x_in', 'float32', [64, 64])
  body.node('Identity', ['go_in'], {}, 'go_out')
  body.node('Sin', [body.node('MatMul', ['x_in', 'x_in'])], {}, 'x_out')
  body.output('go_out', 'bool', [])
  body.output('x_out', 'float32', [64, 64])
  // Starts from something the optimiser cannot know.
  const start = g.node('Expand', [g.node('ReduceMean', ['inputs_embeds'], { keepdims: 0 }), g.ints([64, 64])])
  const loop = g.node('Loop', [g.scalarInt(rounds), '', start], { body: { graph: body } })
  return g.node('Mul', [g.node('ReduceMean', [loop], { keepdims: 0 }), g.scalar(1e-30)])
}

/** As much memory as was asked for, filled and brought down to a number. */
function wasteMemory(g: TinyGraph, bytes: bigint): string {
  const one = g.node('ReduceMean', ['inputs_embeds'], { keepdims: 0 })
  const many = g.node('Sin', [g.node('Expand', [one, g.ints([bytes / 4n])])])
  return g.node('Mul', [g.node('ReduceMean', [many], { keepdims: 0 }), g.scalar(1e-30)])
}

export function decoder(troubles: DecoderTroubles = {}, spec: GraphSpec = TINY): Uint8Array {
  const g = new TinyGraph('decoder_model_merged', seededRandom(3))
  const { width, heads, headDim, layers, inner, vocabulary, maxPositions } = spec
  const isConcat = spec.attention !== 'group-query'
  const linear = (x: string, from: number, to: number, gain?: number): string =>
    spec.weights === '4-bit' ? g.linear4Bit(x, from, to, gain) : g.linear(x, from, to, gain)
  const half = headDim / 2
  g.input('inputs_embeds', 'float32', ['batch_size', 'sequence_length', width])
  g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length'])
  if (isConcat) g.input('position_ids', 'int64', ['batch_size', 'sequence_length'])
  if (spec.keepsLogits) g.input('num_logits_to_keep', 'int64', [])
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['key', 'value']) {
      g.input(`past_key_values.${layer}.${part}`, 'float32', ['batch_size', heads, 'past_sequence_length', headDim])
    }
  }

  const toHeads = (x: string): string =>
    g.node('Transpose', [g.node('Reshape', [x, g.ints([0, 0, heads, headDim])])], { perm: [0, 2, 1, 3] })
  const pastOf = (layer: number, part: string): string => `past_key_values.${layer}.${part}`

  /** Every operation by itself. */
  function concatAttention(): (h: string, layer: number) => string {
    const total = g.sizeOf('attention_mask', 1)
    const past = g.node('Sub', [total, g.sizeOf('inputs_embeds', 1)])
    const [zero, one] = [g.scalarInt(0), g.scalarInt(1)]
    const columns = g.node('Unsqueeze', [g.node('Range', [zero, total, one]), g.ints([0])])
    const rows = g.node('Unsqueeze', [g.node('Range', [past, total, one]), g.ints([1])])
    const isBefore = g.node('LessOrEqual', [columns, rows])
    const isSeen =
      troubles.ignoresMask === true
        ? isBefore
        : g.node('And', [
            isBefore,
            g.node('Unsqueeze', [g.node('Cast', ['attention_mask'], { to: 9 }), g.ints([1, 2])])
          ])
    const bias = g.node('Where', [isSeen, g.scalar(0), g.scalar(-3e38)])

    const frequencies = g.float32(
      [half],
      Float32Array.from({ length: half }, (_, i) => 10000 ** (-i / half))
    )
    const angle = g.node('Mul', [
      g.node('Unsqueeze', [g.node('Cast', ['position_ids'], { to: 1 }), g.ints([1, 3])]),
      frequencies
    ])
    const [cosine, sine] = [g.node('Cos', [angle]), g.node('Sin', [angle])]
    const rotate = (x: string): string => {
      const [a, b] = [`${x}_a`, `${x}_b`]
      g.nodeWithOutputs('Split', [x, g.ints([half, half])], { axis: -1 }, [a, b])
      const real = g.node('Sub', [g.node('Mul', [a, cosine]), g.node('Mul', [b, sine])])
      const imaginary = g.node('Add', [g.node('Mul', [b, cosine]), g.node('Mul', [a, sine])])
      return g.node('Concat', [real, imaginary], { axis: -1 })
    }

    return (h, layer) => {
      const newKey = rotate(toHeads(linear(h, width, width)))
      const key = g.node('Concat', [pastOf(layer, 'key'), newKey], { axis: 2 }, `present.${layer}.key`)
      const newValue = toHeads(linear(h, width, width))
      const value = g.node('Concat', [pastOf(layer, 'value'), newValue], { axis: 2 }, `present.${layer}.value`)
      const query = g.node('Mul', [rotate(toHeads(linear(h, width, width))), g.scalar(1 / Math.sqrt(headDim))])
      const scores = g.node('MatMul', [query, g.node('Transpose', [key], { perm: [0, 1, 3, 2] })])
      const weights = g.node('Softmax', [g.node('Add', [scores, bias])], { axis: -1 })
      const mixed = g.node('Transpose', [g.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] })
      return g.node('Reshape', [mixed, g.ints([0, 0, width])])
    }
  }

  /** One operator of ONNX Runtime, which keeps the positions itself. */
  function groupQueryAttention(): (h: string, layer: number) => string {
    const angles = Array.from(
      { length: maxPositions * half },
      (_, i) => Math.floor(i / half) * 10000 ** (-(i % half) / half)
    )
    const table = (of: (angle: number) => number): string =>
      g.float32([maxPositions, half], Float32Array.from(angles, of))
    const [cosine, sine] = [table(Math.cos), table(Math.sin)]
    const known = g.node('ReduceSum', ['attention_mask', g.ints([1])], { keepdims: 0 })
    const last = g.node('Cast', [g.node('Sub', [known, g.scalarInt(1)])], { to: 6 })
    const total = g.node('Cast', [g.sizeOf('attention_mask', 1)], { to: 6 })
    return (h, layer) => {
      const [key, value, query] = [linear(h, width, width), linear(h, width, width), linear(h, width, width)]
      const mixed = `mixed.${layer}`
      g.nodeWithOutputs(
        'GroupQueryAttention',
        [query, key, value, pastOf(layer, 'key'), pastOf(layer, 'value'), last, total, cosine, sine],
        { num_heads: heads, kv_num_heads: heads, do_rotary: 1, scale: { float: 1 / Math.sqrt(headDim) } },
        [mixed, `present.${layer}.key`, `present.${layer}.value`]
      )
      return mixed
    }
  }
  const attend = isConcat ? concatAttention() : groupQueryAttention()

  let x = 'inputs_embeds'
  for (let layer = 0; layer < layers; layer++) {
    const h = g.rmsNorm(x)
    x = g.node('Add', [x, linear(attend(h, layer), width, width)])
    x = g.node('Add', [x, linear(g.node('Tanh', [linear(g.rmsNorm(x), width, inner)]), inner, width)])
  }
  const start = spec.keepsLogits
    ? g.node('Unsqueeze', [g.node('Neg', ['num_logits_to_keep']), g.ints([0])])
    : g.ints([0])
  const last = g.node('Slice', [x, start, g.ints([MAX_INT64]), g.ints([1])])
  let logits = linear(g.rmsNorm(last), width, vocabulary, 6)
  if (troubles.rounds !== undefined) logits = g.node('Add', [logits, wasteTime(g, troubles.rounds)])
  if (troubles.bytes !== undefined) logits = g.node('Add', [logits, wasteMemory(g, troubles.bytes)])
  if (troubles.isNaN) logits = g.node('Mul', [logits, g.scalar(Number.NaN)])
  g.node('Identity', [logits], {}, 'logits')
  g.output('logits', 'float32', ['batch_size', 'sequence_length', vocabulary])
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['key', 'value']) {
      g.output(`present.${layer}.${part}`, 'float32', ['batch_size', heads, 'total_sequence_length', headDim])
    }
  }
  return g.toModel()
}
