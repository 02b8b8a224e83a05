/** @file Builds the app when its sources changed. The stamp is a hash of contents, so a fresh checkout of the same tree builds once. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './child.mjs'
import { ensureOnce } from './lock.mjs'
import { environmentFor } from './node.mjs'
import { inRoot } from './paths.mjs'
import { say, Stop } from './stop.mjs'
import { toolEntry } from './tool.mjs'

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'src-shared']
const CONFIGURATION = ['electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json']
const PROGRAMS = ['index', 'serve', 'cli', 'store-worker', 'inference-host', 'media-host']
const OUTPUTS = [...PROGRAMS.map((name) => `out/main/${name}.js`), 'out/preload/index.cjs', 'out/renderer/index.html']
const stampPath = inRoot('out/.build-stamp')

function* filesBelow(folder) {
  for (const entry of readdirSync(inRoot(folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile() && !/\.test\.tsx?$/.test(entry.name)) yield path
  }
}

/** sha256 over names and contents of everything the build reads. */
export function sourceHash() {
  const hash = createHash('sha256')
  for (const path of [...CONFIGURATION, ...SOURCES.flatMap((folder) => [...filesBelow(folder)])].sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(inRoot(path)))
      .update('\0')
  }
  return hash.digest('hex')
}

const isCurrent = (hash) =>
  existsSync(stampPath) && readFileSync(stampPath, 'utf8') === hash && OUTPUTS.every((path) => existsSync(inRoot(path)))

/** Builds with `node`, unless what is in out/ is of these sources. Resolves to whether it built. Throws `Stop`. */
export function ensureBuild(node) {
  const hash = sourceHash()
  return ensureOnce(
    () => isCurrent(hash),
    async () => {
      say('building the app')
      rmSync(stampPath, { force: true })
      const entry = toolEntry('electron-vite')
      const { code, output } = await runQuietly(node, [entry, 'build'], { cwd: inRoot(), env: environmentFor(node) })
      if (code !== 0) {
        process.stderr.write(output)
        throw new Stop('the build failed (see above).')
      }
      mkdirSync(join(stampPath, '..'), { recursive: true })
      writeFileSync(stampPath, hash)
    }
  )
}
