/** @file Taking the port: loopback only, and with patience for an Eyrie that is just ending. */
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../src-shared/errors'

export const LOOPBACK = '127.0.0.1'

function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  if (error.code === 'EADDRINUSE') {
    return new AppError('shell/port-in-use', `Port ${port} is already in use on this computer.`, {
      nextStep: `Close the program that uses it (another Eyrie, perhaps), or choose another port: --port ${port + 1}`,
      data: { port },
      cause: error
    })
  }
  return new AppError('shell/port-refused', `Port ${port} cannot be opened (${error.code ?? error.message}).`, {
    nextStep: 'Choose a port from 1024 up: --port 4871',
    data: { port },
    cause: error
  })
}

/** An Eyrie that was told to end holds its port for a moment more; a start right after it waits that long. */
const PORT_PATIENCE_MS = 2000

/** Listens on the loopback address. Rejects with `shell/port-in-use` or `shell/port-refused`. */
export async function listenPatiently(server: Server, port: number): Promise<void> {
  const giveUpAt = performance.now() + PORT_PATIENCE_MS
  for (;;) {
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      const end = (reason: NodeJS.ErrnoException | null): void => {
        server.off('error', end)
        server.off('listening', listening)
        resolve(reason)
      }
      const listening = (): void => end(null)
      server.once('error', end)
      server.once('listening', listening)
      server.listen({ port, host: LOOPBACK, exclusive: true })
    })
    if (error === null) return
    if (error.code !== 'EADDRINUSE' || performance.now() > giveUpAt) throw listenError(error, port)
    await sleep(100)
  }
}
