/** @file Runs gpu-answers.ts in a process of its own, on a software adapter where there is one and no other was named. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { GpuAnswers } from './gpu-answers'

/** SwiftShader as Chromium's packages bring it. */
export const SOFTWARE_ADAPTERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json'
]
const LONGEST_MS = 600_000

/** Rejects with what the process said when it failed or was killed. */
export async function askOnGpu(
  model: string,
  picture: string,
  tokens: number,
  questions: readonly string[]
): Promise<GpuAnswers> {
  const root = resolve(import.meta.dirname, '../../..')
  const adapter = SOFTWARE_ADAPTERS.find((file) => existsSync(file))
  // The loader of Vulkan lies beside the adapter where the system has none.
  const software =
    adapter === undefined || process.env['VK_ICD_FILENAMES'] !== undefined
      ? {}
      : { VK_ICD_FILENAMES: adapter, LD_LIBRARY_PATH: dirname(adapter) }
  const loader = pathToFileURL(resolve(root, 'scripts/from-source.mjs')).href
  const script = resolve(import.meta.dirname, 'gpu-answers.ts')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', loader, script, model, picture, String(tokens), ...questions],
    { timeout: LONGEST_MS, env: { ...process.env, ...software } }
  )
  return JSON.parse(stdout) as GpuAnswers
}
