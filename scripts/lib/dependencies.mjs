/**
 * @file Installs what package-lock.json asks for, when it is not there. npm's own record of what it
 * installed (node_modules/.package-lock.json, written last) is compared with the lockfile, so an
 * interrupted install, a pulled lockfile and an `npm install` by hand are all seen for what they are.
 */
import { existsSync, readFileSync } from 'node:fs'
import { npmCommand, runChild } from './child.mjs'
import { inRoot } from './paths.mjs'
import { say, Stop } from './stop.mjs'

const readPackages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages

/** Names of packages that the lockfile wants and npm's record lacks. Optional ones may be absent: other platforms. */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, entry]) => {
      if (path === '' || entry.link) return false
      const present = installed[path]
      if (!present) return !(entry.optional || entry.devOptional || entry.peer)
      return present.version !== entry.version || (present.integrity ?? entry.integrity) !== entry.integrity
    })
    .map(([path]) => path)
}

export function dependenciesAreCurrent() {
  const record = inRoot('node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  return missingPackages(readPackages(inRoot('package-lock.json')), readPackages(record)).length === 0
}

/** Resolves when everything is installed. Throws `Stop`. */
export async function ensureDependencies() {
  if (dependenciesAreCurrent()) return
  say(
    existsSync(inRoot('node_modules'))
      ? 'dependencies have changed; installing them'
      : 'installing dependencies (once, about half a minute)'
  )
  const npm = npmCommand()
  const { code } = await runChild(
    npm.file,
    [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      ...npm.options,
      // npm's own lines are progress: stdout belongs to the command that started us.
      stdio: ['inherit', process.stderr, 'inherit'],
      cwd: inRoot()
    }
  )
  if (code !== 0)
    throw new Stop('the dependencies could not be installed (npm says why above). Check the network and try again.')
}
