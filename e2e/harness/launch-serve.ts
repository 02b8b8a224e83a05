/** @file The serve shell: out/main/serve.js as a process of its own, and Chromium as the person's browser. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { BrowserContext } from 'playwright-core'
import { WebSocket } from 'ws'
import type { Method, Params, Result } from '../../src-shared/ipc/contract'
import { fromWireError } from '../../src-shared/ipc/wire-error'
import { decodeFromCore, encodeFrame } from '../../src-shared/ipc/wire'
import { CHROMIUM_FLAGS } from './chromium-flags.mjs'
import { ROOT } from './places'
import { watchPage } from './running-app'
import type { LaunchOptions, RunningApp, Shell } from './running-app'

export interface ServerProcess {
  readonly child: ChildProcess
  /** Resolves to the sign-in address; rejects with the output when it ended before. */
  readonly address: Promise<string>
  readonly exit: Promise<number | null>
  output(): string
}

/** Starts only the server, without a browser. */
export function startServerProcess({ place, port = 0, args = [] }: LaunchOptions): ServerProcess {
  const child = fork(join(ROOT, 'out/main/serve.js'), ['--port', String(port), ...args], {
    cwd: place.home,
    env: place.env,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exit = new Promise<number | null>((settle) => child.once('exit', (code) => settle(code)))
  const address = new Promise<string>((settle, reject) => {
    child.once('message', (message) => settle((message as { address: string }).address))
    void exit.then((code) => reject(new Error(`the server ended with ${code}:\n${output}`)))
  })
  // Whoever does not wait for the address waits for the end.
  address.catch(() => undefined)
  return { child, address, exit, output: () => output }
}

/** A window without a page: asks the core over its own socket. */
async function askCore<M extends Method>(
  context: BrowserContext,
  origin: string,
  method: M,
  params: Params<M>
): Promise<Result<M>> {
  const cookies = await context.cookies(origin)
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } })
  try {
    return await new Promise<Result<M>>((settle, reject) => {
      socket.once('error', reject)
      socket.once('open', () => socket.send(encodeFrame({ type: 'call', id: 1, method, params })))
      socket.on('message', (data: Buffer) => {
        const message = decodeFromCore(data)
        if (message.type !== 'reply') return
        if (message.reply.ok) settle(message.reply.value as Result<M>)
        else reject(fromWireError(message.reply.error))
      })
    })
  } finally {
    socket.close()
  }
}

async function launch(options: LaunchOptions): Promise<RunningApp> {
  const server = startServerProcess(options)
  const address = await server.address
  const { origin, host, port } = new URL(address)
  const browser = await chromium.launch({ executablePath: process.env.EYRIE_CHROMIUM ?? '', args: CHROMIUM_FLAGS })
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  const page = await context.newPage()
  const faults = watchPage(page, (other) => other === host)
  await page.goto(address)
  return {
    shell: 'serve',
    page,
    place: options.place,
    port: Number(port),
    pid: server.child.pid ?? -1,
    faults,
    output: server.output,
    call: (method, params) => askCore(context, origin, method, params),
    async close() {
      const from = performance.now()
      server.child.kill('SIGTERM')
      await server.exit
      const tookMs = performance.now() - from
      await browser.close()
      return tookMs
    },
    async kill() {
      server.child.kill('SIGKILL')
      await server.exit
      await browser.close()
    }
  }
}

export const serveShell: Shell = { name: 'serve', missing: null, launch }
