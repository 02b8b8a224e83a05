/** @file Opening, scanning and closing projects. At most one is open; a second open waits for the first to end. */
import { lstat, mkdir, realpath } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { ErrorData } from '../../src-shared/errors'
import type { ProjectInfo } from '../../src-shared/ipc/contract'
import type { ScanResult } from '../files/scan'
import type { OpenProject } from './core-options'
import { PROJECT_EXTENSION } from './folders'
import { displayPath } from './places'
import { findProjectPlace } from './project-place'
import type { Emit, MediaHost } from './ports'
import type { RecentList } from './recent'
import { isListed, MOST_SEEN_FIRST, registerFirst, registerImages, scanForImages, seeRest } from './register-images'
import type { RegisterReport } from './register-images'
import { sampleCopy } from './sample-copy'
import { tellScanProgress } from './scan-progress'
import type { ScanProgress } from './scan-progress'
import type { Session, Sessions } from './session'

export interface ProjectsOptions {
  readonly dataDir: string
  readonly homeDir: string
  readonly sampleDir: string
  readonly openProject: OpenProject
  readonly media: MediaHost
  readonly emit: Emit
  readonly sessions: Sessions
  readonly recent: RecentList
  readonly now: () => number
  /** Ends what still works on the project: answers under way. */
  readonly beforeClose: (session: Session) => Promise<void>
}

export interface Projects {
  openFolder(folder: string): Promise<ProjectInfo>
  openFile(path: string): Promise<ProjectInfo>
  openSample(): Promise<ProjectInfo>
  openPath(path: string): Promise<ProjectInfo>
  rescan(): Promise<ProjectInfo>
  close(): Promise<void>
}

const NOTHING_FOUND: RegisterReport = {
  added: 0,
  updated: 0,
  missing: 0,
  unreadable: 0,
  skipped: { hidden: 0, links: 0, special: 0, unreadableNames: 0, lockedFolders: 0 },
  replaced: [],
  resized: []
}

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

export function createProjects(options: ProjectsOptions): Projects {
  const { sessions, emit, media, recent, dataDir, homeDir } = options
  /** Opens and closes follow each other. */
  let turn: Promise<unknown> = Promise.resolve()
  const announced = new WeakSet<Session>()
  let background: Promise<void> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  function notice(
    level: 'info' | 'warning',
    code: string,
    message: string,
    nextStep: string | null = null,
    data: ErrorData = {}
  ): void {
    emit('notice', { level, code, message, nextStep, data })
  }

  async function end(session: Session): Promise<void> {
    await options.beforeClose(session)
    session.closed = true
    if (sessions.current() === session) sessions.set(null)
    await session.store.close()
  }

  /** The new project is open before the old one is left: a file that cannot be opened costs nothing. */
  async function use(path: string, create?: { readonly name: string; readonly imageRoot: string }): Promise<Session> {
    const before = sessions.current()
    if (before !== null && before.store.path === (await realpath(path).catch(() => path))) return before
    const store = await options.openProject(path, create)
    const session: Session = { store, closed: false }
    if (before !== null) await end(before)
    sessions.set(session)
    return session
  }

  /** Says what there is to say about this open, once, and tells every window. */
  async function announce(session: Session): Promise<ProjectInfo> {
    const { store } = session
    if (announced.has(session)) return sessions.info(session)
    announced.add(session)
    for (const { code, message, nextStep } of store.openingNotices) notice('warning', code, message, nextStep)
    if (store.readOnly) {
      notice(
        'warning',
        'project/read-only',
        store.readOnlyReason ?? `${basename(store.path)} is open for reading only.`,
        'Look and export as you like. To label, close it where else it is open, or copy it to a folder you may write to.'
      )
    }
    const info = await sessions.info(session)
    await recent.add({ path: store.path, name: info.name, openedAtMs: options.now() })
    emit('project.changed', { project: info })
    return info
  }

  function tellFindings(report: RegisterReport): void {
    const { replaced, resized, missing, unreadable, skipped } = report
    if (resized.length > 0) {
      notice(
        'warning',
        'project/images-resized',
        `${plural(resized.length, 'labelled image is', 'labelled images are')} not as large as the imported file said: ${resized.slice(0, 3).join(', ')}${resized.length > 3 ? ', …' : ''}.`,
        'Check that their regions fit before you go on.',
        { count: resized.length }
      )
    }
    if (replaced.length > 0) {
      notice(
        'warning',
        'project/images-replaced',
        `${plural(replaced.length, 'labelled image')} changed on disk since the labels were made: ${replaced.slice(0, 3).join(', ')}${replaced.length > 3 ? ', …' : ''}.`,
        'Check that their regions still fit before you go on.',
        { count: replaced.length }
      )
    }
    if (missing > 0) {
      const message = `${plural(missing, 'image is', 'images are')} not where they were; their labels are kept.`
      notice('warning', 'project/images-missing', message, 'Put the files back, then look at the folder again.', {
        count: missing
      })
    }
    if (unreadable > 0) {
      const message = `${plural(unreadable, 'image')} cannot be read and ${unreadable === 1 ? 'is' : 'are'} listed under problems.`
      notice('warning', 'project/images-unreadable', message, 'Filter the list by problems to see the reasons.', {
        count: unreadable
      })
    }
    const passedOver = skipped.special + skipped.unreadableNames + skipped.lockedFolders
    if (passedOver + skipped.links > 0) {
      notice('info', 'project/entries-skipped', skippedMessage(skipped), null, { ...skipped })
    }
  }

  async function register(
    session: Session,
    scan: ScanResult,
    progress: ScanProgress,
    onlyOthers = false
  ): Promise<ProjectInfo> {
    tellFindings(await registerImages(session.store, scan, media, progress.onOpened, { onlyOthers }))
    const info = await sessions.info(session)
    emit('project.changed', { project: info })
    return info
  }

  async function scanAndRegister(session: Session): Promise<ProjectInfo> {
    const progress = tellScanProgress(emit)
    const scan = await scanForImages(session.store.imageRoot, { onProgress: progress.onFound })
    return register(session, scan, progress)
  }

  /** Of a folder with many images only the first were looked at, or it was closed meanwhile: nobody waits for the others. */
  function seeRestSoon(session: Session, first: number, total: number): void {
    let progress: ScanProgress | null = null
    const tell = (seen: number): void => {
      progress ??= tellScanProgress(emit)
      progress.onOpened({ done: Math.min(total, first + seen), total })
    }
    const work = async (): Promise<void> => {
      const { seen, unreadable } = await seeRest(session.store, media, () => session.closed, tell)
      if (session.closed || seen === 0) return
      tell(total)
      tellFindings({ ...NOTHING_FOUND, unreadable })
      emit('project.changed', { project: await sessions.info(session) })
    }
    session.seen = work().catch((error: unknown) => tellUnreachable(session, error))
  }

  function tellUnreachable(session: Session, error: unknown): void {
    // The project ended meanwhile: nothing to tell of it.
    if (session.closed) return
    const { message, nextStep = null } =
      error instanceof AppError ? error : { message: 'The image folder could not be looked at.' }
    notice('warning', 'project/folder-unreachable', message, nextStep)
  }

  /** New, gone or resized files since the last look are taken in while the person works. */
  async function lookAgain(session: Session): Promise<void> {
    try {
      const scan = await scanForImages(session.store.imageRoot)
      if (!session.closed && !(await isListed(session.store, scan)))
        await register(session, scan, tellScanProgress(emit), true)
    } catch (error) {
      tellUnreachable(session, error)
    }
  }

  async function openExisting(path: string): Promise<ProjectInfo> {
    const session = await use(path)
    const info = await announce(session)
    if (session.store.readOnly) return info
    // A project whose making was cut off before its images were registered is finished first.
    if (info.counts.images === 0) return scanAndRegister(session)
    seeRestSoon(session, 0, info.counts.images)
    // After that: it takes those that nobody has looked at for others.
    background = background.then(() => session.seen).then(() => lookAgain(session))
    return info
  }

  async function openFolder(folder: string, name?: string): Promise<ProjectInfo> {
    // Looked at before the open project is left: a wrong folder costs nothing.
    const real = await realpath(folder).catch((cause: unknown) => {
      throw new AppError('files/no-such-folder', `There is no folder ${folder}.`, {
        nextStep: 'Choose a folder that exists.',
        cause
      })
    })
    const place = await findProjectPlace(real, dataDir)
    if (place.exists) return openExisting(place.path)
    const progress = tellScanProgress(emit)
    const scan = await scanForImages(real, { onProgress: progress.onFound })
    if (place.elsewhereReason !== null) await mkdir(dirname(place.path), { recursive: true })
    const session = await use(place.path, { name: name ?? (basename(real) || 'Images'), imageRoot: real })
    const report = await registerFirst(session.store, scan, media, progress.onOpened)
    seeRestSoon(session, Math.min(MOST_SEEN_FIRST, scan.files.length), scan.files.length)
    const info = await announce(session)
    if (place.elsewhereReason !== null) {
      notice(
        'warning',
        'project/kept-elsewhere',
        `The project of ${basename(real)} is kept at ${displayPath(place.path, homeDir)}, because ${place.elsewhereReason}.`,
        'Work as usual. To keep the labels beside the images, copy the images to a folder you may write to.'
      )
    }
    tellFindings(report)
    return info
  }

  async function openPath(path: string): Promise<ProjectInfo> {
    let isFolder: boolean
    try {
      isFolder = (await lstat(await realpath(path))).isDirectory()
    } catch (cause) {
      throw new AppError('files/not-found', `There is no file or folder ${path}.`, {
        nextStep: `Give a folder of images or a ${PROJECT_EXTENSION} file.`,
        cause
      })
    }
    return isFolder ? openFolder(path) : openExisting(path)
  }

  return {
    openFolder: (folder) => inTurn(() => openFolder(folder)),
    openFile: (path) => inTurn(() => openExisting(path)),
    openSample: () =>
      inTurn(async () => {
        const copy = await sampleCopy(options.sampleDir, dataDir, displayPath(dataDir, homeDir))
        return openFolder(copy, 'First flight')
      }),
    openPath: (path) => inTurn(() => openPath(path)),
    rescan: () => inTurn(async () => scanAndRegister(sessions.need())),
    close: () =>
      inTurn(async () => {
        const session = sessions.current()
        if (session !== null) await end(session)
        if (session !== null) emit('project.changed', { project: null })
      })
  }
}

function skippedMessage(skipped: RegisterReport['skipped']): string {
  const parts = [
    skipped.links > 0 ? plural(skipped.links, 'link') : '',
    skipped.special > 0 ? plural(skipped.special, 'pipe or device', 'pipes or devices') : '',
    skipped.lockedFolders > 0
      ? plural(skipped.lockedFolders, 'folder that may not be read', 'folders that may not be read')
      : '',
    skipped.unreadableNames > 0
      ? plural(skipped.unreadableNames, 'name that is not UTF-8', 'names that are not UTF-8')
      : ''
  ]
  return `Passed over while looking for images: ${parts.filter((part) => part !== '').join(', ')}.`
}
