/** @file A tool that answers, opened from its folder on the CPU as the host does. The caller releases it. */
import { loadRuntime } from '../runtime'
import { readToolFolder } from '../tools/registry'
import type { OpenTool } from '../tools/tool'

export async function openAnsweringTool(dir: string): Promise<OpenTool> {
  const folder = await readToolFolder(dir)
  if (folder?.tool.makes !== 'findings') throw new Error(`expected a tool that answers in ${dir}`)
  return folder.tool.open(await loadRuntime(), folder, { providers: ['cpu'], threads: 1 })
}
