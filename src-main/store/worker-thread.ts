/** @file Starting a store worker and telling its answers apart. Runs on the caller's thread; knows no SQL. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { AppError, InvariantError } from '../../src-shared/errors'
import type { Answer, PortableError, Request, SessionMethod, WorkerRole } from './protocol'

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * One worker and the requests it still owes an answer. When it ends, for whatever reason, every
 * pending request rejects with `store/worker-died`; nothing is ever left waiting.
 */
export class WorkerThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #path: string
  #lastId = 0
  #ended: Error | null = null
  /** The answer to the start itself. */
  readonly started: Promise<unknown>
  /** Resolves when the thread is gone. */
  readonly ended: Promise<void>

  constructor(role: WorkerRole, workerUrl: URL) {
    this.#path = role.path
    this.started = new Promise((resolve, reject) => this.#pending.set(0, { resolve, reject }))
    this.#worker = new Worker(workerUrl, { workerData: role, ...fromSource(workerUrl) })
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('messageerror', (error) => this.#end(error))
    // 'error' is followed by 'exit'; whichever comes first tells the reason.
    this.#worker.on('error', (error) => this.#end(error))
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end(new Error(`it ended with code ${code}`))
        resolve()
      })
    })
  }

  get hasEnded(): boolean {
    return this.#ended !== null
  }

  /** `moved`: blocks of memory in `params` that go with the message instead of being copied. */
  send(method: SessionMethod, params: readonly unknown[], moved: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#died(this.#ended))
    this.#lastId += 1
    const request: Request = { id: this.#lastId, method, params }
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, { resolve, reject })
      try {
        this.#worker.postMessage(request, moved)
      } catch (error) {
        this.#pending.delete(request.id)
        reject(new InvariantError(`expected the parameters of ${method} to be plain data: ${(error as Error).message}`))
      }
    })
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (answer.ok) pending?.resolve(answer.result)
    else pending?.reject(fromPortable(answer.error))
  }

  #end(reason: Error): void {
    if (this.#ended) return
    this.#ended = reason
    for (const pending of this.#pending.values()) pending.reject(this.#died(reason))
    this.#pending.clear()
  }

  #died(reason: Error): AppError {
    return new AppError(
      'store/worker-died',
      `The store of ${this.#path} stopped before it answered: ${reason.message}.`,
      {
        nextStep: 'Do it again: what was reported as saved is saved, and a repeated change is stored once.',
        data: { path: this.#path },
        cause: reason
      }
    )
  }
}

function fromPortable(error: PortableError): Error {
  if (error.code === null) return new InvariantError(error.message)
  return new AppError(error.code, error.message, {
    data: error.data,
    ...(error.nextStep === null ? {} : { nextStep: error.nextStep })
  })
}

/**
 * Where the worker is: beside the bundle that this code was built into, or one folder up when it
 * became a shared chunk, or the source when this runs from source.
 */
export function findStoreWorker(): URL {
  const here = import.meta.url
  const candidates = here.endsWith('.ts') ? ['worker.ts'] : ['store-worker.js', '../store-worker.js']
  for (const candidate of candidates) {
    const url = new URL(candidate, here)
    if (existsSync(fileURLToPath(url))) return url
  }
  throw new AppError(
    'store/worker-missing',
    `The file ${candidates[0]} of the app is missing beside ${fileURLToPath(here)}.`,
    {
      nextStep: 'Build the app again (`npm run build`) or install it again.'
    }
  )
}

/** TypeScript runs as it is, with relative imports found by the project's own hook. */
function fromSource(workerUrl: URL): { execArgv?: string[] } {
  if (!workerUrl.pathname.endsWith('.ts')) return {}
  const hook = new URL('../../scripts/from-source.mjs', workerUrl)
  return { execArgv: ['--import', hook.href] }
}
