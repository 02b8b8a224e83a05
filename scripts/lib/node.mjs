/**
 * @file Which Node runs the tools. Never `node_modules/.bin/node`: npm 10 deletes that link when a
 * platform package is skipped. Order: EYRIE_NODE, this Node, the private one under tools/node.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { dependenciesAreCurrent, installDependencies } from './dependencies.mjs'
import { ensureOnce } from './lock.mjs'
import { inRoot } from './paths.mjs'
import { say, Stop } from './stop.mjs'

/** better-sqlite3 crashes the process on older ones, and Electron's own tools ask for it. */
export const MINIMUM_NODE = [22, 12]
const MINIMUM_TEXT = MINIMUM_NODE.join('.')

export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])
}

const executable = process.platform === 'win32' ? 'node.exe' : 'node'
const platformName = process.platform === 'win32' ? 'win' : process.platform
const privateNode = () => inRoot('tools/node/node_modules', `node-${platformName}-${process.arch}`, 'bin', executable)
const privateNodeExistsFor = () => platformName === 'linux' && ['x64', 'arm64'].includes(process.arch)

function chosenNode(path) {
  const asked = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8', windowsHide: true })
  const version = (asked.stdout ?? '').trim()
  if (asked.status !== 0 || version === '')
    throw new Stop(`EYRIE_NODE is ${path}, which does not run. Point it at a Node ${MINIMUM_TEXT} or later.`)
  if (!isNewEnough(version)) throw new Stop(`EYRIE_NODE is Node ${version}; Node ${MINIMUM_TEXT} or later is needed.`)
  return path
}

/** Path of a Node that can run everything; installs the private one on first need. Throws `Stop`. */
export async function findNode() {
  if (process.env.EYRIE_NODE) return chosenNode(process.env.EYRIE_NODE)
  if (isNewEnough(process.versions.node)) return process.execPath
  const path = privateNode()
  // The program alone is not enough: npm writes its record last, so a cut-off install is seen for what it is.
  const isInstalled = () => existsSync(path) && dependenciesAreCurrent(inRoot('tools/node'))
  if (isInstalled()) return path
  const needed = `Node ${MINIMUM_TEXT} or later is needed and this is ${process.versions.node}`
  const remedy = 'install a current Node, or set EYRIE_NODE to one'
  if (!privateNodeExistsFor()) throw new Stop(`${needed}; ${remedy}.`)
  await ensureOnce(isInstalled, async () => {
    say(`Node ${process.versions.node} is too old to run the app; installing a private Node once (tools/node)`)
    if (!(await installDependencies(inRoot('tools/node'))) || !existsSync(path))
      throw new Stop(`${needed}, and the private one could not be installed; ${remedy}.`)
  })
  return path
}

/** The environment for tools: their own `node` calls find the same Node first. */
export const environmentFor = (node, env = process.env) => {
  const pathKey = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...env, [pathKey]: dirname(node) + delimiter + (env[pathKey] ?? '') }
}
