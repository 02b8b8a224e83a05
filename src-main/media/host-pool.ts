/**
 * @file The parent's hand on the media host: starts it on first need, keeps a few tasks in flight,
 * times each, kills it when one stands still, and finds out which file it was that killed it.
 */
import { basename } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { FileFacts, HostProcess, SpawnHost } from '../core/ports'
import type { MediaReply, MediaRequest, MediaTask } from './messages'

/** Decoding has a picture in memory and a core to itself. */
const DECODING_IN_FLIGHT = 2
/** Facts are headers: most of their time is waiting for the disk or for a thread. */
const FACTS_IN_FLIGHT = 8
const limitOf = ({ task }: Job): number => (task.kind === 'facts' ? FACTS_IN_FLIGHT : DECODING_IN_FLIGHT)

interface Job {
  readonly id: number
  readonly task: MediaTask
  readonly resolve: (facts: FileFacts | null) => void
  readonly reject: (error: AppError) => void
  /** True after a crash it shared with another job: runs alone, so that the next crash names it. */
  alone: boolean
  timer: NodeJS.Timeout | null
}

function crashed(job: Job, reason: string): AppError {
  const fileName = basename(job.task.path)
  return new AppError('image/unreadable', `${fileName} cannot be read as an image: ${reason}.`, {
    nextStep: 'Take the file out of the folder or convert it with another program; the other images are not affected.',
    data: { fileName, reason }
  })
}

export interface MediaHostPool {
  run(task: MediaTask): Promise<FileFacts | null>
  pid(): number | undefined
  close(): Promise<void>
}

export function createMediaHostPool(spawnHost: SpawnHost, timeoutMs: number): MediaHostPool {
  let host: HostProcess | null = null
  let nextId = 1
  let closed = false
  const waiting: Job[] = []
  const inFlight = new Map<number, Job>()

  const end = (job: Job): void => {
    if (job.timer !== null) clearTimeout(job.timer)
    inFlight.delete(job.id)
  }

  function onMessage(message: unknown): void {
    const reply = message as MediaReply
    const job = inFlight.get(reply.id)
    // An answer to a task that was given up is nobody's.
    if (job === undefined) return
    end(job)
    if (reply.ok) job.resolve(reply.facts)
    else {
      const { code, message: text, nextStep, data } = reply.error
      job.reject(new AppError(code, text, { nextStep, data }))
    }
    dispatch()
  }

  function onExit(gone: HostProcess): void {
    if (host !== gone) return
    host = null
    const lost = [...inFlight.values()]
    for (const job of lost) end(job)
    const [only] = lost
    if (only !== undefined && lost.length === 1) only.reject(crashed(only, 'the decoder died of it'))
    else {
      for (const job of lost) job.alone = true
      waiting.unshift(...lost)
    }
    dispatch()
  }

  function start(): HostProcess {
    const started = spawnHost('media-host')
    started.onMessage(onMessage)
    started.onExit(() => onExit(started))
    host = started
    return started
  }

  function onTimeout(job: Job): void {
    end(job)
    job.reject(crashed(job, `decoding it took longer than ${timeoutMs / 1000} s`))
    // Not a crash of the other job: it just goes again.
    const others = [...inFlight.values()]
    for (const other of others) end(other)
    waiting.unshift(...others)
    const stuck = host
    host = null
    void stuck?.kill().then(dispatch, dispatch)
  }

  function dispatch(): void {
    while (!closed) {
      const next = waiting[0]
      if (next === undefined || inFlight.size >= limitOf(next)) return
      const someoneAlone = next.alone || [...inFlight.values()].some((job) => job.alone)
      if (someoneAlone && inFlight.size > 0) return
      waiting.shift()
      inFlight.set(next.id, next)
      next.timer = setTimeout(() => onTimeout(next), timeoutMs)
      const request: MediaRequest = { id: next.id, task: next.task }
      ;(host ?? start()).post(request)
    }
  }

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new AppError('media/closed', `${basename(task.path)} was not read: the app is closing.`))
          return
        }
        waiting.push({ id: nextId++, task, resolve, reject, alone: false, timer: null })
        dispatch()
      }),
    pid: () => host?.pid,
    async close() {
      closed = true
      const jobs = [...inFlight.values(), ...waiting.splice(0)]
      for (const job of jobs) {
        end(job)
        job.reject(new AppError('media/closed', `${basename(job.task.path)} was not read: the app is closing.`))
      }
      const last = host
      host = null
      await last?.kill()
    }
  }
}
