/** @file The serve shell as a whole: core, hosts and server, started together and closed together. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError } from '../../../src-shared/errors'
import type { Emit } from '../../core/ports'
import { composeCore } from '../../core/compose'
import { appPlaces } from '../app-places'
import { createDispatch } from '../dispatch'
import { holdNotices } from '../held-notices'
import { forkHostsFrom } from '../hosts/fork-host'
import { createLastProject } from '../last-project'
import { logFault } from '../log'
import { createWindowFetch } from '../window-fetch'
import { startServer } from './server'
import type { LoopbackServer } from './server'
import { loadSessionKey } from './sessions'

export const DEFAULT_PORT = 4870

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number
  /** A project file or a folder of images, absolute. */
  readonly project: string | null
  readonly onSignedIn?: () => void
}

export interface RunningServe {
  readonly port: number
  signInAddress(): string
  /** Ends everything within 2 s. Safe to call twice. */
  close(): Promise<void>
}

const badUsage = (message: string): AppError =>
  new AppError('cli/usage', message, { nextStep: 'Usage: [--port NUMBER] [--project FILE-OR-FOLDER]' })

/** Flags of the shell. `from`: the folder the person typed the command in. Throws `cli/usage`. */
export function serveOptions(args: readonly string[], from: string): ServeOptions {
  const options = { port: { type: 'string' }, project: { type: 'string' } } as const
  let values: { port?: string; project?: string }
  try {
    values = parseArgs({ args: [...args], options, strict: true }).values
  } catch (cause) {
    throw badUsage(cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : String(cause))
  }
  const port = values.port === undefined ? DEFAULT_PORT : Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw badUsage(`--port ${values.port} is not a port number.`)
  return { port, project: values.project === undefined ? null : resolve(from, values.project) }
}

const CLOSE_WITHIN_MS = 1_800

/** Rejects with `AppError`: `shell/port-in-use`, `shell/not-built`, or what opening the project says. */
export async function runServe({ port, project, onSignedIn }: ServeOptions): Promise<RunningServe> {
  const places = appPlaces()
  let send: Emit = () => undefined
  const notices = holdNotices((event, value) => send(event, value))
  const lastProject = createLastProject(places.dataDir)
  const core = composeCore({
    ...places,
    app: {
      version: places.version,
      shell: 'serve',
      platform: process.platform,
      nodeVersion: process.versions.node,
      locale: Intl.DateTimeFormat().resolvedOptions().locale,
      folderPicker: 'browse'
    },
    spawnHost: forkHostsFrom(places.mainDir),
    emit: lastProject.watch(notices.emit)
  })
  let server: LoopbackServer | null = null
  let closing: Promise<void> | null = null
  const close = (): Promise<void> => {
    lastProject.stop()
    closing ??= Promise.race([
      Promise.all([server?.close(), core.close()]).then(() => undefined),
      new Promise<void>((done) => setTimeout(done, CLOSE_WITHIN_MS).unref())
    ])
    return closing
  }
  let opened = (): void => undefined
  const ready = new Promise<void>((done) => {
    opened = done
  })
  try {
    server = await startServer({
      port,
      sessionKey: await loadSessionKey(join(places.dataDir, 'serve.key'), () =>
        notices.emit('notice', {
          level: 'warning',
          code: 'shell/session-key-replaced',
          message: 'The key of the sign-ins was damaged and has been made anew.',
          nextStep: 'Sign in again with the link that was printed at the start; nothing else is lost.',
          data: {}
        })
      ),
      windowFetch: createWindowFetch(places.rendererDir, core),
      dispatch: createDispatch(core.handlers, logFault, notices.onCall),
      logFault,
      ready,
      onNobody: notices.onNobody,
      ...(onSignedIn ? { onSignedIn } : {})
    })
    send = server.emit
    if (project === null) await lastProject.reopen(core, notices.emit)
    else await core.openPath(project)
    opened()
    return { port: server.port, signInAddress: server.signInAddress, close }
  } catch (error) {
    await close()
    throw error
  }
}
