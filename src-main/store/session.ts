/** @file One open project, inside the store's worker. Every method is synchronous and answers in order. */
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { Transaction } from '../../src-shared/document/transaction'
import { AppError } from '../../src-shared/errors'
import { connect, inTransaction, prepared, writeAheadWithFullSync } from './database'
import type { Database } from './database'
import { commitEdit, commitReplay, isNextBulk, lastSeq, readHistory } from './journal'
import type { ReplayDirection, Stamp } from './journal'
import { openProjectFile } from './open-project'
import type { OpenedProject, OpenRequest } from './open-project'
import type { OpenedFacts, SessionMethods, StoredInfo } from './protocol'
import { ImportSession } from './import/import-session'
import type { OpenConnection } from './import/import-session'
import { ReplaySession } from './import/replay-session'
import type { ReplayStep } from '../core/ports'
import { getDocument, getTurns, nextDocuments, readLabels, withChecksumFinding } from './queries/documents'
import { getImage, listImages, registerImages } from './queries/images'
import { setUnseenFacts, unseenImages } from './queries/unseen-images'
import { readTally } from './queries/tally'
import { explainSqliteError, needsNewConnection } from './sqlite-errors'
import type { Row } from './rows'
import { assertWriter, releaseWriterLock } from './writer-lock'

interface DocumentStream {
  readonly database: Database
  readonly which: 'annotated' | 'all'
  afterSeq: number
}

export interface Session {
  readonly facts: OpenedFacts
  readonly methods: SessionMethods
}

/** For the connection of an import. */
const importCacheKib = 8_192

export async function openSession(request: OpenRequest): Promise<Session> {
  const { path, token } = request
  let project: OpenedProject
  try {
    project = await openProjectFile(request)
  } catch (error) {
    throw explainSqliteError(path, error)
  }
  let database = project.database
  const streams = new Map<string, DocumentStream>()

  const reconnect = (): void => {
    database.close()
    database = connect(project.databasePath, project.readOnlyReason === null ? 'write' : 'read', request)
    if (project.readOnlyReason === null) writeAheadWithFullSync(database)
  }

  /** Errors come out explained; after one that makes the connection doubtful the next call has a new one (B2). */
  const guarded = <T>(work: () => T): T => {
    try {
      if (!database.open) reconnect()
      return work()
    } catch (error) {
      if (needsNewConnection(error) && database.open) database.close()
      throw explainSqliteError(path, error)
    }
  }

  const assertWritable = (): void => {
    if (project.readOnlyReason !== null) {
      throw new AppError('store/read-only', `The change was not saved in ${path}. ${project.readOnlyReason}`, {
        nextStep: 'Allow writing to the file and its folder, or make a copy elsewhere, then open it again.',
        data: { path }
      })
    }
  }

  const openBulk: OpenConnection = (mode) => {
    const connection = connect(project.databasePath, mode, request)
    // It goes through the project once, and what it looks up again is little; what the session keeps would lie beside it.
    connection.pragma(`cache_size = -${importCacheKib}`)
    if (database.open) database.pragma('shrink_memory')
    if (mode === 'write') {
      writeAheadWithFullSync(connection)
      // An import points at nothing it did not find or make; asking again for each row costs a tenth of its time.
      connection.pragma('foreign_keys = OFF')
      // Nor can a value be none of those that a column may hold: whoever writes has them from the same lists. Looking each
      // up again in each row takes as long as storing it; `check` looks.
      connection.pragma('ignore_check_constraints = ON')
      // What is committed is in the log, and synced. Moving it into the file takes as long again and is done after that.
      connection.pragma('wal_autocheckpoint = 0')
      assertWriter(connection, path, token)
    }
    return connection
  }
  const importing = new ImportSession(project.imageRoot, openBulk)
  const replaying = new ReplaySession(openBulk)

  const assertFree = (): void => {
    if (!importing.isWriting && !replaying.isWriting) return
    const what = importing.isWriting ? 'an import is going on' : 'an import is being taken back or repeated'
    throw new AppError('store/importing', `The change was not saved: ${what} in this project.`, {
      nextStep: 'Do it again when that is done or cancelled.'
    })
  }

  const write = <T>(work: () => T): T => {
    assertWritable()
    assertFree()
    return guarded(() =>
      inTransaction(database, () => {
        assertWriter(database, path, token)
        return work()
      })
    )
  }

  /** The log of an import into the file. */
  const moveLog = (): void => {
    try {
      if (database.open) database.pragma('wal_checkpoint(PASSIVE)')
    } catch (error) {
      // A full disk, say: what is committed stays in the log, and the next commit or the close tries and tells.
      void error
    }
  }

  const newStamp = (): Stamp => ({ id: randomUUID(), createdAtMs: Date.now() })

  const afterReplay = (step: ReplayStep): ReplayStep => {
    if (step.state === 'done') setImmediate(moveLog)
    return step
  }

  const replay = (direction: ReplayDirection): ReplayStep => {
    assertWritable()
    assertFree()
    if (guarded(() => isNextBulk(database, direction)))
      return afterReplay(guarded(() => replaying.begin(direction, newStamp())))
    return { state: 'done', committed: write(() => commitReplay(database, direction, newStamp())) }
  }

  const streamOf = (id: string): DocumentStream => {
    const stream = streams.get(id)
    if (!stream)
      throw new AppError('store/stream-closed', 'This reading of documents was closed.', {
        nextStep: 'Begin it again.'
      })
    return stream
  }

  const endStream = (id: string): void => {
    const stream = streams.get(id)
    streams.delete(id)
    stream?.database.close()
  }

  const methods: SessionMethods = {
    info: () => guarded(() => infoOf(database, project)),
    registerImages: (images) => write(() => registerImages(database, images)),
    listImages: (query) => guarded(() => listImages(database, query)),
    getImage: (id) => guarded(() => getImage(database, id)),
    unseenImages: (from) => guarded(() => unseenImages(database, from)),
    setImageFacts: (images) =>
      write(() => {
        for (const image of images) setUnseenFacts(database, image)
        return null
      }),
    getDocument: (id) => guarded(() => getDocument(database, id)),
    openDocuments: (which) =>
      guarded(() => {
        const reader = connect(project.databasePath, 'read', request)
        // The first read fixes the state that the whole stream shows.
        reader.exec('BEGIN')
        lastSeq(reader)
        // Not a count: after a worker died, an old name must not mean a new stream.
        const id = randomUUID()
        streams.set(id, { database: reader, which, afterSeq: 0 })
        return id
      }),
    nextDocuments: (id) =>
      guarded(() => {
        const stream = streamOf(id)
        const loaded = nextDocuments(stream.database, stream.which, stream.afterSeq)
        stream.afterSeq = loaded.at(-1)?.seq ?? stream.afterSeq
        return loaded.map(withChecksumFinding)
      }),
    closeDocuments: (id) => {
      endStream(id)
      return null
    },
    getTurns: (dialogueId) => guarded(() => getTurns(database, dialogueId)),
    listLabels: () => guarded(() => readLabels(database).labels),
    apply: (transaction: Transaction) => write(() => commitEdit(database, transaction)),
    undo: () => replay('undo'),
    redo: () => replay('redo'),
    replayMore: () => afterReplay(guarded(() => replaying.more())),
    history: () => guarded(() => readHistory(database)),
    importBegin: (rules) => {
      if (!rules.dryRun) {
        assertWritable()
        if (replaying.isWriting) assertFree()
      }
      return guarded(() => importing.begin(rules))
    },
    importAdd: (batch) => guarded(() => importing.add(batch)),
    importFacts: (images) => guarded(() => importing.setFacts(images)),
    importFinish: () => {
      const progress = guarded(() => importing.finish())
      if (progress.state === 'done' && progress.outcome.committed !== null) setImmediate(moveLog)
      return progress
    },
    importCancel: () => importing.cancel(),
    close: () => {
      importing.cancel()
      replaying.cancel()
      for (const id of [...streams.keys()]) endStream(id)
      try {
        if (project.readOnlyReason === null) guarded(() => closeWriter(database, path, token))
      } finally {
        database.close()
        project.discardCopy()
      }
      return null
    }
  }
  const { imageRoot, readOnlyReason, notices, databasePath } = project
  return { facts: { imageRoot, readOnlyReason, notices, databasePath }, methods }
}

function infoOf(database: Database, project: OpenedProject): StoredInfo {
  const row = prepared(database, 'SELECT id, name FROM project').get() as Row
  const tally = readTally(database)
  return {
    id: String(row['id']),
    name: String(row['name']),
    counts: {
      images: tally.images,
      unreadable: tally.problems,
      regions: tally.accepted + tally.proposals,
      proposals: tally.proposals,
      turns: tally.turns,
      done: tally.done
    },
    readOnly: project.readOnlyReason !== null,
    readOnlyReason: project.readOnlyReason,
    lastSeq: lastSeq(database),
    history: readHistory(database)
  }
}

/**
 * Leaves one file that can be copied alone (A9): the log is moved into it and switched off, which
 * also lets it be opened from a disk that cannot be written.
 */
function closeWriter(database: Database, path: string, token: string): void {
  inTransaction(database, () => releaseWriterLock(database, token))
  database.pragma('busy_timeout = 2000')
  const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[]
  if (result?.busy !== 0) {
    throw new AppError(
      'store/log-kept',
      `${path} was closed, but another program is reading it, so the last changes are still in ${basename(path)}-wal.`,
      {
        nextStep: 'Copy both files together, or open and close the project once more when the other program is done.',
        data: { path }
      }
    )
  }
  try {
    database.pragma('busy_timeout = 0')
    database.pragma('journal_mode = DELETE')
  } catch (error) {
    // Somebody has it open for reading: the empty log stays, nothing is in it.
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error
  }
}
