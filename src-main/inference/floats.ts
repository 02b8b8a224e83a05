/**
 * @file Tensors of float32 and of float16, which exports of smaller size take and give. Our own arithmetic is float32;
 * keys and values go on as they came, by their bits.
 */
import { InvariantError } from '../../src-shared/errors'
import type { Runtime, RuntimeTensor } from './runtime'

export type FloatType = 'float32' | 'float16'
/** Numbers as they lie in a tensor: float16 by its bits. */
export type FloatBits = Float32Array | Uint16Array

export const isFloatType = (type: string): type is FloatType => type === 'float32' || type === 'float16'
export const bytesOf = (type: FloatType): number => (type === 'float16' ? 2 : 4)
export const emptyBits = (type: FloatType, length: number): FloatBits =>
  type === 'float16' ? new Uint16Array(length) : new Float32Array(length)

/** float16 rounds to the nearest; what was float16 before comes back as it was. */
export const bitsFrom = (type: FloatType, numbers: Float32Array): FloatBits =>
  type === 'float16' ? new Uint16Array(new Float16Array(numbers).buffer) : numbers

/** Shares the tensor's memory. Throws for other types. */
export function bitsOf({ type, data }: RuntimeTensor): FloatBits {
  if (data instanceof Float32Array || data instanceof Uint16Array) return data
  if (data instanceof Float16Array) return new Uint16Array(data.buffer, data.byteOffset, data.length)
  throw new InvariantError(`expected a tensor of float32 or float16, not ${type}`)
}

/** Numbers from `from` on; of float32 they share the tensor's memory. Throws for other types. */
export function numbersOf(tensor: RuntimeTensor, from = 0): Float32Array {
  const bits = bitsOf(tensor).subarray(from)
  if (bits instanceof Float32Array) return bits
  return new Float32Array(new Float16Array(bits.buffer, bits.byteOffset, bits.length))
}

/** The same numbers in the type that a graph takes; the tensor itself where that is its own. */
export const asType = (runtime: Runtime, tensor: RuntimeTensor, type: FloatType): RuntimeTensor =>
  tensor.type === type ? tensor : runtime.floats(type, bitsFrom(type, numbersOf(tensor)), tensor.dims)
