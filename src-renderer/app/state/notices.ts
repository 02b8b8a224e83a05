import type { ErrorInfo } from './error-info'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'
import type { Notice } from './studio-state'

const TOAST_MS = { info: 4000, success: 4000, warning: 9000, error: 12_000 } as const
const KEPT_NOTICES = 200

export type NoticeInput = Pick<Notice, 'level' | 'message'> & {
  readonly code?: string | null
  readonly nextStep?: string | null
}

export function notify(studio: Studio, input: NoticeInput): void {
  const notice: Notice = {
    id: studio.sources.newId(),
    level: input.level,
    code: input.code ?? null,
    message: input.message,
    nextStep: input.nextStep ?? null,
    atMs: studio.sources.now(),
    toast: true,
    kept: input.level === 'warning' || input.level === 'error'
  }
  setState(studio, (state) => {
    // The same words again replace the toast instead of stacking up.
    const earlier = state.notices.filter((other) => !(other.toast && other.message === notice.message && !other.kept))
    return {
      notices: [notice, ...earlier].slice(0, KEPT_NOTICES),
      unreadNotices: state.unreadNotices + (notice.kept ? 1 : 0)
    }
  })
  studio.timers.set(
    `toast:${notice.id}`,
    setTimeout(() => dismissToast(studio, notice.id), TOAST_MS[notice.level])
  )
}

export const notifyError = (studio: Studio, error: ErrorInfo): void => notify(studio, { level: 'error', ...error })

export function dismissToast(studio: Studio, id: string): void {
  clearTimeout(studio.timers.get(`toast:${id}`))
  studio.timers.delete(`toast:${id}`)
  setState(studio, (state) => ({
    notices: state.notices
      .filter((notice) => notice.id !== id || notice.kept)
      .map((notice) => (notice.id === id ? { ...notice, toast: false } : notice))
  }))
}

export const markNoticesRead = (studio: Studio): void => {
  if (stateOf(studio).unreadNotices > 0) setState(studio, { unreadNotices: 0 })
}

export const clearNotices = (studio: Studio): void => setState(studio, { notices: [], unreadNotices: 0 })
