/** @file The model servers a person has named, and leave to send to one. */
import { useCallback, useEffect, useState } from 'react'
import type { EndpointInfo } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'

export interface ServersState {
  /** null: not there yet. */
  readonly servers: readonly EndpointInfo[] | null
  readonly allow: (server: EndpointInfo) => Promise<void>
}

export function useServers(onError: (error: ErrorInfo) => void): ServersState {
  const studio = useStudio()
  const [servers, setServers] = useState<readonly EndpointInfo[] | null>(null)
  const load = useCallback(async (): Promise<void> => {
    try {
      setServers(await studio.rpc.call('endpoints.list', {}))
    } catch (reason) {
      onError(describeError(reason))
    }
  }, [studio, onError])
  useEffect(() => void load(), [load])
  const allow = async ({ id, hosts }: EndpointInfo): Promise<void> => {
    try {
      await studio.rpc.call('endpoints.allow', { id, hosts: hosts.map(({ host }) => host) })
    } catch (reason) {
      onError(describeError(reason))
    }
    await load()
  }
  return { servers, allow }
}
