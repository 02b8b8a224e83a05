import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { LOOPBACK, listenPatiently } from './listen'

test('a start right after an end waits for the port to come free', async () => {
  const ending = createServer()
  await listenPatiently(ending, 0)
  const { port, address } = ending.address() as AddressInfo
  expect(address).toBe(LOOPBACK)
  setTimeout(() => ending.close(), 300)
  const starting = createServer()
  const before = starting.listenerCount('listening')
  await listenPatiently(starting, port)
  expect((starting.address() as AddressInfo).port).toBe(port)
  // A listener per try would end in a warning of Node's on the terminal.
  expect(starting.listenerCount('listening')).toBe(before)
  expect(starting.listenerCount('error')).toBe(0)
  starting.close()
})
