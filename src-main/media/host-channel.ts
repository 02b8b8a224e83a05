/**
 * @file The host's side of `HostProcess`: the same messages whether it runs as Electron's
 * utilityProcess (`process.parentPort`) or as a forked Node process (`process.send`).
 */

export interface HostChannel {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** A forked host ends with its parent, so that a killed app leaves nothing running. */
export function openHostChannel(): HostChannel {
  const { parentPort } = process as { parentPort?: ParentPort }
  if (parentPort !== undefined) {
    return {
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data))
    }
  }
  process.on('disconnect', () => process.exit(0))
  return {
    post: (message) => {
      process.send?.(message)
    },
    onMessage: (listener) => {
      process.on('message', listener)
    }
  }
}
