/**
 * @file Names that both ends of a shell must agree on: the channels, the methods, the events, and
 * what the preload puts on `window`. Values here have no imports, so the preload can be one small
 * file; the tables are checked against the contract at compile time, in both directions.
 */
import type { EventName, Events, Method } from './contract'
import type { WireError } from './wire-error'

/** Electron: `ipcRenderer.invoke(CALL_CHANNEL, method, params)` resolves to a `Reply`. */
export const CALL_CHANNEL = 'eyrie:call'
/** Electron: `webContents.send(EVENT_CHANNEL, event, value)`. */
export const EVENT_CHANNEL = 'eyrie:event'
/** The name of `WindowBridge` on `window` in the Electron shell; absent in the serve shell. */
export const BRIDGE_NAME = 'eyrie'
/** Path of the serve shell's WebSocket; frames are those of wire.ts. */
export const SOCKET_PATH = '/rpc'

const methodTable = {
  'app.info': true,
  'settings.set': true,
  'files.pickFolder': true,
  'files.list': true,
  'project.openSample': true,
  'project.openFolder': true,
  'project.open': true,
  'project.recent': true,
  'project.info': true,
  'project.close': true,
  'project.rescan': true,
  'images.list': true,
  'document.get': true,
  'labels.list': true,
  'labels.merge': true,
  'document.apply': true,
  'history.undo': true,
  'history.redo': true,
  'models.list': true,
  'models.probe': true,
  'models.inspect': true,
  'models.known': true,
  'models.survey': true,
  'models.get': true,
  'models.look': true,
  'models.keep': true,
  'models.drop': true,
  'models.remove': true,
  'models.cancel': true,
  'endpoints.list': true,
  'endpoints.put': true,
  'endpoints.allow': true,
  'endpoints.remove': true,
  'endpoints.check': true,
  'dialogue.preview': true,
  'dialogue.ask': true,
  'dialogue.cancel': true,
  'mask.make': true,
  'mask.cancel': true,
  'export.formats': true,
  'export.run': true,
  'export.cancel': true,
  'import.formats': true,
  'import.place': true,
  'import.run': true,
  'import.cancel': true,
  'build.recipes': true,
  'build.preview': true,
  'build.contexts': true,
  'build.ask': true,
  'build.write': true,
  'build.cancel': true,
  'lint.rules': true,
  'lint.run': true,
  'lint.cancel': true,
  'lint.list': true,
  'lint.counts': true,
  'lint.image': true
} as const satisfies Record<Method, true>

const eventTable = {
  'document.committed': true,
  'history.progress': true,
  'answer.progress': true,
  'export.progress': true,
  'import.progress': true,
  'build.progress': true,
  'lint.progress': true,
  'models.progress': true,
  'model.status': true,
  'project.changed': true,
  'project.scanning': true,
  notice: true,
  'menu.command': true
} as const satisfies Record<EventName, true>

export const METHODS = Object.keys(methodTable) as readonly Method[]
export const EVENT_NAMES = Object.keys(eventTable) as readonly EventName[]

export const isMethod = (name: unknown): name is Method => typeof name === 'string' && Object.hasOwn(methodTable, name)
export const isEventName = (name: unknown): name is EventName =>
  typeof name === 'string' && Object.hasOwn(eventTable, name)

/** Every call is answered by one of these; a rejected promise never crosses a process. */
export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: WireError }

/** What the preload exposes: two functions, no logic. The renderer wraps it into `Rpc`. */
export interface WindowBridge {
  call(method: Method, params: unknown): Promise<Reply>
  /** Returns the function that stops listening. */
  on(listener: <E extends EventName>(event: E, value: Events[E]) => void): () => void
}
