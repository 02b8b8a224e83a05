/** The life of the application: ready, single instance, quit. */
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeBrowser } from './browser.mjs'
import { preventable, strict } from './strict.mjs'
import { allWindows } from './windows.mjs'

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

class App extends EventEmitter {
  isPackaged = false
  name = 'electron'
  relaunched = null
  #paths = {}
  #ready = Promise.withResolvers()
  #isReady = false
  #lock = null
  #telling = Promise.resolve()
  #quitting = false

  setName(name) {
    this.name = name
  }
  getLocale() {
    return process.env.EYRIE_STANDIN_LOCALE ?? 'en-US'
  }
  setPath(name, path) {
    mkdirSync(path, { recursive: true })
    this.#paths[name] = path
  }
  getPath(name) {
    if (!this.#paths[name]) throw new Error(`stand-in electron: no path for ${name}`)
    return this.#paths[name]
  }
  enableSandbox() {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
  }
  disableHardwareAcceleration() {
    if (this.#isReady) throw new Error('app.disableHardwareAcceleration() can only be called before app is ready')
  }
  isReady() {
    return this.#isReady
  }
  whenReady() {
    return this.#ready.promise
  }
  becomeReady() {
    this.#isReady = true
    this.#ready.resolve()
    this.emit('ready', {})
  }
  relaunch(options = {}) {
    this.relaunched = options
  }

  requestSingleInstanceLock() {
    const userData = this.getPath('userData')
    const file = join(userData, 'standin.lock')
    const socket = join(tmpdir(), `standin-${createHash('sha1').update(userData).digest('hex').slice(0, 16)}.sock`)
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
    } catch {
      const owner = Number(readFileSync(file, 'utf8'))
      if (isAlive(owner)) {
        this.#telling = new Promise((done) => {
          const line = connect(socket).once('error', done).once('close', done)
          line.end(JSON.stringify({ argv: process.argv, cwd: process.cwd() }))
        })
        return false
      }
      writeFileSync(file, String(process.pid))
    }
    rmSync(socket, { force: true })
    const server = createServer((line) => {
      let text = ''
      line
        .on('data', (chunk) => (text += chunk))
        .once('end', () => {
          const { argv, cwd } = JSON.parse(text)
          this.emit('second-instance', {}, argv, cwd, null)
        })
    })
    server.listen(socket)
    server.unref()
    this.#lock = { file, socket, server }
    return true
  }

  /** before-quit, windows closed, will-quit; each may stop it. */
  async quit() {
    if (this.#quitting) return
    this.#quitting = true
    const before = preventable()
    this.emit('before-quit', before)
    if (!before.defaultPrevented) await Promise.all([...allWindows].map((window) => window.close()))
    const will = preventable()
    const stopped = before.defaultPrevented || allWindows.size > 0
    if (!stopped) this.emit('will-quit', will)
    this.#quitting = false
    if (!stopped && !will.defaultPrevented) {
      this.emit('quit', {}, 0)
      await this.exit(0)
    }
  }
  async exit(code = 0) {
    await this.#telling
    if (this.#lock) {
      this.#lock.server.close()
      rmSync(this.#lock.file, { force: true })
      rmSync(this.#lock.socket, { force: true })
    }
    await closeBrowser()
    process.exit(code)
  }
}

export const theApp = new App()
export const app = strict('app', theApp)
