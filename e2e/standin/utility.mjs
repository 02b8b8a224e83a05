/** utilityProcess by child_process.fork: a process of its own with a `process.parentPort`, as in Electron. */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'

class UtilityProcess extends EventEmitter {
  #child

  constructor(file, args, options) {
    super()
    this.#child = fork(file, args, {
      serialization: 'advanced',
      execArgv: [...(options.execArgv ?? []), '--import', import.meta.resolve('./parent-port.mjs')],
      env: options.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    })
    this.#child.once('spawn', () => this.emit('spawn'))
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.once('exit', (code, signal) => this.emit('exit', code ?? constants.signals[signal]))
  }
  get pid() {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined
  }
  postMessage(message) {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }
  kill() {
    return this.#child.kill('SIGTERM')
  }
}

export const utilityProcess = { fork: (file, args = [], options = {}) => new UtilityProcess(file, args, options) }
