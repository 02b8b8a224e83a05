/**
 * @file Host processes for tests: the real entry files, forked by Node straight from the source, so
 * that a test kills and times what the product runs.
 */
import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { HostProcess, SpawnHost } from '../core/ports'

const ROOT = resolve(import.meta.dirname, '../..')
const LOADER = pathToFileURL(resolve(ROOT, 'scripts/from-source.mjs')).href
const ENTRIES = {
  'inference-host': 'src-main/inference/host-entry.ts',
  'media-host': 'src-main/media/host-entry.ts'
}

/** Forks any TypeScript file of the project as a host. */
export function spawnSource(file: string, env: Readonly<Record<string, string>> = {}): HostProcess {
  const child = fork(resolve(ROOT, file), [], {
    execArgv: ['--import', LOADER],
    serialization: 'advanced',
    env: { ...process.env, ...env }
  })
  const gone = new Promise<{ code: number | null; signal: string | null }>((done) => {
    child.once('exit', (code, signal) => done({ code, signal }))
  })
  return {
    pid: child.pid,
    post: (message) => {
      // A message to a host that just died is lost; its exit is what the owner hears.
      child.send(message as object, (error) => void error)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      child.kill('SIGKILL')
      await gone
    }
  }
}

export const spawnFromSource: SpawnHost = (entry, env) => spawnSource(ENTRIES[entry], env)
