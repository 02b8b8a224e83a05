/** BrowserWindow and webContents over pages of Chromium. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { browserContext } from './browser.mjs'
import { handlers, pack, unpack } from './ipc.mjs'
import { pageScript } from './page-shim.mjs'
import { fetchScheme, isShownAddress, realAddress, shownAddress } from './scheme.mjs'
import { preventable, strict } from './strict.mjs'

export const allWindows = new Set()
let nextId = 1

const REQUIRED = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
  webviewTag: false,
  experimentalFeatures: false
}

class WebContents extends EventEmitter {
  openHandler = null
  /** Set while the app itself navigates: guards are for pages. */
  ownNavigation = false
  #window
  #sending = Promise.resolve()

  constructor(window) {
    super()
    this.#window = window
    this.id = window.id
    this.mainFrame = {
      get url() {
        return window.page ? realAddress(window.page.url()) : ''
      }
    }
  }
  get page() {
    return this.#window.page
  }
  getURL() {
    return this.mainFrame.url
  }
  isDestroyed() {
    return !allWindows.has(this.#window)
  }
  setWindowOpenHandler(handler) {
    this.openHandler = handler
  }
  send(channel, ...args) {
    const text = pack(args)
    this.#sending = this.#sending
      .then(() => this.page.evaluate(([name, value]) => globalThis.__standinEvent?.(name, value), [channel, text]))
      // The page is going away: like a message to a window that closes.
      .catch(() => undefined)
  }
}

export class BrowserWindow extends EventEmitter {
  id = nextId++
  page = null
  #visible
  #minimized = false
  #booted

  constructor(options) {
    super()
    const preferences = options.webPreferences ?? {}
    for (const [name, value] of Object.entries(REQUIRED)) {
      if (preferences[name] !== value) throw new Error(`stand-in electron: webPreferences.${name} must be ${value}`)
    }
    this.#visible = options.show !== false
    this.contents = new WebContents(this)
    this.webContents = strict('webContents', this.contents)
    allWindows.add(this)
    this.#booted = this.#boot(options)
  }

  async #boot({ width, height, webPreferences }) {
    const context = browserContext()
    this.page = allWindows.size === 1 ? context.pages()[0] : await context.newPage()
    const { page, contents } = this
    await page.setViewportSize({ width, height })
    const bindingName = `__standin${this.id}`
    await page.exposeBinding(bindingName, async ({ frame }, [channel, text]) => {
      if (channel === 'window.open') return void this.#open(...unpack(text))
      const handler = handlers.get(channel)
      if (!handler) return JSON.stringify({ error: `Error: No handler registered for '${channel}'` })
      const senderFrame = frame === page.mainFrame() ? contents.mainFrame : { url: realAddress(frame.url()) }
      try {
        return JSON.stringify({ value: pack(await handler({ sender: contents, senderFrame }, ...unpack(text))) })
      } catch (error) {
        return JSON.stringify({ error: String(error) })
      }
    })
    await page.addInitScript({ content: pageScript(bindingName, readFileSync(webPreferences.preload, 'utf8')) })
    await page.route(
      () => true,
      (route) => this.#answer(route)
    )
    page.on('crash', () => contents.emit('render-process-gone', {}, { reason: 'crashed' }))
    page.on('close', () => {
      if (allWindows.delete(this)) this.emit('closed')
    })
  }

  #open(address) {
    const { action } = this.contents.openHandler({ url: realAddress(address) })
    if (action !== 'deny') throw new Error('stand-in electron: windows opened by a page are not modelled')
  }

  async #answer(route) {
    const request = route.request()
    const address = realAddress(request.url())
    if (request.isNavigationRequest() && !this.contents.ownNavigation) {
      const isMain = request.frame() === this.page.mainFrame()
      const event = preventable({ url: address, isMainFrame: isMain })
      if (isMain) this.contents.emit('will-navigate', event)
      this.contents.emit('will-frame-navigate', event)
      if (event.defaultPrevented) return route.abort('aborted')
    }
    if (!isShownAddress(new URL(request.url()))) return route.abort('internetdisconnected')
    const response = await fetchScheme(address, { method: request.method(), headers: await request.allHeaders() })
    const body = Buffer.from(await response.arrayBuffer())
    return route
      .fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body })
      .catch(() => undefined)
  }

  async loadURL(address) {
    await this.#booted
    this.contents.ownNavigation = true
    await this.page.goto(shownAddress(address), { waitUntil: 'load' })
    this.contents.ownNavigation = false
    this.emit('ready-to-show')
    this.contents.emit('did-finish-load')
  }
  async reload() {
    this.contents.ownNavigation = true
    await this.page.reload()
    this.contents.ownNavigation = false
  }
  show() {
    this.#visible = true
  }
  focus() {
    this.focused = (this.focused ?? 0) + 1
  }
  isVisible() {
    return this.#visible
  }
  minimize() {
    this.#minimized = true
  }
  isMinimized() {
    return this.#minimized
  }
  restore() {
    this.#minimized = false
  }
  async close() {
    const event = preventable()
    this.emit('close', event)
    if (event.defaultPrevented) return
    await this.#booted
    // Chromium itself ends with its last page; what matters is that the window is gone for the app.
    allWindows.delete(this)
    this.emit('closed')
    if (allWindows.size === 0) BrowserWindow.onAllClosed()
  }

  static onAllClosed = () => undefined
  static getAllWindows() {
    return [...allWindows]
  }
  static getFocusedWindow() {
    return [...allWindows].at(-1) ?? null
  }
}
