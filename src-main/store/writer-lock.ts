/**
 * @file Who may write a project: one row in the file itself. Taking it is one SQLite transaction, so
 * two starters cannot both win; a row of a dead process is replaced (B4); and every later write
 * checks in its own transaction that the row is still its own, so that a wrong guess about another
 * process can refuse work but never mix two histories. No lock file lies beside the project.
 */
import { AppError } from '../../src-shared/errors'
import { isSameProcess, livenessOf, ownIdentity } from '../files/process-identity'
import type { ProcessIdentity } from '../files/process-identity'
import { inTransaction, prepared } from './database'
import type { Database } from './database'
import type { Row } from './rows'

export interface Holder extends ProcessIdentity {
  readonly token: string
  readonly openedAtMs: number
}

export function readHolder(database: Database): Holder | null {
  const row = prepared(database, 'SELECT * FROM writer').get() as Row | undefined
  if (!row) return null
  return {
    token: String(row['token']),
    pid: Number(row['pid']),
    started: String(row['process_started']),
    host: String(row['host']),
    boot: String(row['boot']),
    openedAtMs: Number(row['opened_at_ms'])
  }
}

/** Whether `holder` keeps a session with `token` out. A session that starts anew after its worker died has its old token. */
export function isHeldByOther(holder: Holder | null, token: string): holder is Holder {
  return holder !== null && holder.token !== token && livenessOf(holder) !== 'dead'
}

export function lockedError(path: string, holder: Holder): AppError {
  const own = isSameProcess(holder, ownIdentity())
  const who = own
    ? `this app (process ${holder.pid})`
    : livenessOf(holder) === 'elsewhere'
      ? `process ${holder.pid} on the computer ${holder.host}`
      : `process ${holder.pid}`
  return new AppError('store/locked', `${path} is open in ${who} since ${new Date(holder.openedAtMs).toISOString()}.`, {
    nextStep: own ? 'Use the window that has it open.' : 'Close it there, or open it here for reading only.',
    data: { path, pid: holder.pid, host: holder.host, ownProcess: own }
  })
}

/** Takes the lock; returns the holder it replaced, which did not close. `store/locked` when somebody else has it. */
export function takeWriterLock(
  database: Database,
  path: string,
  token: string,
  force: boolean,
  nowMs: number
): Holder | null {
  return inTransaction(database, () => {
    const holder = readHolder(database)
    if (!force && isHeldByOther(holder, token)) throw lockedError(path, holder)
    const self = ownIdentity()
    prepared(
      database,
      `INSERT OR REPLACE INTO writer (seq, token, pid, process_started, host, boot, opened_at_ms) VALUES (1, ?, ?, ?, ?, ?, ?)`
    ).run(token, self.pid, self.started, self.host, self.boot, nowMs)
    return holder
  })
}

/** To be called inside every writing transaction. */
export function assertWriter(database: Database, path: string, token: string): void {
  if (prepared(database, 'SELECT token FROM writer').pluck().get() === token) return
  throw new AppError('store/lock-lost', `${path} was taken over by another process; the change was not saved.`, {
    nextStep: 'Close this project here and open it again.',
    data: { path }
  })
}

export function releaseWriterLock(database: Database, token: string): void {
  prepared(database, 'DELETE FROM writer WHERE token = ?').run(token)
}
