/** The Chromium whose pages are the windows. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { CHROMIUM_FLAGS } from '../harness/chromium-flags.mjs'

let browser = null
let child = null
let folder = null

export async function startBrowser() {
  folder = mkdtempSync(join(tmpdir(), 'standin-chromium-'))
  const flags = [...CHROMIUM_FLAGS, '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank']
  child = spawn(process.env.EYRIE_CHROMIUM, flags, { stdio: 'ignore' })
  const portFile = join(folder, 'DevToolsActivePort')
  for (let i = 0; i < 800 && !(existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n')); i++)
    await sleep(25)
  const [port, path] = readFileSync(portFile, 'utf8').split('\n')
  const address = `ws://127.0.0.1:${port}${path}`
  browser = await chromium.connectOverCDP(address)
  process.send?.({ standin: 'browser', address, pid: child.pid, folder })
}

export const browserContext = () => browser.contexts()[0]

export async function closeBrowser() {
  if (!child) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await gone
  child = null
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
