/** @file Type-checks every folder under its own tsconfig: each sees only the globals its layer may use. */
import { exitCodeOf, runChild } from './lib/child.mjs'
import { inRoot } from './lib/paths.mjs'
import { runMain, say } from './lib/stop.mjs'
import { toolEntry } from './lib/tool.mjs'

export const PROJECTS = [
  'src-shared/tsconfig.json',
  'src-shared/tsconfig.test.json',
  'src-main/tsconfig.json',
  'src-preload/tsconfig.json',
  'src-renderer/tsconfig.json',
  'e2e/tsconfig.json',
  'bench/tsconfig.json'
]

/** Checks all; resolves to how many passed and failed. */
export async function checkTypes() {
  let failed = 0
  for (const project of PROJECTS) {
    // What did not change since the last time is not checked again.
    const memory = inRoot('node_modules/.cache/types', project.replaceAll('/', '-').replace('.json', '.tsbuildinfo'))
    const checks = ['-p', inRoot(project), '--incremental', '--tsBuildInfoFile', memory]
    const { code, signal } = await runChild(process.execPath, [toolEntry('typescript#tsc'), ...checks], {
      cwd: inRoot()
    })
    if (exitCodeOf(code, signal) !== 0) {
      say(`types: ${project} has errors`)
      failed++
    }
  }
  return { passed: PROJECTS.length - failed, failed }
}

if (import.meta.filename === process.argv[1]) {
  await runMain(async () => ((await checkTypes()).failed === 0 ? 0 : 1))
}
