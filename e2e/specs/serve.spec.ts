import { chromium } from 'playwright-core'
import { CHROMIUM_FLAGS } from '../harness/chromium-flags.mjs'
import { serveShell } from '../harness/launch-serve'
import { startServerProcess } from '../harness/launch-serve'
import { makePlace } from '../harness/places'
import { afterEach, beforeEach } from 'vitest'
import type { TestPlace } from '../harness/places'
import { expect, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

let place: TestPlace
beforeEach(() => {
  place = makePlace()
})
afterEach(() => place.remove())

test('a port in use is one clear error that names the port and the next step (serve)', async () => {
  const first = startServerProcess({ place })
  const { port } = new URL(await first.address)
  const second = startServerProcess({ place, port: Number(port) })
  expect(await second.exit).toBe(1)
  expect(second.output()).toContain(`Port ${port} is already in use`)
  expect(second.output()).toContain(`--port ${Number(port) + 1}`)
  expect(second.output()).not.toMatch(/\bat .*\(|node:/)
  first.child.kill('SIGTERM')
  expect(await first.exit).toBe(0)
})

test('wrong flags end with 2 and say how (serve)', async () => {
  for (const args of [['--port', 'abc'], ['--nonsense'], ['--port', '99999']]) {
    const server = startServerProcess({ place, args })
    expect(await server.exit).toBe(2)
    expect(server.output()).toContain('--port NUMBER')
  }
})

test('a project that cannot be opened is named, and nothing is left running (serve)', async () => {
  const server = startServerProcess({ place, args: ['--project', '/nowhere/at-all.eyrie'] })
  expect(await server.exit).toBe(1)
  expect(server.output()).toMatch(/at-all\.eyrie/)
  expect(server.output()).not.toMatch(/\n\s+at /)
})

test('the server ends with the process that started it (serve)', async () => {
  const server = startServerProcess({ place })
  await server.address
  server.child.disconnect()
  expect(await server.exit).toBe(0)
})

test('a page that outlives a killed server says so, keeps its edit, and saves it after the restart (serve)', async () => {
  const app = await serveShell.launch({ place })
  const browser = app.page.context().browser()
  const studio = new StudioPage(app)
  await studio.ready()
  process.kill(app.pid, 'SIGKILL')
  await studio.connectionLost()
  await studio.chooseTool('box')
  await studio.drag([0.2, 0.2], [0.4, 0.5])
  await studio.saveFailed()
  const again = startServerProcess({ place, port: app.port ?? 0 })
  await again.address
  await studio.connectionBack()
  await studio.saved()
  const [row] = [await studio.regionRows()]
  expect(row).toBe(1)
  await browser?.close()
  again.child.kill('SIGTERM')
  expect(await again.exit).toBe(0)
})

test('K3: a sign-in link opens one browser; a second browser is asked to sign in, in two languages (serve)', async () => {
  const server = startServerProcess({ place })
  const address = await server.address
  const browser = await chromium.launch({ executablePath: process.env.EYRIE_CHROMIUM ?? '', args: CHROMIUM_FLAGS })
  const mine = await (await browser.newContext()).newPage()
  await mine.goto(address)
  expect(new URL(mine.url()).search).toBe('')
  await new StudioPage({ page: mine }).ready()
  const other = await (await browser.newContext()).newPage()
  await other.goto(address)
  expect(await other.locator('form').count()).toBe(1)
  expect(await other.locator('[lang=zh-CN]').count()).toBeGreaterThan(1)
  await other.screenshot({ path: new URL('../artefacts/sign-in-serve.png', import.meta.url).pathname })
  await browser.close()
  server.child.kill('SIGTERM')
  await server.exit
})
