/** @file The linting thread as the core holds it: begun when first needed, begun anew when it died, ended at the end. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../../src-shared/errors'
import type { LintMessage, LintReply, LintTask } from './protocol'

/** Beside the bundle this was built into, one folder up when it is a chunk, or the source. */
function findLintWorker(): URL {
  const here = import.meta.url
  const candidates = here.endsWith('.ts') ? ['worker.ts'] : ['lint-worker.js', '../lint-worker.js']
  const found = candidates.map((name) => new URL(name, here)).find((url) => existsSync(fileURLToPath(url)))
  if (found !== undefined) return found
  throw new AppError('lint/worker-missing', `The file ${candidates[0] ?? ''} of the app is missing.`, {
    nextStep: 'Build the app again (`npm run build`) or install it again.'
  })
}

/** TypeScript runs as it is, with relative imports found by the project's own hook. */
function fromSource(url: URL): { execArgv?: string[] } {
  if (!url.pathname.endsWith('.ts')) return {}
  return { execArgv: ['--import', new URL('../../../scripts/from-source.mjs', url).href] }
}

interface Pending {
  readonly resolve: (reply: LintReply) => void
  readonly reject: (error: unknown) => void
}

export class LintThread {
  #worker: Worker | null = null
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  /** Rejects with `lint/stopped` when the thread ends before it answered. */
  ask(task: LintTask): Promise<LintReply> {
    const worker = (this.#worker ??= this.#begin())
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      worker.postMessage({ id, task } satisfies LintMessage)
    })
  }

  #begin(): Worker {
    const url = findLintWorker()
    const worker = new Worker(url, fromSource(url))
    // A check nobody waits for keeps no program alive.
    worker.unref()
    worker.on('message', (reply: LintReply) => {
      this.#pending.get(reply.id)?.resolve(reply)
      this.#pending.delete(reply.id)
    })
    worker.on('error', (error) => this.#end(worker, error))
    worker.on('exit', (code) => this.#end(worker, new Error(`it ended with code ${code}`)))
    return worker
  }

  #end(worker: Worker, reason: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    const message = reason instanceof Error ? reason.message : String(reason)
    const error = new AppError('lint/stopped', `The check stopped before it was done: ${message}.`, {
      nextStep: 'Nothing was changed; check again.',
      cause: reason
    })
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    this.#end(worker, new Error('it was closed'))
    await worker.terminate()
  }
}
