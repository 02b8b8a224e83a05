/** @file Refuses an import in the wrong direction anywhere in src-*. Rules: lib/layers.mjs. */
import { readFileSync, readdirSync } from 'node:fs'
import { importProblem, importsOf } from './lib/layers.mjs'
import { inRoot } from './lib/paths.mjs'
import { runMain, say } from './lib/stop.mjs'

const FOLDERS = ['src-shared', 'src-main', 'src-preload', 'src-renderer']

const sourceFiles = () =>
  FOLDERS.flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.(ts|tsx|mjs|cjs|js)$/.test(path))
  )

/** Checks every file; a file with a wrong import is one failure. */
export function checkLayers() {
  const files = sourceFiles()
  let failed = 0
  for (const file of files) {
    const problems = importsOf(readFileSync(inRoot(file), 'utf8')).flatMap(
      (specifier) => importProblem(file, specifier) ?? []
    )
    if (problems.length > 0) failed++
    for (const problem of problems) say(`layers: ${file}: ${problem}`)
  }
  return { passed: files.length - failed, failed }
}

if (import.meta.filename === process.argv[1]) {
  await runMain(() => (checkLayers().failed === 0 ? 0 : 1))
}
