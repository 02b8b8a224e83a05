/**
 * @file The seam to ONNX Runtime; the only file that imports it, and only when it is first needed,
 * so that a broken native library never stops the app. Runs in the inference host only:
 * `run` blocks its thread for the whole call (onnxruntime-node 1.30).
 */
import { availableParallelism } from 'node:os'
import type * as Ort from 'onnxruntime-node'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../src-shared/errors'
import { bitsOf } from './floats'
import type { FloatBits, FloatType } from './floats'

export type ProviderName = 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml'
export const PROVIDER_NAMES: readonly ProviderName[] = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu']

/** What this platform's binary may be able to use, CPU last. */
export function providersOfPlatform(platform: NodeJS.Platform = process.platform): readonly ProviderName[] {
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu']
  if (platform === 'darwin') return ['coreml', 'webgpu', 'cpu']
  return ['cuda', 'webgpu', 'cpu']
}

/** Owned by whoever made it or got it from `run`; on the CPU it is plain memory and needs no disposal. */
export type RuntimeTensor = Tensor

export interface GraphValue {
  readonly name: string
  readonly type: string
  /** A string is a symbolic dimension. */
  readonly dims: readonly (number | string)[]
}

/** A loaded graph. Its owner calls `release`. */
export interface GraphSession {
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  readonly provider: ProviderName
  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    outputs: readonly string[]
  ): Promise<Record<string, RuntimeTensor>>
  release(): Promise<void>
}

export interface SessionOptions {
  readonly provider: ProviderName
  readonly threads: number
  /** Of a graph that is given as bytes: the folder its external data lies in. */
  readonly externalFolder?: string
  /** Outputs that stay on the device. Whoever gets one disposes it, and never reads its data: that ends the process. */
  readonly onDevice?: readonly string[]
  /** Names of nodes that run on the CPU whatever the provider; of use on WebGPU only. */
  readonly onCpu?: readonly string[]
}

export interface Runtime {
  readonly version: string
  /** Opens a graph file (its external data already checked) or graph bytes, on exactly one provider. */
  open(graph: string | Uint8Array, options: SessionOptions): Promise<GraphSession>
  float32(data: Float32Array, dims: readonly number[]): RuntimeTensor
  floats(type: FloatType, bits: FloatBits, dims: readonly number[]): RuntimeTensor
  int64(data: BigInt64Array, dims: readonly number[]): RuntimeTensor
  bool(values: readonly boolean[], dims: readonly number[]): RuntimeTensor
}

/**
 * Threads of the graph that does the work: half of the logical processors, which is about the physical
 * ones, so that the window keeps its own. Helper graphs get one.
 */
export const defaultThreads = (logical: number = availableParallelism()): number =>
  Math.max(1, Math.min(8, Math.floor(logical / 2)))

/** What an error of the runtime says, without its places in the source and its paths. */
export const reasonOf = (cause: unknown): string => {
  const text = cause instanceof Error ? cause.message : String(cause)
  const line = (text.split('\n')[0] ?? '').replace(/^.*\bwas false\. /, '').replace(/(^|\s)\/\S+:\d+\s/, '$1')
  return line.trim().replace(/\.$/, '').slice(0, 300) || 'no reason was given'
}

function valuesOf(metadata: readonly InferenceSession.ValueMetadata[]): readonly GraphValue[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, dims: value.shape }
      : { name: value.name, type: 'not a tensor', dims: [] }
  )
}

const providerWith = (provider: ProviderName, onCpu: readonly string[]): InferenceSession.ExecutionProviderConfig =>
  provider === 'webgpu' && onCpu.length > 0 ? { name: provider, forceCpuNodeNames: onCpu } : provider

/**
 * The binding reads float16 from bits only, and where the engine has a `Float16Array` its tensors hold one: the array is
 * changed for one of bits over the same memory, as transformers.js does. Without it every such input is refused as
 * too short (onnxruntime-node 1.30).
 */
function withBits(tensor: Tensor): void {
  if (tensor.location === 'cpu' && !(tensor.data instanceof Uint16Array))
    Object.assign(tensor, { cpuData: bitsOf(tensor) })
}

async function importRuntime(): Promise<Runtime> {
  let ort: typeof Ort
  try {
    ort = await import('onnxruntime-node')
  } catch (cause) {
    throw new AppError('inference/runtime-missing', `The model runtime could not be loaded: ${reasonOf(cause)}.`, {
      nextStep: 'Reinstall the app for this system; labelling works without models.',
      cause
    })
  }
  // What goes wrong comes back as an error; the library need not write it to stderr as well.
  ort.env.logLevel = 'fatal'
  return {
    version: ort.env.versions.node ?? 'unknown',
    async open(graph, { provider, threads, externalFolder, onDevice = [], onCpu = [] }) {
      const options: InferenceSession.SessionOptions = {
        executionProviders: [providerWith(provider, onCpu)],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        logSeverityLevel: 4,
        // Spinning threads make everything 2 to 5 times slower as soon as another process is busy.
        extra: {
          session: {
            'intra_op.allow_spinning': '0',
            'inter_op.allow_spinning': '0',
            ...(externalFolder === undefined ? {} : { model_external_initializers_file_folder_path: externalFolder })
          }
        },
        ...(onDevice.length === 0
          ? {}
          : { preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const])) })
      }
      const session =
        typeof graph === 'string'
          ? await ort.InferenceSession.create(graph, options)
          : await ort.InferenceSession.create(graph, options)
      return {
        inputs: valuesOf(session.inputMetadata),
        outputs: valuesOf(session.outputMetadata),
        provider,
        run: (feeds, outputs) => {
          for (const feed of Object.values(feeds)) if (feed.type === 'float16') withBits(feed)
          return session.run({ ...feeds }, outputs) as Promise<Record<string, Tensor>>
        },
        release: () => session.release()
      }
    },
    float32: (data, dims) => new ort.Tensor('float32', data, dims),
    floats: (type, bits, dims) => new ort.Tensor(type, bits, dims),
    int64: (data, dims) => new ort.Tensor('int64', data, dims),
    bool: (values, dims) => new ort.Tensor('bool', Uint8Array.from(values, Number), dims)
  }
}

let loading: Promise<Runtime> | null = null

/** Loads the native library once; a failure is not kept. Rejects with `inference/runtime-missing`. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= importRuntime().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}
