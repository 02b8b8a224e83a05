/** @file The one long request of a dialog: its answers and progress are told apart from older ones, and it can be cancelled. */
import { useCallback, useRef, useState } from 'react'
import { useStudio } from './studio-context'
import { describeError } from './state/error-info'
import type { ErrorInfo } from './state/error-info'

export interface RunningRequest {
  readonly isCancelling: boolean
  /** The id of the request that now runs. */
  readonly begin: () => string
  readonly end: () => void
  readonly isRunning: (requestId: string) => boolean
  /** Nothing runs: nothing happens. */
  readonly cancel: () => void
}

export function useRunningRequest(
  cancelMethod: 'export.cancel' | 'import.cancel' | 'build.cancel' | 'models.cancel',
  onError: (error: ErrorInfo) => void
): RunningRequest {
  const studio = useStudio()
  const running = useRef<string | null>(null)
  const [isCancelling, setCancelling] = useState(false)
  const begin = useCallback((): string => {
    const requestId = studio.sources.newId()
    running.current = requestId
    setCancelling(false)
    return requestId
  }, [studio])
  const end = useCallback((): void => {
    running.current = null
  }, [])
  const isRunning = useCallback((requestId: string): boolean => requestId === running.current, [])
  const cancel = useCallback((): void => {
    const requestId = running.current
    if (requestId === null) return
    setCancelling(true)
    void studio.rpc.call(cancelMethod, { requestId }).catch((reason: unknown) => onError(describeError(reason)))
  }, [studio, cancelMethod, onError])
  return { isCancelling, begin, end, isRunning, cancel }
}
