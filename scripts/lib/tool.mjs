/** @file The JavaScript file behind a package's command, found without node_modules/.bin. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './paths.mjs'
import { Stop } from './stop.mjs'

/** `vitest`, or `typescript#tsc` when the command is not named like its package. Throws `Stop`. */
export function toolEntry(name) {
  const [packageName, binName] = name.split('#')
  const folder = inRoot('node_modules', packageName)
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) throw new Stop(`${packageName} is not installed. Run npm ci.`)
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  const file = typeof bin === 'string' ? bin : bin?.[binName ?? packageName.split('/').pop()]
  if (!file) throw new Stop(`${packageName} has no command named ${binName ?? packageName}.`)
  return join(folder, file)
}
