import { dirname } from 'node:path'
import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostProcess, SpawnHost } from '../core/ports'
import { spawnSource } from '../testing/spawn-from-source'
import { limitsFromEnvironment } from './limits'
import { probeProvider } from './probe'
import { preferredOrder, probeProviders } from './probing'
import type { Probed } from './probing'
import type { HostReply, HostRequest } from './protocol'
import { providersOfPlatform } from './runtime'
import type { GraphSession, ProviderName, Runtime, RuntimeTensor } from './runtime'
import { SOFTWARE_ADAPTERS } from './testing/ask-gpu'

/** By the clock of this machine, other work on it would decide. */
let clock = 0
beforeEach(() => {
  clock = 0
})
afterEach(() => void vi.restoreAllMocks())

/** A runtime whose providers take as long and say what a test wants; the CPU says `x` and takes 4 ms. */
function runtimeWith(provider: ProviderName, told: (x: Float32Array) => Float32Array, ms: number): Runtime {
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
  const runtime = {
    version: '0',
    float32: (data: Float32Array, dims: readonly number[]) => ({ type: 'float32', data, dims }),
    async open(_graph: unknown, options: { readonly provider: ProviderName }) {
      const isAsked = options.provider === provider
      return {
        inputs: [],
        outputs: [],
        provider: options.provider,
        run: async ({ x }: Record<string, RuntimeTensor>) => {
          clock += isAsked ? ms : 4
          const data = x?.data as Float32Array
          return { y: { type: 'float32', data: isAsked ? told(data) : data, dims: x?.dims } }
        },
        release: async () => undefined
      } as unknown as GraphSession
    }
  }
  return runtime as unknown as Runtime
}

describe('probing one provider', () => {
  it('B10: prefers one that is right and at least twice as fast, and says the figures', async () => {
    const found = await probeProvider(
      runtimeWith('dml', (x) => x, 1),
      'dml',
      1
    )
    expect(found).toMatchObject({ works: true, detail: expect.stringMatching(/ran the probe graph .* preferred$/) })
    expect(found.cpuMs / found.probeMs).toBeGreaterThan(2)
  })

  it('B10: one that is right and slow works and is not preferred: a software adapter', async () => {
    const found = await probeProvider(
      runtimeWith('webgpu', (x) => x, 40),
      'webgpu',
      1
    )
    expect(found).toMatchObject({ works: true, detail: expect.stringContaining('not preferred') })
    expect(preferredOrder([{ name: 'webgpu', ...found, speedup: found.cpuMs / found.probeMs }])).toEqual(['cpu'])
  })

  it.for([
    ['wrong numbers', (x: Float32Array) => x.map((value) => value + 1), /wrong numbers/],
    ['no numbers', (x: Float32Array) => x.map(() => NaN), /wrong numbers/],
    ['too few numbers', () => new Float32Array(3), /wrong numbers/]
  ] as const)('B10: one that gives %s does not work', async ([, told, reason]) => {
    const found = await probeProvider(runtimeWith('coreml', told, 1), 'coreml', 1)
    expect(found).toMatchObject({ works: false, detail: expect.stringMatching(reason) })
  })

  it('B10: one that cannot be opened does not work, with the runtime’s reason', async () => {
    const runtime = runtimeWith('cuda', (x) => x, 1)
    const failing: Runtime = {
      ...runtime,
      open: (graph, options) =>
        options.provider === 'cuda'
          ? Promise.reject(new Error('/src/x.cc:7 false was false. Failed to load libcublas.so\nstack'))
          : runtime.open(graph, options)
    }
    const { works, detail } = await probeProvider(failing, 'cuda', 1)
    expect([works, detail]).toEqual([false, 'Failed to load libcublas.so'])
  })
})

describe('which are tried, and in which order', () => {
  const probed = (name: ProviderName, speedup: number): Probed => ({ name, works: speedup > 0, detail: '', speedup })

  it('those of the platform, the CPU last', () => {
    expect(providersOfPlatform('win32')).toEqual(['dml', 'webgpu', 'cpu'])
    expect(providersOfPlatform('darwin')).toEqual(['coreml', 'webgpu', 'cpu'])
    expect(providersOfPlatform('linux')).toEqual(['cuda', 'webgpu', 'cpu'])
  })

  it('the fastest first, nothing that is hardly faster than the CPU, nothing behind it', () => {
    expect(preferredOrder([probed('dml', 3), probed('webgpu', 8), probed('coreml', 1.9), probed('cpu', 1)])).toEqual([
      'webgpu',
      'dml',
      'cpu'
    ])
    expect(preferredOrder([])).toEqual(['cpu'])
  })
})

describe('probing all of them', () => {
  const limits = { ...limitsFromEnvironment({}), probeMs: 500 }

  /** Hosts of a script: what each says to its provider's name, null: nothing. */
  function hosts(script: (provider: ProviderName) => HostReply | 'dies' | null): {
    readonly spawn: SpawnHost
    readonly log: string[]
  } {
    const log: string[] = []
    const spawn: SpawnHost = () => {
      let onMessage: (message: unknown) => void = () => undefined
      let onExit: Parameters<HostProcess['onExit']>[0] = () => undefined
      return {
        pid: 1,
        post(message) {
          const { provider } = message as Extract<HostRequest, { kind: 'probe' }>
          log.push(provider)
          const said = script(provider)
          if (said === 'dies') setTimeout(() => onExit({ code: null, signal: 'SIGSEGV' }), 1)
          else if (said !== null) setTimeout(() => onMessage(said), 1)
        },
        onMessage: (listener) => void (onMessage = listener),
        onExit: (listener) => void (onExit = listener),
        kill: async () => {
          log.push('ended')
          onExit({ code: null, signal: 'SIGKILL' })
        }
      }
    }
    return { spawn, log }
  }
  const cpu: HostReply = { kind: 'probed', id: 1, works: true, detail: 'ran', probeMs: 2, cpuMs: 2 }

  it('B10: one after the other, each in a process of its own; one that dies or says nothing harms no other', async () => {
    const platform = providersOfPlatform()
    const { spawn, log } = hosts((provider) => (provider === 'cpu' ? cpu : provider === 'webgpu' ? 'dies' : null))
    const found = await probeProviders(spawn, {}, limits)
    expect(found.map(({ name, works }) => [name, works])).toEqual(platform.map((name) => [name, name === 'cpu']))
    expect(found.find(({ name }) => name === 'webgpu')?.detail).toBe('it ended its process (SIGSEGV)')
    expect(found[0]?.detail).toBe('it did not answer within 0.5 s')
    // The silent one was ended before the next one was asked.
    expect(log.indexOf('ended')).toBeLessThan(log.indexOf('webgpu'))
    expect(preferredOrder(found)).toEqual(['cpu'])
  })

  it('B10: one whose host answers nonsense does not work', async () => {
    const { spawn } = hosts((provider) => (provider === 'cpu' ? cpu : ({ kind: 'hello' } as unknown as HostReply)))
    for (const { name, works } of await probeProviders(spawn, {}, limits)) expect(works).toBe(name === 'cpu')
  })

  it('WebGPU on a software adapter computes right and is not preferred', { timeout: 120_000 }, async ({ skip }) => {
    const adapter = SOFTWARE_ADAPTERS.find((file) => existsSync(file))
    skip(adapter === undefined, 'no software adapter of Vulkan is here')
    const env = { VK_ICD_FILENAMES: adapter ?? '', LD_LIBRARY_PATH: dirname(adapter ?? '') }
    const real: SpawnHost = (_entry, more) => spawnSource('src-main/inference/host-entry.ts', { ...env, ...more })
    const found = await probeProviders(real, {}, limitsFromEnvironment({}), ['webgpu'])
    const webgpu = found.find(({ name }) => name === 'webgpu')
    skip(webgpu?.works !== true && /adapter|Vulkan/i.test(webgpu?.detail ?? ''), `no adapter: ${webgpu?.detail}`)
    expect(webgpu).toMatchObject({ works: true, detail: expect.stringContaining('not preferred') })
    expect(preferredOrder(found)).toEqual(['cpu'])
  })
})
