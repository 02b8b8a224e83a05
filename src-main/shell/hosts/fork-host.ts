/** @file Host processes outside Electron: a forked Node with the built entry, nothing of ours in its environment but what it needs. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { HostProcess, SpawnHost } from '../../core/ports'

/** What a host may know of our environment: no tokens, no proxies, no NODE_OPTIONS (G4). */
const PASSED_ON =
  /^(PATH|HOME|LANG|LC_.*|TMPDIR|TEMP|TMP|SystemRoot|WINDIR|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_.*|OMP_.*|EYRIE_HOST_.*)$/i

export const hostEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.test(entry[0]))
  )

/** Forks `file` as a host. */
export function forkHost(file: string, env: Readonly<Record<string, string>> = {}): HostProcess {
  const child = fork(file, [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...hostEnvironment(process.env), ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  const gone = new Promise<{ code: number | null; signal: string | null }>((settle) => {
    child.once('exit', (code, signal) => settle({ code, signal }))
    // A process that could not be started has no exit of its own.
    child.once('error', () => child.pid === undefined && settle({ code: null, signal: null }))
  })
  return {
    pid: child.pid,
    post(message) {
      // A message to a host that just died is lost; its exit is what the owner hears.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      child.kill('SIGKILL')
      await gone
    }
  }
}

/** Hosts from the folder of built entries. */
export const forkHostsFrom =
  (mainDir: string): SpawnHost =>
  (entry, env) =>
    forkHost(join(mainDir, `${entry}.js`), env)
