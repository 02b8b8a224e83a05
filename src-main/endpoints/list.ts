/** @file The list of model servers on disk: read once, written whole, one change after the other. */
import { mkdir, readFile, rename } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { writeFileAtomically } from '../files/atomic-write'
import { endpointsFile, hostsOf, parseEndpoint, readEndpoints } from './config'
import type { Endpoint } from './config'

export interface EndpointList {
  all(): Promise<readonly Endpoint[]>
  /** In the place of the one with this id. Rejects with `endpoint/bad-config`. */
  put(draft: unknown): Promise<Endpoint>
  /** What the person said to: these hosts and no others. Rejects with `endpoint/unknown`. */
  allow(id: string, hosts: readonly string[]): Promise<Endpoint>
  remove(id: string): Promise<void>
}

const unknown = (id: string): AppError =>
  new AppError('endpoint/unknown', `There is no server ${id}.`, {
    nextStep: 'See eyrie endpoints list.',
    data: { modelId: id }
  })

/** `onBroken` is told once when a part of the file could not be used; the file is then kept as `….broken`. */
export function createEndpointList(dataDir: string, onBroken: (message: string) => void): EndpointList {
  const path = endpointsFile(dataDir)
  let loaded: Promise<readonly Endpoint[]> | null = null
  let writing: Promise<unknown> = Promise.resolve()

  async function load(): Promise<readonly Endpoint[]> {
    let source: string
    try {
      source = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
    let stored: unknown = null
    try {
      stored = JSON.parse(source)
    } catch {
      // Falls to `readEndpoints`, which finds no list in null.
    }
    let bad = 0
    const sound = readEndpoints(stored, (count) => (bad = count))
    if (bad > 0) {
      await rename(path, `${path}.broken`)
      if (sound.length > 0) await save(sound)
      onBroken(
        `${bad} of the servers in ${basename(path)} could not be read; the file is kept as ${basename(path)}.broken.`
      )
    }
    return sound
  }

  async function save(endpoints: readonly Endpoint[]): Promise<void> {
    await mkdir(dirname(path), { recursive: true })
    await writeFileAtomically(path, `${JSON.stringify(endpoints, null, 2)}\n`, { overwrite: true, mode: 0o600 })
  }

  const all = (): Promise<readonly Endpoint[]> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = null
      throw error
    })
    return loaded
  }

  function change<T>(
    work: (now: readonly Endpoint[]) => { readonly next: readonly Endpoint[]; readonly result: T }
  ): Promise<T> {
    const done = writing.then(async () => {
      const { next, result } = work(await all())
      await save(next)
      loaded = Promise.resolve(next)
      return result
    })
    // The caller hears of a failed write; the next change must not.
    writing = done.catch(() => undefined)
    return done
  }

  return {
    all,
    put: (draft) =>
      change((now) => {
        const endpoint = parseEndpoint(draft)
        const at = now.findIndex(({ id }) => id === endpoint.id)
        return { next: at === -1 ? [...now, endpoint] : now.with(at, endpoint), result: endpoint }
      }),
    allow: (id, hosts) =>
      change((now) => {
        const at = now.findIndex((endpoint) => endpoint.id === id)
        const endpoint = now[at]
        if (endpoint === undefined) throw unknown(id)
        const allowedHosts = hostsOf(endpoint).filter((host) => hosts.includes(host))
        const result = { ...endpoint, allowedHosts }
        return { next: now.with(at, result), result }
      }),
    remove: (id) =>
      change((now) => {
        if (!now.some((endpoint) => endpoint.id === id)) throw unknown(id)
        return { next: now.filter((endpoint) => endpoint.id !== id), result: undefined }
      })
  }
}
