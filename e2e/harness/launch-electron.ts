/** @file The Electron shell: the real program where it is installed, the stand-in everywhere. One built main bundle for both. */
import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, chromium } from 'playwright-core'
import type { Page } from 'playwright-core'
import { electronBinary, noWindowReason } from '../../scripts/lib/electron.mjs'
import type { WindowBridge } from '../../src-shared/ipc/channels'
import type { Method, Params, Result } from '../../src-shared/ipc/contract'
import { fromWireError } from '../../src-shared/ipc/wire-error'
import { ROOT } from './places'
import { eventually, killNow } from './processes'
import { watchPage } from './running-app'
import type { LaunchOptions, RunningApp, Shell } from './running-app'

const MAIN = join(ROOT, 'out/main/index.js')

async function callThroughBridge<M extends Method>(page: Page, method: M, params: Params<M>): Promise<Result<M>> {
  const reply = await page.evaluate(
    ([name, value]) => (window as unknown as { eyrie: WindowBridge }).eyrie.call(name as Method, value),
    [method, params] as const
  )
  if (reply.ok) return reply.value as Result<M>
  throw fromWireError(reply.error)
}

/** Runs a function in the main process, with the Electron module as its first argument. */
export type Evaluate = <T, A = undefined>(
  run: (electron: Record<string, never>, argument: A) => T | Promise<T>,
  argument?: A
) => Promise<T>

export interface ElectronApp extends RunningApp {
  readonly evaluate: Evaluate
}

interface StandInMessage {
  readonly standin?: 'browser'
  readonly address?: string
  readonly pid?: number
  readonly folder?: string
  readonly evaluated?: number
  readonly value?: unknown
  readonly error?: string
}

/** Starts the stand-in; `page` is missing when it ended by itself (a second instance does). */
export async function launchStandIn({ place, args = [] }: LaunchOptions): Promise<ElectronApp> {
  const child = fork(join(ROOT, 'e2e/standin/run.mjs'), [MAIN, ...args], {
    cwd: place.home,
    env: place.env,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exit = new Promise<number | null>((settle) => child.once('exit', (code) => settle(code)))
  const evaluations = new Map<number, { settle: (value: unknown) => void; reject: (error: Error) => void }>()
  let nextId = 1
  const started = await new Promise<Required<Pick<StandInMessage, 'address' | 'pid' | 'folder'>>>((settle, reject) => {
    void exit.then((code) => reject(new Error(`the app ended with ${code}:\n${output}`)))
    child.on('message', (message: StandInMessage) => {
      if (message.standin) settle(message as Required<StandInMessage>)
      const waiting = message.evaluated === undefined ? undefined : evaluations.get(message.evaluated)
      if (message.error !== undefined) waiting?.reject(new Error(message.error))
      else waiting?.settle(message.value)
    })
  })
  const browser = await chromium.connectOverCDP(started.address)
  const shown = (): Page | undefined =>
    browser
      .contexts()[0]
      ?.pages()
      .find((page) => page.url().includes('.standin.test'))
  await eventually('a window of the app', () => shown() !== undefined)
  const page = shown() as Page
  const faults = watchPage(page, (host) => host.endsWith('.standin.test'))
  const evaluate: Evaluate = (run, argument) =>
    new Promise((settle, reject) => {
      const id = nextId++
      evaluations.set(id, { settle: settle as (value: unknown) => void, reject })
      child.send({ evaluate: id, source: run.toString(), argument })
    })
  const removeBrowser = (): void => {
    killNow(started.pid)
    rmSync(started.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  return {
    shell: 'stand-in',
    page,
    place,
    port: null,
    pid: child.pid ?? -1,
    faults,
    output: () => output,
    evaluate,
    call: (method, params) => callThroughBridge(page, method, params),
    async close() {
      const from = performance.now()
      child.kill('SIGTERM')
      await exit
      const tookMs = performance.now() - from
      removeBrowser()
      return tookMs
    },
    async kill() {
      child.kill('SIGKILL')
      await exit
      removeBrowser()
    }
  }
}

async function launchReal({ place, args = [] }: LaunchOptions): Promise<RunningApp> {
  const app = await _electron.launch({
    executablePath: electronBinary() as string,
    args: [MAIN, ...args],
    env: place.env,
    cwd: place.home
  })
  let output = ''
  const child = app.process()
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()))
  const page = await app.firstWindow()
  return {
    shell: 'electron',
    page,
    place,
    port: null,
    pid: child.pid ?? -1,
    faults: watchPage(page, () => false),
    output: () => output,
    call: (method, params) => callThroughBridge(page, method, params),
    async close() {
      const from = performance.now()
      await app.close()
      return performance.now() - from
    },
    async kill() {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGKILL')
      await gone
    }
  }
}

export const standInShell: Shell = { name: 'stand-in', missing: null, launch: launchStandIn }

const missingProgram = electronBinary() === null ? 'its program is not installed here' : noWindowReason()
export const electronShell: Shell = { name: 'electron', missing: missingProgram, launch: launchReal }
