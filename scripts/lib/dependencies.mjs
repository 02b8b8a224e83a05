/**
 * @file Installs what package-lock.json asks for, when it is not there. npm's own record of what it
 * installed (node_modules/.package-lock.json, written last) is compared with the lockfile, so an
 * interrupted install, a pulled lockfile and an `npm install` by hand are all seen for what they are.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmCommand, runChild } from './child.mjs'
import { ensureOnce } from './lock.mjs'
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

/** Does `folder` hold what its lockfile asks for? */
export function dependenciesAreCurrent(folder = inRoot()) {
  const record = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  return missingPackages(readPackages(join(folder, 'package-lock.json')), readPackages(record)).length === 0
}

/** Installs what the lockfile of `folder` asks for; resolves to whether npm did. Throws `Stop` where there is no npm. */
export async function installDependencies(folder = inRoot()) {
  const npm = npmCommand()
  const args = [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  try {
    // npm's own lines are progress: stdout belongs to the command that started us.
    const stdio = ['inherit', process.stderr, 'inherit']
    return (await runChild(npm.file, args, { ...npm.options, stdio, cwd: folder })).code === 0
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    throw new Stop('npm was not found. Install Node with npm, or put npm on PATH.')
  }
}

/** Resolves when everything is installed. Throws `Stop`. */
export async function ensureDependencies() {
  await ensureOnce(
    () => dependenciesAreCurrent(),
    async () => {
      say(
        existsSync(inRoot('node_modules'))
          ? 'dependencies have changed; installing them'
          : 'installing dependencies (once, about half a minute)'
      )
      if (!(await installDependencies()))
        throw new Stop('the dependencies could not be installed (npm says why above). Check the network and try again.')
    }
  )
}
