/** @file Checks as a window asks for them: one image after each edit, a project when told to, to be cancelled any time. */
import { AppError } from '../../../src-shared/errors'
import type { ImageDocument } from '../../../src-shared/document/records'
import { LINT_RULES } from '../../../src-shared/lint/lint'
import type { LintFinding } from '../../../src-shared/lint/finding'
import type { Events, LintCounts, LintRuleInfo, LintSummary, Params, Result } from '../../../src-shared/ipc/contract'
import { findLookAlikes } from '../near-duplicates'
import type { LookAlikes } from '../near-duplicates'
import type { Emit, MediaHost } from '../ports'
import { whenSeen } from '../session'
import type { Session, Sessions } from '../session'
import { arePicturesCompared, splitsByFolder } from './pictures'
import { LintResults } from './results'
import { LintThread } from './thread'

export interface Lints {
  rules(): readonly LintRuleInfo[]
  /** Rejects with `lint/cancelled`, `lint/running`, `lint/stopped`; the results are then those of the run before. */
  run(params: Params<'lint.run'>): Promise<LintSummary>
  cancel(requestId: string): boolean
  image(params: Params<'lint.image'>): Promise<readonly LintFinding[]>
  list(params: Params<'lint.list'>): Result<'lint.list'>
  counts(params: Params<'lint.counts'>): readonly ({ readonly imageId: string } & LintCounts)[]
  /** Ends what is going on and waits for it: a project is closed. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** Few enough for a Cancel to be heard soon, and for little memory on the way. */
const DOCUMENTS_AT_A_TIME = 64
const TOLD_EVERY_MS = 150

const cancelled = (): AppError =>
  new AppError('lint/cancelled', 'The check was cancelled.', { nextStep: 'Nothing was changed; check again any time.' })

interface Running {
  readonly requestId: string
  readonly controller: AbortController
  ended: Promise<unknown>
}

export function createLints(options: {
  readonly sessions: Sessions
  readonly media: MediaHost
  readonly emit: Emit
}): Lints {
  const { sessions, media, emit } = options
  const thread = new LintThread()
  const results = new WeakMap<Session, LintResults>()
  let running: Running | null = null

  const known = (): LintResults | null => {
    const session = sessions.current()
    return session === null ? null : (results.get(session) ?? null)
  }

  /** Tells how far a run is, not too often, and the beginning of each phase. */
  function teller(requestId: string, total: number) {
    let toldMs = -Infinity
    let told: string | null = null
    return (phase: Events['lint.progress']['phase'], done: number): void => {
      const nowMs = performance.now()
      if (phase === told && nowMs - toldMs < TOLD_EVERY_MS) return
      toldMs = nowMs
      told = phase
      emit('lint.progress', { requestId, phase, done, total })
    }
  }

  async function look(
    session: Session,
    { requestId, pictures }: Params<'lint.run'>,
    signal: AbortSignal
  ): Promise<LintSummary> {
    const { store } = session
    await whenSeen(session, signal)
    const labels = await store.listLabels()
    const { counts } = await store.info()
    const tell = teller(requestId, counts.images)
    tell('checking', 0)
    const found = new LintResults()
    let alike: LookAlikes | null = null
    const splits = pictures === 'auto' ? await splitsByFolder(store, signal) : new Map<string, string>()
    if (arePicturesCompared(pictures, splits)) {
      tell('looking', 0)
      alike = await findLookAlikes(store, media, { signal, onProgress: (looked) => tell('looking', looked) })
      found.pictures = { compared: alike.looked - alike.unseen, unseen: alike.unseen }
    }
    let waiting: ImageDocument[] = []
    await thread.ask({ kind: 'begin', labels, clusters: alike?.clusters ?? null })
    const flush = async (): Promise<void> => {
      signal.throwIfAborted()
      const { images } = await thread.ask({ kind: 'documents', documents: waiting })
      waiting = []
      for (const { imageId, findings } of images) found.add(imageId, findings)
      tell('checking', found.images)
    }
    for await (const document of store.documents('all')) {
      waiting.push(document)
      if (waiting.length >= DOCUMENTS_AT_A_TIME) await flush()
    }
    await flush()
    found.finish((await thread.ask({ kind: 'finish' })).findings)
    results.set(session, found)
    return found.summary()
  }

  return {
    rules: () => LINT_RULES,
    async run(params) {
      const session = sessions.need()
      if (running !== null)
        throw new AppError('lint/running', 'A check is going on already.', { nextStep: 'Wait until it is done.' })
      const { requestId } = params
      const own: Running = { requestId, controller: new AbortController(), ended: Promise.resolve() }
      running = own
      const result = look(session, params, own.controller.signal)
      own.ended = result.catch(() => undefined)
      return result.finally(() => {
        running = null
      })
    },
    cancel(requestId) {
      if (running?.requestId !== requestId) return false
      running.controller.abort(cancelled())
      return true
    },
    async image({ imageId }) {
      const session = sessions.need()
      const { store } = session
      const [document, labels] = await Promise.all([store.getDocument(imageId), store.listLabels()])
      const reply = await thread.ask({ kind: 'image', labels, document })
      const findings = reply.images[0]?.findings ?? []
      // What is listed for the project stays true for the image a person is at.
      results.get(session)?.replace(imageId, findings)
      return findings
    },
    list: ({ rule, offset, limit }) => known()?.list(rule, offset, limit) ?? { total: 0, items: [] },
    counts: ({ imageIds }) => known()?.counts(imageIds) ?? [],
    async stop() {
      if (running === null) return
      running.controller.abort(cancelled())
      await running.ended
    },
    close: () => thread.close()
  }
}
