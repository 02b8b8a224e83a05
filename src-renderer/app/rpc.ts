/**
 * @file The window's line to the core: the preload's bridge in Electron, a WebSocket in the browser.
 * Nothing else in the renderer knows which. Every failure is an `AppError`; a broken line rejects
 * what was under way with `connection/lost`, comes back by itself, and says both.
 */
import { AppError } from '../../src-shared/errors'
import { BRIDGE_NAME, SOCKET_PATH } from '../../src-shared/ipc/channels'
import type { Reply, WindowBridge } from '../../src-shared/ipc/channels'
import type { EventName, Events, Method, Params, Result, Rpc } from '../../src-shared/ipc/contract'
import { fromWireError } from '../../src-shared/ipc/wire-error'
import { decodeFromCore, encodeFrame } from '../../src-shared/ipc/wire'

type Connection = 'connected' | 'lost'

const connectionLost = (what: string): AppError =>
  new AppError('connection/lost', `The window lost its connection to Eyrie ${what}.`, {
    nextStep:
      'It reconnects by itself, and unsaved edits are sent again. If it does not, check that Eyrie is still running.'
  })

/** Listeners by event, for both lines. */
class Listeners {
  readonly #byEvent = new Map<EventName, Set<(value: never) => void>>()
  readonly #onConnection = new Set<(state: Connection) => void>()

  add<E extends EventName>(event: E, listener: (value: Events[E]) => void): () => void {
    const set = this.#byEvent.get(event) ?? new Set()
    this.#byEvent.set(event, set.add(listener))
    return () => void set.delete(listener)
  }

  tell<E extends EventName>(event: E, value: Events[E]): void {
    for (const listener of this.#byEvent.get(event) ?? []) (listener as (value: Events[E]) => void)(value)
  }

  addConnection(listener: (state: Connection) => void): () => void {
    this.#onConnection.add(listener)
    return () => void this.#onConnection.delete(listener)
  }

  tellConnection(state: Connection): void {
    for (const listener of this.#onConnection) listener(state)
  }
}

function valueOf<M extends Method>(reply: Reply): Result<M> {
  if (reply.ok) return reply.value as Result<M>
  throw fromWireError(reply.error)
}

/** Over the preload's bridge. The main process lives as long as the window, so the line is never lost. */
export function bridgeRpc(bridge: WindowBridge): Rpc {
  const listeners = new Listeners()
  bridge.on((event, value) => listeners.tell(event, value))
  return {
    async call<M extends Method>(method: M, params: Params<M>) {
      return valueOf<M>(await bridge.call(method, params))
    },
    on: (event, listener) => listeners.add(event, listener),
    onConnection: (listener) => listeners.addConnection(listener)
  }
}

/** The part of a browser's WebSocket that is used. */
export interface Socket {
  binaryType: string
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: (() => void) | null
  send(frame: Uint8Array<ArrayBuffer>): void
  close(): void
}
interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: AppError) => void
}

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 5_000

/** Over a WebSocket, opened at once and again whenever it breaks. */
export function socketRpc(openSocket: () => Socket): Rpc {
  const listeners = new Listeners()
  const waiting = new Map<number, Waiting>()
  /** Frames of calls made before the first connection. */
  let unsent: Uint8Array<ArrayBuffer>[] = []
  let socket: Socket | null = null
  let state: Connection | 'connecting' = 'connecting'
  let nextId = 1
  let retryMs = FIRST_RETRY_MS

  function receive(data: unknown): void {
    const message = decodeFromCore(new Uint8Array(data as ArrayBuffer))
    if (message.type === 'event') {
      listeners.tell(message.event, message.value as never)
      return
    }
    waiting.get(message.id)?.resolve(message.reply)
    waiting.delete(message.id)
  }

  function lose(): void {
    socket = null
    unsent = []
    for (const call of waiting.values()) call.reject(connectionLost('before the answer came'))
    waiting.clear()
    if (state !== 'lost') {
      state = 'lost'
      listeners.tellConnection('lost')
    }
    setTimeout(connect, retryMs)
    retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2)
  }

  function connect(): void {
    const opening = openSocket()
    opening.binaryType = 'arraybuffer'
    opening.onopen = () => {
      socket = opening
      retryMs = FIRST_RETRY_MS
      for (const frame of unsent) opening.send(frame)
      unsent = []
      const wasLost = state === 'lost'
      state = 'connected'
      if (wasLost) listeners.tellConnection('connected')
    }
    opening.onmessage = ({ data }) => {
      try {
        receive(data)
      } catch (thrown) {
        // A frame that cannot be read means the two sides disagree: start over with a new line.
        opening.close()
        throw thrown
      }
    }
    opening.onclose = () => {
      opening.onclose = null
      lose()
    }
  }

  connect()
  return {
    call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
      if (state === 'lost') return Promise.reject(connectionLost('and is trying to reconnect'))
      const id = nextId++
      return new Promise<Reply>((resolve, reject) => {
        const frame = encodeFrame({ type: 'call', id, method, params }) as Uint8Array<ArrayBuffer>
        waiting.set(id, { resolve, reject })
        if (socket) socket.send(frame)
        else unsent.push(frame)
      }).then((reply) => valueOf<M>(reply))
    },
    on: (event, listener) => listeners.add(event, listener),
    onConnection: (listener) => listeners.addConnection(listener)
  }
}

/** The line of this window. Calls made before the first connection wait for it. */
export async function connect(): Promise<Rpc> {
  const bridge = (window as unknown as Partial<Record<string, WindowBridge>>)[BRIDGE_NAME]
  if (bridge) return bridgeRpc(bridge)
  const address = new URL(SOCKET_PATH, location.href.replace(/^http/, 'ws'))
  address.search = ''
  return socketRpc(() => new WebSocket(address) as unknown as Socket)
}
