/** @file `eyrie project …`: project files from the command line. */
import { counted } from '../../src-shared/counted'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, realpath, rename } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { PROJECT_EXTENSION } from '../core/folders'
import type { ProjectStore } from '../core/ports'
import { findProjectPlace } from '../core/project-place'
import { registerImages, scanForImages, seeRest } from '../core/register-images'
import { writeFileAtomically } from '../files/atomic-write'
import { note, printJson, printLine, printTable, progressLine, usageError } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    return (await lstat(await realpath(path))).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * The project file meant by a path: itself, or that of the folder, found as the app finds it. Throws
 * `project/not-found`, `project/several`.
 */
export async function projectFile(path: string, dataDir: string): Promise<string> {
  const absolute = resolve(path)
  const kind = await kindOf(absolute)
  if (kind === 'file') return absolute
  if (kind === 'folder') {
    const place = await findProjectPlace(await realpath(absolute), dataDir)
    if (place.exists) return place.path
  }
  throw new AppError(
    'project/not-found',
    kind === null ? `There is no project ${absolute}.` : `The folder ${absolute} has no project.`,
    {
      nextStep: `Give a ${PROJECT_EXTENSION} file, or make one: eyrie project create ${kind === null ? 'PATH --images DIR' : path}`
    }
  )
}

/** Runs `work` on an open project and closes it, whatever happens. */
export async function withProject<T>(
  cli: CliRooms,
  path: string,
  work: (store: ProjectStore) => Promise<T>
): Promise<T> {
  const store = await cli.rooms().openProject(await projectFile(path, cli.places.dataDir))
  try {
    // What the studio had no time to look at.
    if (!store.readOnly) await seeRest(store, cli.rooms().media)
    return await work(store)
  } finally {
    await store.close()
  }
}

export async function createProject(
  path: string,
  images: string | null,
  json: boolean,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const given = resolve(path)
  const isFolder = (await kindOf(given)) === 'folder'
  const file = isFolder ? join(given, `${basename(given)}${PROJECT_EXTENSION}`) : given
  if (extname(file) !== PROJECT_EXTENSION) {
    throw usageError(
      `${path} is neither a folder nor a name that ends in ${PROJECT_EXTENSION}.`,
      `For example: eyrie project create labels${PROJECT_EXTENSION} --images DIR`
    )
  }
  if ((await kindOf(file)) !== null) {
    throw new AppError('project/exists', `${file} exists already and was left as it is.`, {
      nextStep: `Look at it with: eyrie project info ${path}`
    })
  }
  const { media, openProject } = cli.rooms()
  const scan = await scanForImages(resolve(images ?? dirname(file)))
  const progress = progressLine(streams)
  const store = await openProject(file, { name: basename(file, PROJECT_EXTENSION), imageRoot: scan.root })
  try {
    const report = await registerImages(store, scan, media, ({ done, total }) =>
      progress.show(`looking at images: ${done} of ${total}`)
    )
    progress.end()
    if (json)
      printJson(streams, { path: file, images: report.added, unreadable: report.unreadable, skipped: report.skipped })
    else
      printLine(
        streams,
        `${file}: ${counted(report.added, 'image')}${report.unreadable > 0 ? `, ${report.unreadable} of them cannot be read` : ''}`
      )
  } finally {
    progress.end()
    await store.close()
  }
}

export async function projectInfo(path: string, json: boolean, cli: CliRooms, streams: Streams): Promise<void> {
  await withProject(cli, path, async (store) => {
    const info = await store.info()
    const { images, unreadable, regions, proposals, turns, done } = info.counts
    if (json) return printJson(streams, { path: store.path, imageRoot: store.imageRoot, ...info })
    printTable(streams, [
      ['project', info.name],
      ['file', store.path],
      ['images', `${images} in ${store.imageRoot}${unreadable > 0 ? `, ${unreadable} with problems` : ''}`],
      ['regions', `${regions}, ${proposals} of them proposals`],
      ['turns', String(turns)],
      ['done', `${done} of ${images}`],
      ['changes', String(info.lastSeq)],
      ['open for', store.readOnlyReason ?? 'writing']
    ])
  })
}

/** Resolves to whether the project is sound. */
export async function checkProject(path: string, json: boolean, cli: CliRooms, streams: Streams): Promise<boolean> {
  return withProject(cli, path, async (store) => {
    const findings = await store.check()
    if (json) printJson(streams, { path: store.path, sound: findings.length === 0, findings })
    else if (findings.length === 0) printLine(streams, `${store.path} is sound.`)
    else for (const { code, message } of findings) printLine(streams, `${code}  ${message}`)
    return findings.length === 0
  })
}

/** Seconds in the name, so that two backups of a minute do not meet. */
const timeStamp = (date: Date): string => date.toISOString().slice(0, 19).replace(/[:T]/g, '-')

export async function backupProject(
  path: string,
  out: string | null,
  json: boolean,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  await withProject(cli, path, async (store) => {
    const name = `${basename(store.path, PROJECT_EXTENSION)} ${timeStamp(new Date())}${PROJECT_EXTENSION}`
    const destination = out === null ? join(dirname(store.path), 'backups', name) : resolve(out)
    if (out === null) await mkdir(dirname(destination), { recursive: true })
    const report = await store.backup(destination)
    if (json) printJson(streams, report)
    else
      printLine(
        streams,
        `${report.path}: ${counted(report.images, 'image')}, ${counted(report.regions, 'region')}, ${counted(report.sizeBytes, 'byte')}, checked`
      )
  })
}

/**
 * Puts a backup in the place of a project, after the backup was opened and checked. What was there is
 * kept beside it under another name.
 */
export async function restoreProject(
  backup: string,
  path: string,
  json: boolean,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const source = resolve(backup)
  const target = resolve(path)
  if (extname(target) !== PROJECT_EXTENSION) {
    throw usageError(
      `${path} does not end in ${PROJECT_EXTENSION}.`,
      'Name the project file that the backup shall become.'
    )
  }
  const counts = await withProject(cli, source, async (store) => {
    const findings = await store.check()
    const [first] = findings
    if (first !== undefined) {
      throw new AppError('project/backup-damaged', `${source} was not restored: ${first.message}`, {
        nextStep: 'Choose another backup.'
      })
    }
    return (await store.info()).counts
  })
  let kept: string | null = null
  if ((await kindOf(target)) !== null) {
    // Opened once, so that a project in use is left alone and its log is inside the file that is kept.
    await withProject(cli, target, async ({ readOnlyReason }) => {
      if (readOnlyReason === null) return
      throw new AppError('project/in-use', `${target} was not replaced: ${readOnlyReason}`, {
        nextStep: 'Close it where it is open, or restore to another name.'
      })
    })
    kept = `${target.slice(0, -PROJECT_EXTENSION.length)} before restore ${timeStamp(new Date())}${PROJECT_EXTENSION}`
    await rename(target, kept)
  }
  try {
    await writeFileAtomically(target, createReadStream(source), { overwrite: false })
  } catch (error) {
    if (kept !== null) await rename(kept, target)
    throw error
  }
  if (kept !== null) note(streams, `eyrie: the replaced project is kept as ${kept}`)
  if (json) printJson(streams, { path: target, restoredFrom: source, kept, counts })
  else
    printLine(
      streams,
      `${target}: ${counted(counts.images, 'image')}, ${counted(counts.regions, 'region')}, from ${source}`
    )
}
