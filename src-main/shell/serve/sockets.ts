/** @file The windows of the serve shell: one WebSocket each, frames of wire.ts, calls through the same door as everywhere. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import { AppError } from '../../../src-shared/errors'
import type { Reply } from '../../../src-shared/ipc/channels'
import { decodeCall, encodeFrame, WIRE_LIMITS } from '../../../src-shared/ipc/wire'
import type { EventMessage, ReceivedCall } from '../../../src-shared/ipc/wire'
import { toWireError } from '../../../src-shared/ipc/wire-error'
import type { Dispatch } from '../dispatch'
import type { LogFault } from '../log'

const MAX_SOCKETS = 32
const MAX_CALLS_IN_FLIGHT = 1_024
/** A window that does not read what it is sent is let go before it fills our memory. */
const MAX_UNREAD_BYTES = 2 * WIRE_LIMITS.maxFrameBytes
const PING_EVERY_MS = 20_000
/** Not the first silence: after a long stop of the whole machine the answer is still on its way. */
const MISSED_PINGS = 3

/** Close codes of RFC 6455. */
const CLOSE = { goingAway: 1001, unsupportedData: 1003, policyViolation: 1008, tryAgainLater: 1013 } as const

export interface Sockets {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  broadcast(message: EventMessage): void
  close(): void
}

const bytesOf = (data: RawData): Uint8Array => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

export function createSockets(dispatch: Dispatch, logFault: LogFault, onNobody: () => void): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: WIRE_LIMITS.maxFrameBytes
  })
  const missed = new WeakMap<WebSocket, number>()

  function send(socket: WebSocket, frame: Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate()
    else socket.send(frame)
  }

  function frameOf(id: number, method: string, reply: Reply): Uint8Array {
    try {
      return encodeFrame({ type: 'reply', id, reply })
    } catch (thrown) {
      logFault(`the answer to ${method}`, thrown)
      return encodeFrame({ type: 'reply', id, reply: { ok: false, error: toWireError(thrown) } satisfies Reply })
    }
  }

  function connect(socket: WebSocket): void {
    let inFlight = 0
    missed.set(socket, 0)
    socket.on('close', () => {
      if (server.clients.size === 0) onNobody()
    })
    socket.on('pong', () => missed.set(socket, 0))
    // ws closes the socket itself after an error of its own; there is nothing to add.
    socket.on('error', () => socket.terminate())
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (!isBinary) {
        socket.close(CLOSE.unsupportedData, 'binary frames only')
        return
      }
      let call: ReceivedCall
      try {
        call = decodeCall(bytesOf(data))
      } catch (thrown) {
        socket.close(CLOSE.policyViolation, toWireError(thrown).code)
        return
      }
      if (inFlight >= MAX_CALLS_IN_FLIGHT) {
        const error = toWireError(
          new AppError('ipc/too-many-calls', `More than ${MAX_CALLS_IN_FLIGHT} requests of this window are waiting.`, {
            nextStep: 'Wait until the running work is done, then try again.'
          })
        )
        send(socket, frameOf(call.id, call.method, { ok: false, error }))
        return
      }
      inFlight++
      void dispatch(call.method, call.params).then((reply) => {
        inFlight--
        send(socket, frameOf(call.id, call.method, reply))
      })
    })
  }

  const pinging = setInterval(() => {
    for (const socket of server.clients) {
      const count = (missed.get(socket) ?? 0) + 1
      missed.set(socket, count)
      if (count > MISSED_PINGS) socket.terminate()
      else socket.ping()
    }
  }, PING_EVERY_MS)
  pinging.unref()

  return {
    accept(request, socket, head) {
      server.handleUpgrade(request, socket, head, (client) => {
        if (server.clients.size > MAX_SOCKETS) client.close(CLOSE.tryAgainLater, 'too many windows')
        else connect(client)
      })
    },
    broadcast(message) {
      if (server.clients.size === 0) return
      const frame = encodeFrame(message)
      for (const socket of server.clients) send(socket, frame)
    },
    close() {
      clearInterval(pinging)
      for (const socket of server.clients) {
        socket.close(CLOSE.goingAway, 'Eyrie is closing')
        setTimeout(() => socket.terminate(), 200).unref()
      }
      server.close()
    }
  }
}
