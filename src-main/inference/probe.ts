/**
 * @file Does an execution provider truly run here, and is it worth it? A small graph is run on it and
 * on the CPU, numbers and times compared. Runs in a throw-away host: a broken driver may end the process.
 *
 * [Note: Why time decides] ONNX Runtime does not tell whether an adapter is a real GPU or a software
 * one (SwiftShader, llvmpipe, WARP). A software adapter computes right but slower than the CPU
 * provider, so a provider is preferred only when the large probe graph ran at least twice as fast; one that needs
 * half the CPU's time for a graph many times smaller is not even asked: SwiftShader takes 20 s for the large one.
 */
import { GraphBuilder } from './onnx/writer'
import { reasonOf } from './runtime'
import type { ProviderName, Runtime } from './runtime'

export interface ProbeResult {
  readonly works: boolean
  readonly detail: string
  /** Median of the timed runs; 0 when it does not work. */
  readonly probeMs: number
  readonly cpuMs: number
}

/** The small graph tells whether the numbers are right; the large one, how fast they come; the middle one, whether to ask. */
const SMALL: ProbeSize = { side: 64, layers: 2 }
const MIDDLE: ProbeSize = { side: 384, layers: 2 }
const LARGE: ProbeSize = { side: 1_024, layers: 3 }
const TIMED_RUNS = 5
/** A run slower than this decides by itself. */
const HOPELESS_MS = 1_000
/** Of values around 1; GPUs may use TF32 or half precision inside. */
const TOLERANCE = 0.02
export const PREFERRED_FROM_SPEEDUP = 2

interface ProbeSize {
  readonly side: number
  readonly layers: number
}

/** `Float32Array.from` with a function takes several times as long. */
function filled(length: number, value: (i: number) => number): Float32Array {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i++) values[i] = value(i)
  return values
}

/** Layers of `tanh(x · W)`: what a decoder does most. */
function probeGraph({ side, layers }: ProbeSize): Uint8Array {
  const graph = new GraphBuilder('probe')
  let x = graph.input('x', 'float32', [side, side])
  for (let layer = 0; layer < layers; layer++) {
    const weights = filled(side * side, (i) => Math.sin(i * 12.9898 + layer) / 16)
    x = graph.node('Tanh', [graph.node('MatMul', [x, graph.float32([side, side], weights)])])
  }
  graph.node('Identity', [x], {}, 'y')
  graph.output('y', 'float32', [side, side])
  return graph.toModel()
}

interface Measured {
  /** Median of the timed runs; the first run, which compiles, is not one of them. */
  readonly ms: number
  readonly values: Float32Array
}

async function measure(runtime: Runtime, provider: ProviderName, threads: number, size: ProbeSize): Promise<Measured> {
  const session = await runtime.open(probeGraph(size), { provider, threads })
  const dims = [size.side, size.side]
  const input = filled(size.side ** 2, (i) => Math.cos(i * 0.37))
  const run = async (): Promise<Float32Array> => {
    const { y } = await session.run({ x: runtime.float32(input, dims) }, ['y'])
    return y?.data as Float32Array
  }
  const values = await run()
  const times: number[] = []
  while (times.length < TIMED_RUNS && (times.at(-1) ?? 0) < HOPELESS_MS) {
    const started = performance.now()
    await run()
    times.push(performance.now() - started)
  }
  await session.release()
  return { ms: times.sort((a, b) => a - b)[times.length >> 1] ?? 0, values }
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? a.reduce((max, value, i) => Math.max(max, Math.abs(value - (b[i] ?? Infinity))), 0) : Infinity

const milliseconds = (ms: number): string => `${ms < 1 ? ms.toFixed(2) : ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`

async function probeOther(
  runtime: Runtime,
  provider: ProviderName,
  threads: number,
  cpuMs: number
): Promise<ProbeResult> {
  for (const size of [SMALL, MIDDLE]) {
    const expected = await measure(runtime, 'cpu', threads, size)
    const found = await measure(runtime, provider, threads, size)
    const worst = largestDifference(found.values, expected.values)
    if (!(worst <= TOLERANCE)) {
      return { works: false, detail: `it computes wrong numbers (off by ${worst.toFixed(3)})`, probeMs: 0, cpuMs }
    }
    if (found.ms * PREFERRED_FROM_SPEEDUP > cpuMs) {
      const detail = `works, but needs ${milliseconds(found.ms)} where the CPU needs ${milliseconds(expected.ms)}; not preferred, probably a software adapter`
      return { works: true, detail, probeMs: (found.ms / expected.ms) * cpuMs, cpuMs }
    }
  }
  const { ms } = await measure(runtime, provider, threads, LARGE)
  const verdict = cpuMs >= PREFERRED_FROM_SPEEDUP * ms ? 'preferred' : 'not preferred: too small a gain'
  const detail = `ran the probe graph in ${milliseconds(ms)}, the CPU in ${milliseconds(cpuMs)}; ${verdict}`
  return { works: true, detail, probeMs: ms, cpuMs }
}

/** Never rejects for what is wrong with the provider; that is its result. */
export async function probeProvider(runtime: Runtime, provider: ProviderName, threads: number): Promise<ProbeResult> {
  const { ms: cpuMs } = await measure(runtime, 'cpu', threads, LARGE)
  if (provider === 'cpu') {
    const detail = `ran the probe graph in ${milliseconds(cpuMs)} with ${threads} ${threads === 1 ? 'thread' : 'threads'}`
    return { works: true, detail, probeMs: cpuMs, cpuMs }
  }
  try {
    return await probeOther(runtime, provider, threads, cpuMs)
  } catch (error) {
    return { works: false, detail: reasonOf(error), probeMs: 0, cpuMs }
  }
}
