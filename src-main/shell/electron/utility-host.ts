/** @file Host processes inside Electron: utilityProcess with the built entry, the same messages as a forked Node. */
import { utilityProcess } from 'electron'
import { join } from 'node:path'
import type { HostProcess, SpawnHost } from '../../core/ports'
import { hostEnvironment } from '../hosts/fork-host'

interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

function startUtilityHost(file: string, name: string, env: Readonly<Record<string, string>>): HostProcess {
  const child = utilityProcess.fork(file, [], {
    serviceName: `Eyrie ${name}`,
    stdio: 'inherit',
    execArgv: [],
    env: { ...hostEnvironment(process.env), ...env }
  })
  let exit: Exit | null = null
  const gone = new Promise<Exit>((settle) => {
    child.once('exit', (code) => {
      // Chromium reports a process killed by a signal as a code; which signal it was is not said.
      const ended = { code, signal: null }
      exit = ended
      settle(ended)
    })
  })
  return {
    get pid() {
      return child.pid
    },
    post(message) {
      if (exit === null) child.postMessage(message)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      // `child.kill()` asks politely (SIGTERM); a native call that stands still does not hear it.
      if (exit === null && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      else child.kill()
      await gone
    }
  }
}

export const utilityHostsFrom =
  (mainDir: string): SpawnHost =>
  (entry, env = {}) =>
    startUtilityHost(join(mainDir, `${entry}.js`), entry, env)
