/**
 * @file Opens a model, says what it is made of and how it runs here, and closes it again: the host's side of
 * `models probe` and `models test`. In a throw-away host, so that its memory is the model's alone.
 */
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MAX_EDIT_BYTES } from './decode/open-decoder'
import { selfTest } from './decode/self-test'
import { classifyDecoder } from './onnx/classify'
import { readGraph } from './onnx/graph'
import { NotProtobuf } from './onnx/protobuf'
import { openModel } from './open-model'
import type { InspectCommand, Inspection } from './protocol'
import { readModelFolder } from './repo/model-folder'
import type { ModelFolder } from './repo/model-folder'
import { verifyModelFiles } from './repo/verify'
import { WEIGHT_TYPES } from './repo/weights'
import { loadRuntime } from './runtime'
import { readToolFolder } from './tools/registry'
import type { ToolFolder } from './tools/tool'

type GraphFacts = Inspection['graphs'][number]

/** By the suffix of its file; null: it has a name of its own. */
function weightsOf(name: string, file: string): string | null {
  const suffix = basename(file)
    .replace(/\.onnx$/, '')
    .slice(name.length)
  if (!basename(file).startsWith(name)) return null
  return WEIGHT_TYPES.find((type) => type.suffix === suffix)?.id ?? null
}

async function factsOf(dir: string, name: string, file: string): Promise<GraphFacts> {
  const path = join(dir, ...file.split('/'))
  let bytes = 0
  for (const other of await readdir(dirname(path)))
    if (other === basename(path) || other.startsWith(`${basename(path)}_data`))
      bytes += (await stat(join(dirname(path), other))).size
  return { name, file, weights: weightsOf(name, file), bytes, ...(await kindOf(name, path)) }
}

async function kindOf(name: string, path: string): Promise<Pick<GraphFacts, 'kind' | 'detail'>> {
  if (!name.startsWith('decoder_model')) return { kind: null, detail: null }
  if ((await stat(path)).size > MAX_EDIT_BYTES) return { kind: null, detail: 'its file is too large to be looked into' }
  try {
    return classifyDecoder(readGraph(await readFile(path)))
  } catch (error) {
    if (!(error instanceof NotProtobuf)) throw error
    return { kind: null, detail: error.message }
  }
}

const heldBytes = (): number => process.memoryUsage().rss

/** Rejects with the model's problem. `alive` is called while there is work. */
export async function inspectModel(command: InspectCommand, alive: () => void): Promise<Inspection> {
  const { modelDir, providers, threads, withSelfTest } = command
  const folder = (await readToolFolder(modelDir)) ?? (await readModelFolder(modelDir))
  await verifyModelFiles(folder, alive)
  const graphs: GraphFacts[] = []
  for (const [name, file] of Object.entries(folder.graphs))
    if (file !== undefined) graphs.push(await factsOf(folder.dir, name, file))
  const runtime = await loadRuntime()
  const beforeBytes = heldBytes()
  const started = performance.now()
  const opened = await openEither(folder)
  const loadMs = performance.now() - started
  try {
    const loadedBytes = heldBytes()
    const test = withSelfTest && 'decoder' in opened ? await selfTest(runtime, opened, threads, alive) : null
    return {
      provider: opened.provider,
      providerNotes: [...opened.providerNotes],
      loadMs,
      memory: { beforeBytes, loadedBytes, peakBytes: Math.max(loadedBytes, process.resourceUsage().maxRSS * 1_024) },
      graphs,
      decoding: 'decoding' in opened ? opened.decoding : null,
      selfTest: test
    }
  } finally {
    await opened.release()
  }

  function openEither(either: ModelFolder | ToolFolder) {
    const options = { providers, threads, alive }
    return 'tool' in either ? either.tool.open(runtime, either, options) : openModel(runtime, either, options)
  }
}
