/** @file The one project that is open, as the rooms of the core share it. */
import { AppError } from '../../src-shared/errors'
import type { ProjectInfo } from '../../src-shared/ipc/contract'
import type { Committed, Transaction } from '../../src-shared/document/transaction'
import { displayPath } from './places'
import type { Emit, ProjectStore, ReplayProgress } from './ports'

export interface Session {
  readonly store: ProjectStore
  /** True once closing began: what comes back later is dropped, with a notice. */
  closed: boolean
  /** Settles when every image was looked at; absent: there was none to look at. Never rejects. */
  seen?: Promise<void>
}

/** Before work that needs the sizes of all images; `signal` ends the waiting, and whoever waits looks at it. */
export async function whenSeen({ seen }: Session, signal: AbortSignal): Promise<void> {
  if (seen === undefined || signal.aborted) return
  await Promise.race([seen, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))])
}

export interface Sessions {
  current(): Session | null
  /** The open project; throws `project/none-open`. */
  need(): Session
  set(session: Session | null): void
  info(session: Session): Promise<ProjectInfo>
  /** Tells every window of what was committed. */
  tell(session: Session, committed: Committed | null): Promise<Committed | null>
  /** Commits and tells every window. */
  apply(session: Session, transaction: Transaction): Promise<Committed>
  undo(session: Session): Promise<Committed | null>
  redo(session: Session): Promise<Committed | null>
}

const TOLD_EVERY_MS = 150

export function createSessions(emit: Emit, homeDir: string): Sessions {
  let open: Session | null = null

  async function told(session: Session, committed: Committed | null): Promise<Committed | null> {
    if (committed !== null && !session.closed) {
      emit('document.committed', { committed, history: await session.store.history() })
    }
    return committed
  }

  /** Tells how far it is a few times a second when it has more than one part, and then its end, whatever that is. */
  async function replay(session: Session, direction: 'undo' | 'redo'): Promise<Committed | null> {
    let toldAtMs = -Infinity
    let ofAll = 0
    const tell: ReplayProgress = ({ done, total }) => {
      ofAll = total
      const nowMs = performance.now()
      if (nowMs - toldAtMs < TOLD_EVERY_MS) return
      toldAtMs = nowMs
      emit('history.progress', { direction, done: Math.min(done, total - 1), total })
    }
    try {
      return await told(session, await session.store[direction](tell))
    } finally {
      if (ofAll > 0) emit('history.progress', { direction, done: ofAll, total: ofAll })
    }
  }

  return {
    current: () => open,
    need() {
      if (open === null) {
        throw new AppError('project/none-open', 'No project is open.', {
          nextStep: 'Open a folder of images or the sample project.'
        })
      }
      return open
    },
    set: (session) => {
      open = session
    },
    async info({ store }) {
      return {
        ...(await store.info()),
        displayPath: displayPath(store.path, homeDir),
        imageRootDisplay: displayPath(store.imageRoot, homeDir)
      }
    },
    tell: told,
    async apply(session, transaction) {
      const committed = await session.store.apply(transaction)
      await told(session, committed)
      return committed
    },
    undo: (session) => replay(session, 'undo'),
    redo: (session) => replay(session, 'redo')
  }
}
