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
  await listenPatiently(starting, port)
  expect((starting.address() as AddressInfo).port).toBe(port)
  starting.close()
})
