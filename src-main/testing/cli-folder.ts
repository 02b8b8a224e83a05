/** @file The command line as a test runs it: in a folder of its own, from the source, with what it wrote. For test files only. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { runCli } from '../cli/program'
import { createCliRooms } from '../cli/rooms'
import type { SpawnHost } from '../core/ports'
import { appPlaces } from '../shell/app-places'
import type { AppPlaces } from '../shell/app-places'
import { capturedStreams } from './captured-streams'
import { spawnFromSource } from './spawn-from-source'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  /** Default: data, shipped models and samples below the folder. */
  readonly places?: Partial<AppPlaces>
  readonly spawnHost?: SpawnHost
  readonly input?: string
}

export interface CliFolder {
  /** A path in the folder. */
  at(...names: readonly string[]): string
  eyrie(...args: readonly string[]): Promise<Ran>
  /** Rejects where a person would have been shown a stack trace, as `eyrie` does. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>
}

/** A folder for the tests of one file, with a folder `scans` in it; it goes when they are done. To be called first. */
export function cliFolder(name: string): CliFolder {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `eyrie-cli-${name}-`))
    await mkdir(join(folder, 'scans'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const at = (...names: readonly string[]): string => join(folder, ...names)
  const run = async (
    args: readonly string[],
    { places = {}, spawnHost = spawnFromSource, input = '' }: RunOptions = {}
  ): Promise<Ran> => {
    const own = { dataDir: at('data'), shippedModelsDir: at('models'), sampleDir: at('scans') }
    const streams = capturedStreams(input)
    const code = await runCli([...args], streams, createCliRooms(spawnHost, { ...appPlaces(), ...own, ...places }))
    const { out, err } = streams.written
    if (/^\s+at /m.test(err)) throw new Error(`expected no stack trace on stderr, got\n${err}`)
    return { code, out, err }
  }
  return { at, run, eyrie: (...args) => run(args) }
}
