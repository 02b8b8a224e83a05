/** @file Imports as a window asks for them: of what it was shown, told step by step, to be cancelled at any time. */
import { AppError } from '../../src-shared/errors'
import type { ImportReport } from '../../src-shared/formats/reading/report'
import { FORMATS } from '../../src-shared/formats/registry'
import type { ImportFormatInfo, Params } from '../../src-shared/ipc/contract'
import type { FileHandles } from './file-handles'
import { runImport } from './import/run'
import { needDialect } from './models'
import type { Emit, MediaHost } from './ports'
import { whenSeen } from './session'
import type { Sessions } from './session'

export interface Imports {
  formats(): readonly ImportFormatInfo[]
  run(params: Params<'import.run'>): Promise<ImportReport>
  /** Whether there was such an import. */
  cancel(requestId: string): boolean
  /** Ends what is going on and waits for it: a project is closed. */
  stop(): Promise<void>
}

export const importFormats = (): readonly ImportFormatInfo[] =>
  FORMATS.flatMap(({ info: { id, name, fileName, takesDialect }, reader }) => {
    const info = { id, name, fileName, takesDialect }
    return reader === undefined
      ? []
      : [{ ...info, settings: reader.settings ?? [], takesClassNames: reader.takesClassNames ?? false }]
  })

export function createImports(options: {
  readonly sessions: Sessions
  readonly handles: FileHandles
  readonly media: MediaHost
  readonly emit: Emit
  readonly now: () => number
}): Imports {
  const { sessions, handles, media, emit, now } = options
  const running = new Map<string, { readonly controller: AbortController; readonly ended: Promise<unknown> }>()

  async function work(params: Params<'import.run'>, signal: AbortSignal): Promise<ImportReport> {
    const session = sessions.need()
    await whenSeen(session, signal)
    const { requestId, source, images, format, dialect, space, settings, classNames, dryRun } = params
    const { report, committed } = await runImport(
      {
        path: handles.resolve(source.startsWith('data-') ? 'data' : 'folder', source),
        images: images === null ? null : handles.resolve('folder', images),
        format,
        ...(dialect === null ? {} : { dialect: needDialect(dialect) }),
        ...(space === undefined ? {} : { space }),
        ...(settings === undefined ? {} : { settings }),
        ...(classNames === undefined ? {} : { classNames }),
        dryRun,
        addImages: 'when-there'
      },
      {
        store: session.store,
        media,
        formats: FORMATS,
        now,
        signal,
        onProgress: (rates) => emit('import.progress', { requestId, ...rates })
      }
    )
    if (report.written && !session.closed) {
      await sessions.tell(session, committed)
      emit('project.changed', { project: await sessions.info(session) })
    }
    return report
  }

  return {
    formats: importFormats,
    async run(params) {
      const { requestId } = params
      if (running.has(requestId)) {
        throw new AppError('import/running', 'This import is going on already.', { nextStep: 'Wait until it is done.' })
      }
      const controller = new AbortController()
      const result = work(params, controller.signal)
      running.set(requestId, { controller, ended: result.catch(() => undefined) })
      return result.finally(() => running.delete(requestId))
    },
    cancel(requestId) {
      const request = running.get(requestId)
      request?.controller.abort()
      return request !== undefined
    },
    async stop() {
      for (const { controller } of running.values()) controller.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
    }
  }
}
