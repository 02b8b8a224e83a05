/** @file The inputs and outputs of a decoder that carry keys and values, and what comes out of them, checked. */
import { badOutput } from '../decode/bad-output'
import { bytesOf, isFloatType } from '../floats'
import type { FloatType } from '../floats'
import { deltaName } from '../onnx/presents'
import type { ModelConfig } from '../repo/config'
import { modelProblem } from '../repo/problems'
import type { GraphSession, RuntimeTensor } from '../runtime'

/** One input `[batch, heads, rows, headDim]` and the output that continues it. */
export interface PastPair {
  readonly input: string
  /** `present.*`, also where the graph was edited to give its `delta.*` instead. */
  readonly output: string
  readonly heads: number
  readonly headDim: number
  readonly type: FloatType
}

/** Bytes of one position, over all of them. */
export const positionBytes = (pairs: readonly PastPair[]): number =>
  pairs.reduce((sum, { heads, headDim, type }) => sum + heads * headDim * bytesOf(type), 0)

const PAST = /^past_key_values\.(.+)$/
export const isPast = (input: string): boolean => PAST.test(input)

/** Throws `model/unsupported-graph`. */
export function pastPairs(session: GraphSession, model: string, config: ModelConfig): readonly PastPair[] {
  const outputs = new Set(session.outputs.map((output) => output.name))
  return session.inputs.flatMap((input): PastPair[] => {
    const layer = PAST.exec(input.name)?.[1]
    if (layer === undefined) return []
    const output = `present.${layer}`
    if (!outputs.has(output) && !outputs.has(deltaName(output)))
      throw modelProblem('model/unsupported-graph', model, `its decoder has ${input.name} but no ${output}`)
    const number = (dim: number | string | undefined, fallback: number | null): number => {
      const value = typeof dim === 'number' ? dim : fallback
      if (value === null || !Number.isInteger(value) || value < 1) {
        throw modelProblem(
          'model/unsupported-graph',
          model,
          `neither its decoder nor config.json says the shape of ${input.name}`
        )
      }
      return value
    }
    const { type } = input
    if (!isFloatType(type)) {
      throw modelProblem(
        'model/unsupported-graph',
        model,
        `its decoder takes ${input.name} as ${type}, which this version cannot give`
      )
    }
    return [
      {
        input: input.name,
        type,
        output,
        heads: number(input.dims[1], config.keyValueHeads),
        headDim: number(input.dims[3], config.headDim)
      }
    ]
  })
}

/** `[batch, heads, rows, headDim]` as the pair says. Throws `inference/bad-output`. */
export function checkedRows(
  tensor: RuntimeTensor | undefined,
  { output, heads, headDim, type }: PastPair,
  { batch = 1, rows, model }: { readonly batch?: number; readonly rows: number; readonly model: string }
): RuntimeTensor {
  const [b, h, length, d] = tensor?.dims ?? []
  if (tensor?.type !== type || b !== batch || h !== heads || length !== rows || d !== headDim) {
    throw badOutput(
      model,
      output,
      `${type} [${batch}, ${heads}, ${rows}, ${headDim}] was expected, ${tensor?.type} [${tensor?.dims.join(', ')}] came`
    )
  }
  return tensor
}
