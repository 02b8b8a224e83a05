/**
 * @file The one door between a window and the core, whatever carries the call: the method must be
 * listed, the params must fit its schema, and whatever is thrown leaves as a `WireError` (J6, K7).
 */
import { AppError } from '../../src-shared/errors'
import { isMethod } from '../../src-shared/ipc/channels'
import type { Reply } from '../../src-shared/ipc/channels'
import type { Method } from '../../src-shared/ipc/contract'
import { parseParams } from '../../src-shared/ipc/schemas'
import { toWireError } from '../../src-shared/ipc/wire-error'
import type { Handlers } from '../core/core-options'
import type { LogFault } from './log'
import { printable } from './log'

/** Never rejects. */
export type Dispatch = (method: unknown, params: unknown) => Promise<Reply>

const unknownMethod = (method: unknown): AppError =>
  new AppError(
    'ipc/unknown-method',
    `The window asked for ${JSON.stringify(printable(String(method)).slice(0, 80))}, which does not exist.`,
    {
      nextStep: 'Reload the window; if it happens again, window and core are of different versions.'
    }
  )

export function createDispatch(handlers: Handlers, logFault: LogFault, onCall: () => void = () => undefined): Dispatch {
  const run = async <M extends Method>(method: M, params: unknown): Promise<unknown> =>
    handlers[method](parseParams(method, params))
  return async (method, params) => {
    onCall()
    try {
      if (!isMethod(method)) throw unknownMethod(method)
      return { ok: true, value: await run(method, params) }
    } catch (thrown) {
      if (!(thrown instanceof AppError)) logFault(String(method), thrown)
      return { ok: false, error: toWireError(thrown) }
    }
  }
}
