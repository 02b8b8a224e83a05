/** @file The three graphs of the tiny random model: real attention, rotary positions, KV cache; weights from a fixed seed. */
import { GraphBuilder } from '../onnx/writer'

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
} as const

/** What a decoder does besides answering. */
export interface DecoderTroubles {
  /** Rounds of useless arithmetic per call: a slow or, at 2^62, endless step. */
  readonly rounds?: bigint
  /** Every logit is NaN. */
  readonly isNaN?: boolean
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

  rmsNorm(x: string): string {
    const mean = this.node('ReduceMean', [this.node('Mul', [x, x])], { axes: [-1], keepdims: 1 })
    return this.node('Div', [x, this.node('Sqrt', [this.node('Add', [mean, this.scalar(1e-5)])])])
  }

  sizeOf(x: string, axis: number): string {
    return this.node('Gather', [this.node('Shape', [x]), this.scalarInt(axis)])
  }
}

export function embedTokens(): Uint8Array {
  const g = new TinyGraph('embed_tokens', seededRandom(1))
  g.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
  g.node('Gather', [g.weights([TINY.vocabulary, TINY.width], 2), 'input_ids'], {}, 'inputs_embeds')
  g.output('inputs_embeds', 'float32', ['batch_size', 'sequence_length', TINY.width])
  return g.toModel()
}

export function visionEncoder(): Uint8Array {
  const g = new TinyGraph('vision_encoder', seededRandom(2))
  const { width, patch, imageSide, imageTokens } = TINY
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

export function decoder(troubles: DecoderTroubles = {}): Uint8Array {
  const g = new TinyGraph('decoder_model_merged', seededRandom(3))
  const { width, heads, headDim, layers, inner, vocabulary } = TINY
  const half = headDim / 2
  g.input('inputs_embeds', 'float32', ['batch_size', 'sequence_length', width])
  g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length'])
  g.input('position_ids', 'int64', ['batch_size', 'sequence_length'])
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['key', 'value']) {
      g.input(`past_key_values.${layer}.${part}`, 'float32', ['batch_size', heads, 'past_sequence_length', headDim])
    }
  }

  const total = g.sizeOf('attention_mask', 1)
  const past = g.node('Sub', [total, g.sizeOf('inputs_embeds', 1)])
  const [zero, one] = [g.scalarInt(0), g.scalarInt(1)]
  const columns = g.node('Unsqueeze', [g.node('Range', [zero, total, one]), g.ints([0])])
  const rows = g.node('Unsqueeze', [g.node('Range', [past, total, one]), g.ints([1])])
  const isBefore = g.node('LessOrEqual', [columns, rows])
  const isSeen =
    troubles.ignoresMask === true
      ? isBefore
      : g.node('And', [isBefore, g.node('Unsqueeze', [g.node('Cast', ['attention_mask'], { to: 9 }), g.ints([1, 2])])])
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
  const toHeads = (x: string): string =>
    g.node('Transpose', [g.node('Reshape', [x, g.ints([0, 0, heads, headDim])])], { perm: [0, 2, 1, 3] })
  const rotate = (x: string): string => {
    const [a, b] = [`${x}_a`, `${x}_b`]
    g.nodeWithOutputs('Split', [x, g.ints([half, half])], { axis: -1 }, [a, b])
    const real = g.node('Sub', [g.node('Mul', [a, cosine]), g.node('Mul', [b, sine])])
    const imaginary = g.node('Add', [g.node('Mul', [b, cosine]), g.node('Mul', [a, sine])])
    return g.node('Concat', [real, imaginary], { axis: -1 })
  }

  let x = 'inputs_embeds'
  for (let layer = 0; layer < layers; layer++) {
    const h = g.rmsNorm(x)
    const newKey = rotate(toHeads(g.linear(h, width, width)))
    const key = g.node('Concat', [`past_key_values.${layer}.key`, newKey], { axis: 2 }, `present.${layer}.key`)
    const newValue = toHeads(g.linear(h, width, width))
    const value = g.node('Concat', [`past_key_values.${layer}.value`, newValue], { axis: 2 }, `present.${layer}.value`)
    const query = g.node('Mul', [rotate(toHeads(g.linear(h, width, width))), g.scalar(1 / Math.sqrt(headDim))])
    const scores = g.node('MatMul', [query, g.node('Transpose', [key], { perm: [0, 1, 3, 2] })])
    const weights = g.node('Softmax', [g.node('Add', [scores, bias])], { axis: -1 })
    const mixed = g.node('Transpose', [g.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] })
    x = g.node('Add', [x, g.linear(g.node('Reshape', [mixed, g.ints([0, 0, width])]), width, width)])
    x = g.node('Add', [x, g.linear(g.node('Tanh', [g.linear(g.rmsNorm(x), width, inner)]), inner, width)])
  }
  const last = g.node('Slice', [x, g.ints([0]), g.ints([MAX_INT64]), g.ints([1])])
  let logits = g.linear(g.rmsNorm(last), width, vocabulary, 6)
  if (troubles.rounds !== undefined) logits = g.node('Add', [logits, wasteTime(g, troubles.rounds)])
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
