import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe } from 'vitest'
import { launchStandIn } from '../harness/launch-electron'
import type { ElectronApp } from '../harness/launch-electron'
import { makePlace, ROOT } from '../harness/places'
import type { TestPlace } from '../harness/places'
import { eventually } from '../harness/processes'
import { expect, SHELLS, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

/** What the stand-in gives to `evaluate`, as far as these specs use it. */
interface StandIn {
  readonly shell: { readonly opened: string[] }
  readonly dialog: { showMessageBox: unknown }
  readonly Menu: { getApplicationMenu(): { getMenuItemById(id: string): { click(): void } | null } }
  readonly BrowserWindow: { getAllWindows(): { minimize(): void; isMinimized(): boolean; focused?: number }[] }
  readonly handlers: ReadonlyMap<string, (event: unknown, method: string, params: unknown) => unknown>
  readonly installedPermissions: {
    request(
      contents: null,
      permission: string,
      answer: (allowed: boolean) => void,
      details: { requestingUrl: string }
    ): void
    check(contents: null, permission: string, origin: string): boolean
    device(): boolean
  }
}
type InMain = <T, A = undefined>(run: (electron: StandIn, argument: A) => T | Promise<T>, argument?: A) => Promise<T>

describe.runIf(SHELLS.some((shell) => shell.name === 'stand-in'))('rules of the Electron shell', () => {
  let place: TestPlace
  let app: ElectronApp
  let inMain: InMain
  beforeEach(async () => {
    place = makePlace()
    app = await launchStandIn({ place })
    inMain = app.evaluate as unknown as InMain
    await new StudioPage(app).ready()
  })
  afterEach(async () => {
    await app.kill()
    place.remove()
  })

  test('J4: the page cannot go elsewhere; https opens outside, http only after a question, other schemes never (stand-in)', async () => {
    const { page } = app
    const before = page.url()
    await page.evaluate(() => {
      location.href = 'https://evil.example/'
    })
    await page.evaluate(() => {
      window.open('https://example.org/help')
      window.open('http://plain.example/')
      window.open('file:///etc/passwd')
    })
    const opened = (): Promise<string[]> => inMain(({ shell }) => shell.opened)
    await eventually('the link outside', async () => (await opened()).length > 0)
    expect(await opened()).toEqual(['https://example.org/help'])
    await eventually('popups to be closed', () => page.context().pages().length === 1)
    expect(page.url()).toBe(before)
    await new StudioPage(app).ready()
  })

  test('J5: permissions are denied, asked for and checked, but for writing to the clipboard from our own page (stand-in)', async () => {
    const asked = await inMain(({ installedPermissions }) => {
      const request = (permission: string, url: string): boolean => {
        let allowed = false
        installedPermissions.request(null, permission, (answer) => (allowed = answer), { requestingUrl: url })
        return allowed
      }
      const own = 'studio://app/index.html'
      const denied = [
        'media',
        'geolocation',
        'notifications',
        'clipboard-read',
        'openExternal',
        'fileSystem',
        'usb',
        'midi'
      ]
      return {
        denied: denied.filter((name) => request(name, own) || installedPermissions.check(null, name, 'studio://app')),
        device: installedPermissions.device(),
        copy: request('clipboard-sanitized-write', own),
        copyElsewhere: request('clipboard-sanitized-write', 'https://evil.example/'),
        copyLookalike: request('clipboard-sanitized-write', 'studio://app.evil.example/')
      }
    })
    expect(asked).toEqual({ denied: [], device: false, copy: true, copyElsewhere: false, copyLookalike: false })
  })

  test('J6: calls from a frame are refused, and unknown channels and methods do nothing (stand-in)', async () => {
    const reply = await app.page.evaluate(() =>
      (window as unknown as { eyrie: { call(method: string, params: unknown): Promise<unknown> } }).eyrie.call(
        'nope',
        {}
      )
    )
    expect(reply).toMatchObject({ ok: false, error: { code: 'ipc/unknown-method' } })
    const fromFrame = await app.page.evaluate(async () => {
      const frame = document.createElement('iframe')
      frame.src = '/index.html'
      document.body.append(frame)
      await new Promise((done) => frame.addEventListener('load', done))
      try {
        return typeof (frame.contentWindow as unknown as { eyrie?: unknown }).eyrie
      } catch {
        // The page may not be framed at all: what came is another origin's error page.
        return 'blocked'
      }
    })
    expect(fromFrame).toBe('blocked')
    const asked = await inMain(async ({ handlers }) => {
      const call = handlers.get('eyrie:call')
      const own = { url: 'studio://app/index.html' }
      const senders = [
        { sender: { mainFrame: own }, senderFrame: { url: own.url } },
        { sender: { mainFrame: own }, senderFrame: null },
        ...['https://evil.example/', 'studio://app.evil.example/', 'file:///index.html'].map((url) => {
          const frame = { url }
          return { sender: { mainFrame: frame }, senderFrame: frame }
        })
      ]
      const replies = await Promise.all(senders.map((event) => call?.(event, 'project.close', {})))
      return replies.map((reply) => (reply as { error?: { code: string } } | undefined)?.error?.code)
    })
    expect(asked).toEqual(Array.from({ length: 5 }, () => 'ipc/foreign-sender'))
    expect(await app.call('project.info', {})).not.toBeNull()
  })

  test('a menu item runs the command of its name in the window (stand-in)', async () => {
    await inMain(({ Menu }) => Menu.getApplicationMenu().getMenuItemById('app.palette')?.click())
    await new StudioPage(app).paletteOpen()
  })

  test('B4: a second start brings the first window to the front and ends (stand-in)', async () => {
    await inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
    await expect(launchStandIn({ place })).rejects.toThrow('ended with 0')
    await eventually('the first window in front', () =>
      inMain(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows()
        return window !== undefined && !window.isMinimized() && (window.focused ?? 0) > 0
      })
    )
  })
})

const sourcesOf = (folder: string): readonly (readonly [path: string, text: string])[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => [join(folder, name).replaceAll('\\', '/'), readFileSync(join(ROOT, folder, name), 'utf8')] as const)

test('J1: windows are made in one place only', () => {
  const makers = sourcesOf('src-main').filter(([, text]) =>
    /new (BrowserWindow|WebContentsView|BrowserView)\b/.test(text)
  )
  expect(makers.map(([path]) => path)).toEqual(['src-main/shell/electron/window.ts'])
})

test('J6: channels are handled in one place only, and the preload hands out functions only', () => {
  const handlers = sourcesOf('src-main').filter(([, text]) => /\bipcMain\b/.test(text))
  expect(handlers.map(([path]) => path)).toEqual(['src-main/shell/electron/ipc.ts'])
  const built = readFileSync(join(ROOT, 'out/preload/index.cjs'), 'utf8')
  expect([...built.matchAll(/require\(["'`]([^"'`]+)/g)].map((match) => match[1])).toEqual(['electron'])
})

test('J3: nothing is loaded from file: or from another host', () => {
  const loaders = sourcesOf('src-main/shell/electron').flatMap(([path, text]) =>
    /\.loadFile\(|loadURL\((?!APP_ADDRESS\))/.test(text) ? [path] : []
  )
  expect(loaders).toEqual([])
  const page = readFileSync(join(ROOT, 'out/renderer/index.html'), 'utf8')
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect(page).not.toMatch(/<style|\bstyle="/)
})
