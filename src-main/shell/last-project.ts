/**
 * @file Coming back to where the person was: a project that was open when the app ended, however it
 * ended, is opened again at the next start. Closing a project by hand ends that.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { Events } from '../../src-shared/ipc/contract'
import type { Core } from '../core/core-options'
import type { Emit } from '../core/ports'

export interface LastProject {
  /** Wraps an `emit`, to hear what is open. */
  watch(emit: Emit): Emit
  /** Opens it again; what cannot be opened becomes a notice. */
  reopen(core: Core, emit: Emit): Promise<void>
  /** From now on nothing is noted: the app is closing, not the person's project. */
  stop(): void
}

export function createLastProject(dataDir: string): LastProject {
  const mark = join(dataDir, 'project-open')
  let isStopped = false

  function note(isOpen: boolean): void {
    if (isStopped || existsSync(mark) === isOpen) return
    if (!isOpen) rmSync(mark)
    else {
      mkdirSync(dataDir, { recursive: true })
      writeFileSync(mark, '')
    }
  }

  return {
    watch: (emit) => (event, value) => {
      if (event === 'project.changed') note((value as Events['project.changed']).project !== null)
      emit(event, value)
    },
    async reopen(core, emit) {
      if (!existsSync(mark)) return
      const [last] = await core.handlers['project.recent']({})
      if (last === undefined || last.missing) return
      try {
        await core.handlers['project.open']({ file: last.handle })
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown
        const { code, message, data, nextStep = null } = thrown
        emit('notice', { level: 'error', code, message, nextStep, data })
      }
    },
    stop() {
      isStopped = true
    }
  }
}
