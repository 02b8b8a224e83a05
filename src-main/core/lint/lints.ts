/** @file Checks as a window asks for them: one image after each edit, a project when told to, to be cancelled any time. */
import { AppError } from '../../../src-shared/errors'
import type { ImageDocument } from '../../../src-shared/document/records'
import { LINT_RULES } from '../../../src-shared/lint/lint'
import type { LintFinding } from '../../../src-shared/lint/finding'
import type { LintCounts, LintRuleInfo, LintSummary, Params, Result } from '../../../src-shared/ipc/contract'
import type { Emit } from '../ports'
import type { Session, Sessions } from '../session'
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
  isCancelled: boolean
  ended: Promise<unknown>
}

export function createLints({ sessions, emit }: { readonly sessions: Sessions; readonly emit: Emit }): Lints {
  const thread = new LintThread()
  const results = new WeakMap<Session, LintResults>()
  let running: Running | null = null

  const known = (): LintResults | null => {
    const session = sessions.current()
    return session === null ? null : (results.get(session) ?? null)
  }

  async function look(session: Session, requestId: string, isCancelled: () => boolean): Promise<LintSummary> {
    const { store } = session
    const labels = await store.listLabels()
    const { counts } = await store.info()
    const found = new LintResults()
    let toldMs = -Infinity
    let waiting: ImageDocument[] = []
    await thread.ask({ kind: 'begin', labels })
    const flush = async (): Promise<void> => {
      if (isCancelled()) throw cancelled()
      const { images } = await thread.ask({ kind: 'documents', documents: waiting })
      waiting = []
      for (const { imageId, findings } of images) found.add(imageId, findings)
      const nowMs = performance.now()
      if (nowMs - toldMs < TOLD_EVERY_MS) return
      toldMs = nowMs
      emit('lint.progress', { requestId, done: found.images, total: counts.images })
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
    async run({ requestId }) {
      const session = sessions.need()
      if (running !== null)
        throw new AppError('lint/running', 'A check is going on already.', { nextStep: 'Wait until it is done.' })
      const own: Running = { requestId, isCancelled: false, ended: Promise.resolve() }
      running = own
      const result = look(session, requestId, () => own.isCancelled || session.closed)
      own.ended = result.catch(() => undefined)
      return result.finally(() => {
        running = null
      })
    },
    cancel(requestId) {
      if (running?.requestId !== requestId) return false
      running.isCancelled = true
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
      running.isCancelled = true
      await running.ended
    },
    close: () => thread.close()
  }
}
