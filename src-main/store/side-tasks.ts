/** @file Work that reads a whole project: check, backup, the times of edits. Each runs in a worker thread of its own. */
import { rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { AnswerEdit } from '../core/ports'
import { putInPlace } from '../files/atomic-write'
import { removeStaleTemporaryFiles, syncFolder, temporaryPathFor } from '../files/temporary-files'
import { canonicalJson } from './canonical-json'
import { addToChecksum, emptyChecksum, recordHash } from './checksum'
import { connect } from './database'
import type { Database } from './database'
import { lastSeq } from './journal'
import { CERTAINTY_SINCE } from './migrations/0006-certainty'
import { syncFile } from './project-file'
import type { BackupReport, Finding, SideTask } from './protocol'
import { readAnswerEdits } from './queries/answer-edits'
import { loadDocuments, nextAny, readLabels } from './queries/documents'
import { countWrongCertainty } from './queries/certainty'
import { imageFromRow } from './queries/images'
import { linksOf } from './queries/records'
import { countTally, readTally, tallyNames } from './queries/tally'
import type { Row } from './rows'
import { versionOf } from './schema'
import { explainSqliteError } from './sqlite-errors'

export async function runSideTask(task: SideTask): Promise<readonly Finding[] | readonly AnswerEdit[] | BackupReport> {
  try {
    if (task.task === 'answer-edits') return answerEdits(task.path)
    return task.task === 'check' ? checkProject(task.path) : await backUpProject(task.path, task.destination)
  } catch (error) {
    throw explainSqliteError(task.path, error)
  }
}

function answerEdits(path: string): readonly AnswerEdit[] {
  const database = connect(path, 'read')
  try {
    return readAnswerEdits(database)
  } finally {
    database.close()
  }
}

function checkProject(path: string): readonly Finding[] {
  const database = connect(path, 'read')
  try {
    // One state for all parts of the check.
    database.exec('BEGIN')
    return [...checkFile(database), ...checkRecords(database)]
  } finally {
    database.close()
  }
}

/** What SQLite itself can say. */
function checkFile(database: Database): readonly Finding[] {
  const findings: Finding[] = []
  for (const row of database.pragma('integrity_check(100)') as { readonly integrity_check: string }[]) {
    if (row.integrity_check !== 'ok') findings.push({ code: 'store/corrupt', message: row.integrity_check })
  }
  for (const row of database.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[]) {
    findings.push({
      code: 'store/dangling-reference',
      message: `Row ${row.rowid} of ${row.table} points at a missing ${row.parent}.`
    })
  }
  return findings
}

/** What only the app can say: do the records read, are they the ones that were saved, does the derived agree. */
function checkRecords(database: Database): readonly Finding[] {
  const findings: Finding[] = []
  let afterSeq = 0
  for (;;) {
    const rows = database.prepare(nextAny).all(afterSeq, 500) as Row[]
    const last = rows.at(-1)
    if (!last) break
    afterSeq = Number(last['seq'])
    for (const row of rows) {
      const { problem } = imageFromRow(row)
      if (problem !== null)
        findings.push({
          code: 'store/damaged-row',
          message: `The image in row ${String(row['seq'])} is damaged: ${problem}.`
        })
    }
    for (const { document, checksum, storedChecksum } of loadDocuments(database, rows)) {
      findings.push(...(document.damage ?? []).map(({ code, message }) => ({ code, message })))
      if (!checksum().equals(storedChecksum)) {
        findings.push({
          code: 'store/checksum',
          message: `The labels of ${document.image.relativePath} are not the ones that were saved: their checksum differs.`
        })
      }
      for (const turn of document.turns) {
        const stored = database
          .prepare('SELECT node_path, region_id FROM link JOIN turn ON turn.seq = link.turn_seq WHERE turn.id = ?')
          .raw()
          .all(turn.id)
        if (
          canonicalJson([...stored].sort()) ===
          canonicalJson([...new Map(linksOf(turn.children).map((link) => [link.join(' '), link])).values()].sort())
        )
          continue
        findings.push({ code: 'store/links', message: `The links of the turn ${turn.id} are not those of its words.` })
      }
    }
  }
  return [...findings, ...checkLabels(database), ...checkTally(database), ...checkCertainty(database)]
}

function checkLabels(database: Database): readonly Finding[] {
  const { labels, damage } = readLabels(database)
  const sum = labels.reduce((total, label) => total + recordHash('label', label), 0n)
  const stored = database.prepare('SELECT label_checksum FROM project').pluck().get() as Buffer
  const findings = damage.map(({ code, message }) => ({ code, message }))
  return addToChecksum(emptyChecksum, sum).equals(stored)
    ? findings
    : [
        ...findings,
        { code: 'store/checksum', message: 'The labels are not the ones that were saved: their checksum differs.' }
      ]
}

function checkTally(database: Database): readonly Finding[] {
  const kept = readTally(database)
  const counted = countTally(database)
  return tallyNames
    .filter((name) => kept[name] !== counted[name])
    .map((name) => ({
      code: 'store/counts',
      message: `The project counts ${kept[name]} ${name}, there are ${counted[name]}.`
    }))
}

function checkCertainty(database: Database): readonly Finding[] {
  if (versionOf(database) < CERTAINTY_SINCE) return []
  const wrong = Number(database.prepare(countWrongCertainty).pluck().get())
  if (wrong === 0) return []
  const message = `At ${wrong} images the confidence kept for sorting is not that of their least certain proposal.`
  return [{ code: 'store/counts', message }]
}

/**
 * Copies through SQLite's backup API (a copy of the file alone would lack its log), then opens the
 * copy, checks it and only then gives it its name (A8). Refuses a name that is taken.
 */
async function backUpProject(path: string, destination: string): Promise<BackupReport> {
  const target = resolve(destination)
  const folder = dirname(target)
  const temporary = temporaryPathFor(target)
  try {
    await removeStaleTemporaryFiles(folder)
    const source = connect(path, 'read')
    let seqAtStart: number
    try {
      seqAtStart = lastSeq(source)
      // In one go: the read transaction sees one state, and a writer is not kept from writing by it.
      await source.backup(temporary, { progress: () => 0x7fffffff })
    } finally {
      source.close()
    }
    const counts = verifyBackup(temporary, seqAtStart)
    syncFile(temporary)
    await putInPlace(temporary, target, false)
    syncFolder(folder)
    return { path: target, sizeBytes: statSync(target).size, ...counts }
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(temporary + suffix, { force: true })
    const code = (error as NodeJS.ErrnoException).code
    if (error instanceof AppError && code !== 'file/exists') throw error
    throw new AppError('store/backup-failed', `The backup ${target} was not made: ${(error as Error).message}`, {
      nextStep:
        code === 'file/exists'
          ? 'Choose another name for it.'
          : 'Check that there is room and that the folder may be written.',
      data: { path: target, reason: String(code) },
      cause: error
    })
  }
}

function verifyBackup(path: string, atLeastSeq: number): { readonly images: number; readonly regions: number } {
  const database = connect(path, 'write')
  try {
    // A backup is a closed project: one file, nobody's session.
    database.pragma('journal_mode = DELETE')
    database.exec('DELETE FROM writer')
    const quickCheck = String(database.pragma('quick_check(1)', { simple: true }))
    const [difference] = checkTally(database)
    const problem =
      quickCheck !== 'ok'
        ? quickCheck
        : lastSeq(database) < atLeastSeq
          ? 'the last changes are missing in it'
          : (difference?.message ?? null)
    if (problem !== null) {
      throw new AppError(
        'store/backup-failed',
        `The backup was not kept because it did not pass its check: ${problem}`,
        {
          nextStep: 'Check the project itself; older backups are untouched.',
          data: { path }
        }
      )
    }
    const count = (table: 'image' | 'region'): number =>
      Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
    return { images: count('image'), regions: count('region') }
  } finally {
    database.close()
  }
}
