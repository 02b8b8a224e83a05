/** @file A running app as specs see it, whichever shell it runs in. */
import type { Page } from 'playwright-core'
import type { Method, Params, Result } from '../../src-shared/ipc/contract'
import type { TestPlace } from './places'

export type ShellName = 'serve' | 'stand-in' | 'electron'

export interface LaunchOptions {
  readonly place: TestPlace
  /** Serve only; 0 or nothing: any free port. */
  readonly port?: number
  readonly args?: readonly string[]
}

export interface RunningApp {
  readonly shell: ShellName
  readonly page: Page
  readonly place: TestPlace
  /** Serve only. */
  readonly port: number | null
  /** The process that holds the core. */
  readonly pid: number
  /** Asks the core directly, past the renderer: what the app really holds. */
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>
  /** Faults the page reported: exceptions, errors on its console, refused code, requests to other hosts. */
  readonly faults: readonly string[]
  /** What the app printed so far. */
  output(): string
  /** Ends it as a person would; resolves to how long it took, in ms. */
  close(): Promise<number>
  /** kill -9 of the process that holds the core. */
  kill(): Promise<void>
}

export interface Shell {
  readonly name: ShellName
  /** Why it cannot run here; null when it can. */
  readonly missing: string | null
  launch(options: LaunchOptions): Promise<RunningApp>
}

/** Collects what goes wrong in a page from now on. */
export function watchPage(page: Page, ownHost: (host: string) => boolean): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && !ownHost(url.host))
      faults.push(`request to ${url.host}`)
  })
  return faults
}
