/**
 * @file Entry of the store's worker threads (`out/main/store-worker.js`). A session worker owns the
 * connection of one open project; a task worker does one long reading and ends. better-sqlite3 is
 * synchronous, so it never runs on a thread that anybody waits for.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { AppError, assert } from '../../src-shared/errors'
import type { Answer, PortableError, Request, WorkerRole } from './protocol'
import { openSession } from './session'
import { runSideTask } from './side-tasks'

assert(parentPort, 'expected to be started as a worker thread')
const port = parentPort
const role = workerData as WorkerRole

const post = (answer: Answer): void => port.postMessage(answer)

function portable(error: unknown): PortableError {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, nextStep: error.nextStep ?? null, data: error.data }
  }
  return {
    code: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    nextStep: null,
    data: {}
  }
}

async function answer(id: number, work: () => unknown): Promise<void> {
  try {
    post({ id, ok: true, result: await work() })
  } catch (error) {
    post({ id, ok: false, error: portable(error) })
  }
}

if (role.role === 'task') {
  await answer(0, () => runSideTask(role))
} else {
  await answer(0, async () => {
    const { facts, methods } = await openSession(role)
    port.on('message', ({ id, method, params }: Request) => {
      const answered = answer(id, () => {
        assert(Object.hasOwn(methods, method), `expected a method of the store, got ${method}`)
        return (methods[method] as (...values: readonly unknown[]) => unknown)(...params)
      })
      // Nothing more will come: the thread ends by itself.
      if (method === 'close') void answered.then(() => port.close())
    })
    return facts
  })
}
