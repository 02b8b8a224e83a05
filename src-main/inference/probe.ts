/**
 * @file Does an execution provider truly run here, and is it worth it? A small graph is run on it and
 * on the CPU, numbers and times compared. Runs in a throw-away host: a broken driver may end the process.
 *
 * [Note: Why time decides] ONNX Runtime does not tell whether an adapter is a real GPU or a software
 * one (SwiftShader, llvmpipe, WARP). A software adapter computes right but slower than the CPU
 * provider, so a provider is preferred only when the probe graph ran at least twice as fast.
 */
import { GraphBuilder } from './onnx/writer'
import { reasonOf } from './runtime'
import type { GraphSession, ProviderName, Runtime } from './runtime'

export interface ProbeResult {
  readonly works: boolean
  readonly detail: string
  /** Median of the timed runs; 0 when it does not work. */
  readonly probeMs: number
  readonly cpuMs: number
}

const SIDE = 512
const LAYERS = 6
const TIMED_RUNS = 5
/** A run slower than this decides by itself. */
const HOPELESS_MS = 1_000
/** Of values around 1; GPUs may use TF32 or half precision inside. */
const TOLERANCE = 0.02
export const PREFERRED_FROM_SPEEDUP = 2

/** Layers of `tanh(x · W)`: what a decoder does most. */
export function probeGraph(): Uint8Array {
  const graph = new GraphBuilder('probe')
  let x = graph.input('x', 'float32', [SIDE, SIDE])
  for (let layer = 0; layer < LAYERS; layer++) {
    const weights = Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.sin(i * 12.9898 + layer) / 16)
    x = graph.node('Tanh', [graph.node('MatMul', [x, graph.float32([SIDE, SIDE], weights)])])
  }
  graph.node('Identity', [x], {}, 'y')
  graph.output('y', 'float32', [SIDE, SIDE])
  return graph.toModel()
}

async function measure(
  runtime: Runtime,
  session: GraphSession
): Promise<{ readonly ms: number; readonly values: Float32Array }> {
  const input = Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.cos(i * 0.37))
  const run = async (): Promise<Float32Array> => {
    const { y } = await session.run({ x: runtime.float32(input, [SIDE, SIDE]) }, ['y'])
    return y?.data as Float32Array
  }
  const values = await run()
  const times: number[] = []
  while (times.length < TIMED_RUNS && (times.at(-1) ?? 0) < HOPELESS_MS) {
    const started = performance.now()
    await run()
    times.push(performance.now() - started)
  }
  return { ms: times.sort((a, b) => a - b)[times.length >> 1] ?? 0, values }
}

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`

/** Never rejects for what is wrong with the provider; that is its result. */
export async function probeProvider(runtime: Runtime, provider: ProviderName, threads: number): Promise<ProbeResult> {
  const graph = probeGraph()
  const onCpu = await runtime.open(graph, { provider: 'cpu', threads })
  const cpu = await measure(runtime, onCpu)
  await onCpu.release()
  if (provider === 'cpu') {
    return {
      works: true,
      detail: `ran the probe graph in ${milliseconds(cpu.ms)} with ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
      probeMs: cpu.ms,
      cpuMs: cpu.ms
    }
  }
  try {
    const session = await runtime.open(graph, { provider, threads })
    const { ms, values } = await measure(runtime, session)
    await session.release()
    const worst = values.reduce((max, value, i) => Math.max(max, Math.abs(value - (cpu.values[i] ?? 0))), 0)
    if (!(worst <= TOLERANCE)) {
      return {
        works: false,
        detail: `it computes wrong numbers (off by ${worst.toFixed(3)})`,
        probeMs: 0,
        cpuMs: cpu.ms
      }
    }
    const isWorthIt = cpu.ms >= PREFERRED_FROM_SPEEDUP * ms
    const verdict = isWorthIt ? 'preferred' : 'not preferred: a software adapter, or too small a gain'
    return {
      works: true,
      detail: `ran the probe graph in ${milliseconds(ms)}, the CPU in ${milliseconds(cpu.ms)}; ${verdict}`,
      probeMs: ms,
      cpuMs: cpu.ms
    }
  } catch (error) {
    return { works: false, detail: reasonOf(error), probeMs: 0, cpuMs: cpu.ms }
  }
}
