/**
 * @file Loads transformers.js, the peer of several groups. It is installed into `bench/peers` from its own lockfile
 * when it is first needed, and made to use our copy of ONNX Runtime.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const PEERS = join(import.meta.dirname, '../peers')
const PACKAGE = join(PEERS, 'node_modules/@huggingface/transformers')

/** What every use of the library needs of it; its classes are the group's own business. */
export interface TransformersJs {
  readonly env: { allowRemoteModels: boolean; localModelPath: string; logLevel: number; readonly version: string }
  readonly LogLevel: { readonly NONE: number }
}

async function load(): Promise<TransformersJs | null> {
  if (!existsSync(PACKAGE)) {
    console.log('installing what is measured against into bench/peers …')
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: PEERS,
      stdio: 'ignore'
    })
    if (status !== 0) {
      console.log('transformers.js could not be installed: rows against it are not measured')
      return null
    }
  }
  const here = pathToFileURL(join(import.meta.dirname, 'transformers-js.ts')).href
  registerHooks({
    resolve(specifier, context, next) {
      // One runtime in the process, and the same one for both sides.
      const isRuntime = specifier === 'onnxruntime-node' || specifier === 'onnxruntime-common'
      return next(specifier, isRuntime ? { ...context, parentURL: here } : context)
    }
  })
  const library = (await import(pathToFileURL(join(PACKAGE, 'dist/transformers.node.mjs')).href)) as TransformersJs
  library.env.allowRemoteModels = false
  library.env.logLevel = library.LogLevel.NONE
  return library
}

let library: Promise<TransformersJs | null> | null = null

/** Null, with a line on the console, when it cannot be installed here. */
export function transformersJs(): Promise<TransformersJs | null> {
  library ??= load()
  return library
}

/** Of what is installed, for the results. */
export async function peerVersions(): Promise<Readonly<Record<string, string>>> {
  const lib = await (library ?? Promise.resolve(null))
  return { 'transformers.js': lib === null ? 'not measured' : lib.env.version }
}

/** Sessions as ours are: one thread, no spinning, fp32 on the CPU. */
export const PEER_OPTIONS = {
  dtype: 'fp32',
  device: 'cpu',
  session_options: {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { 'intra_op.allow_spinning': '0', 'inter_op.allow_spinning': '0' } }
  }
} as const
