/** @file What the Electron window gets of the core: two functions on `window`, never `ipcRenderer` itself (J6). */
import { contextBridge, ipcRenderer } from 'electron'
import { BRIDGE_NAME, CALL_CHANNEL, EVENT_CHANNEL } from '../src-shared/ipc/channels'
import type { WindowBridge } from '../src-shared/ipc/channels'

const bridge: WindowBridge = {
  call: (method, params) => ipcRenderer.invoke(CALL_CHANNEL, method, params),
  on(listener) {
    const forward = (_sender: unknown, ...message: unknown[]): void =>
      listener(...(message as Parameters<typeof listener>))
    ipcRenderer.on(EVENT_CHANNEL, forward)
    return () => void ipcRenderer.removeListener(EVENT_CHANNEL, forward)
  }
}

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge)
