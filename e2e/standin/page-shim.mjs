/**
 * What runs in a page before its own scripts: `contextBridge` and `ipcRenderer` over one binding, then
 * the preload. It is put together as source text, so that no code has to be made from strings in the
 * page: the content policy under test forbids that.
 */
function shim(bindingName, preload) {
  const base64 = (bytes) => {
    let text = ''
    for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 32768))
    return btoa(text)
  }
  const toJson = (_key, value) => {
    if (value instanceof Uint8Array) return { $bytes: base64(value) }
    return value === undefined ? { $undefined: true } : value
  }
  const fromJson = (value) => {
    if (typeof value !== 'object' || value === null) return value
    if (typeof value.$bytes === 'string') return Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0))
    if (value.$undefined) return undefined
    if (Array.isArray(value)) return value.map(fromJson)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)]))
  }
  const pack = (value) => JSON.stringify(structuredClone(value), toJson)
  const binding = globalThis[bindingName]
  delete globalThis[bindingName]
  globalThis.open = (address) => {
    binding(['window.open', pack([new URL(address, location.href).href])])
    return null
  }
  const listeners = new Map()
  Object.defineProperty(globalThis, '__standinEvent', {
    value: (channel, text) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...fromJson(JSON.parse(text)))
    }
  })
  const ipcRenderer = {
    async invoke(channel, ...args) {
      const reply = JSON.parse(await binding([channel, pack(args)]))
      if (reply.error) throw new Error(`Error invoking remote method '${channel}': ${reply.error}`)
      return fromJson(JSON.parse(reply.value))
    },
    on(channel, listener) {
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener))
      return ipcRenderer
    },
    removeListener(channel, listener) {
      listeners.get(channel)?.delete(listener)
      return ipcRenderer
    }
  }
  // What of the real bridge's rules can be checked here: plain copies, wrapped functions, nothing live.
  const bridge = (value) => {
    if (typeof value === 'function') {
      return (...args) => {
        const result = value(...args.map(bridge))
        return result instanceof Promise ? result.then(bridge) : bridge(result)
      }
    }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
      return value
    if (Array.isArray(value)) return value.map(bridge)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bridge(item)]))
  }
  const contextBridge = {
    exposeInMainWorld: (name, value) => {
      Object.defineProperty(globalThis, name, { value: Object.freeze(bridge(value)), enumerable: true })
    }
  }
  const electron = { contextBridge, ipcRenderer }
  const require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') return electron
    throw new Error(`module not found in a sandboxed preload: ${name}`)
  }
  const module = { exports: {} }
  preload(require, module, module.exports)
}

export const pageScript = (bindingName, preloadSource) =>
  `if (globalThis[${JSON.stringify(bindingName)}]) (${shim.toString()})(${JSON.stringify(bindingName)}, function (require, module, exports) {\n${preloadSource}\n})`
