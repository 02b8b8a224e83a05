import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '../../src-shared/errors'
import type { WindowBridge } from '../../src-shared/ipc/channels'
import { decodeCall, encodeFrame } from '../../src-shared/ipc/wire'
import { bridgeRpc, socketRpc } from './rpc'
import type { Socket } from './rpc'

/** One end of a line; the test is the other. */
class TestSocket implements Socket {
  binaryType = ''
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  readonly sent: Uint8Array[] = []
  closed = false
  send(frame: Uint8Array<ArrayBuffer>): void {
    this.sent.push(frame)
  }
  close(): void {
    this.closed = true
    this.onclose?.()
  }
  say(message: unknown): void {
    this.onmessage?.({ data: encodeFrame(message).buffer })
  }
  calls() {
    return this.sent.map((frame) => decodeCall(frame))
  }
}

let sockets: TestSocket[] = []
const line = () => {
  sockets = []
  return socketRpc(() => {
    const socket = new TestSocket()
    sockets.push(socket)
    return socket
  })
}
const newest = (): TestSocket => {
  const socket = sockets.at(-1)
  if (!socket) throw new Error('no socket was opened')
  return socket
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('calls made before the connection stands are sent when it does, in order', async () => {
  const rpc = line()
  const info = rpc.call('project.info', {})
  const labels = rpc.call('labels.list', {})
  expect(newest().sent).toEqual([])
  newest().onopen?.()
  expect(
    newest()
      .calls()
      .map((call) => call.method)
  ).toEqual(['project.info', 'labels.list'])
  newest().say({ type: 'reply', id: 2, reply: { ok: true, value: [] } })
  newest().say({ type: 'reply', id: 1, reply: { ok: true, value: null } })
  expect([await info, await labels]).toEqual([null, []])
})

test('a refused call rejects with the code, the message and the next step of the core', async () => {
  const rpc = line()
  newest().onopen?.()
  const call = rpc.call('history.undo', {})
  const error = {
    code: 'store/conflict',
    message: 'Another window changed it.',
    nextStep: 'Look again.',
    data: { seq: 4 }
  }
  newest().say({ type: 'reply', id: 1, reply: { ok: false, error } })
  const reason: unknown = await call.catch((thrown: unknown) => thrown)
  expect(reason).toBeInstanceOf(AppError)
  expect(reason).toMatchObject(error)
})

test('a broken line rejects what was under way, refuses new calls, reconnects and says both', async () => {
  const rpc = line()
  const states: string[] = []
  rpc.onConnection((state) => states.push(state))
  newest().onopen?.()
  expect(states).toEqual([])
  const underWay = rpc.call('history.undo', {})
  newest().close()
  await expect(underWay).rejects.toMatchObject({ code: 'connection/lost' })
  await expect(rpc.call('history.redo', {})).rejects.toMatchObject({ code: 'connection/lost' })
  vi.advanceTimersByTime(250)
  expect(sockets).toHaveLength(2)
  newest().onopen?.()
  expect(states).toEqual(['lost', 'connected'])
  void rpc.call('history.redo', {})
  expect(
    newest()
      .calls()
      .map((call) => call.method)
  ).toEqual(['history.redo'])
})

test('tries again and again, at most five seconds apart, and says "lost" once', () => {
  const rpc = line()
  const states: string[] = []
  rpc.onConnection((state) => states.push(state))
  for (let i = 0; i < 12; i++) {
    newest().close()
    vi.advanceTimersByTime(5_000)
  }
  expect(sockets).toHaveLength(13)
  expect(states).toEqual(['lost'])
})

test('events reach their listeners until they stop listening', () => {
  const rpc = line()
  const heard: unknown[] = []
  const stop = rpc.on('project.changed', (value) => heard.push(value))
  newest().onopen?.()
  const event = { type: 'event', event: 'project.changed', value: { project: null } }
  newest().say(event)
  stop()
  newest().say(event)
  expect(heard).toEqual([{ project: null }])
})

test('a frame that cannot be read closes the line', () => {
  line()
  newest().onopen?.()
  const first = newest()
  expect(() => first.onmessage?.({ data: new ArrayBuffer(2) })).toThrow('could not be read')
  expect(first.closed).toBe(true)
})

test('over the bridge, replies and events mean the same', async () => {
  const listeners: Parameters<WindowBridge['on']>[0][] = []
  const rpc = bridgeRpc({
    call: async (method) =>
      method === 'project.info'
        ? { ok: true, value: null }
        : { ok: false, error: { code: 'ipc/x', message: 'No.', nextStep: null, data: {} } },
    on: (listener) => {
      listeners.push(listener)
      return () => undefined
    }
  })
  expect(await rpc.call('project.info', {})).toBeNull()
  await expect(rpc.call('history.undo', {})).rejects.toMatchObject({ code: 'ipc/x' })
  const heard: unknown[] = []
  rpc.on('project.changed', (value) => heard.push(value))
  listeners[0]?.('project.changed', { project: null })
  expect(heard).toEqual([{ project: null }])
})
