import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../harness/places'
import { descendants, eventually, isAlive } from '../harness/processes'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const sampleImages = readdirSync(join(ROOT, 'samples/first-flight'))
  .filter((name) => /\.(jpg|png)$/.test(name))
  .sort()

inEveryShell('first minute', (stage) => {
  test('the first run shows the first picture of the sample project, in both themes and languages', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    expect(await studio.imageName()).toContain(sampleImages[0])
    expect(await studio.galleryCount()).toBeGreaterThan(5)
    const project = await app.call('project.info', {})
    expect(project?.counts.images).toBe(sampleImages.length)
    await studio.appearance('dark', 'en')
    await stage.screenshot(app, 'first-run-dark')
    await studio.appearance('light', 'zh-CN')
    await stage.screenshot(app, 'first-run-light-zh')
    expect(app.faults).toEqual([])
  })

  test('J6: the page holds no Node, no Electron and no free file access', async () => {
    const app = await stage.launch()
    await new StudioPage(app).ready()
    const found = await app.page.evaluate(() => {
      const all = globalThis as unknown as Record<string, unknown>
      const bridge = all.eyrie as object | undefined
      return {
        node: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in all),
        bridge: bridge ? Object.entries(bridge).map(([name, value]) => `${name}: ${typeof value}`) : null
      }
    })
    expect(found).toEqual({ node: [], bridge: app.shell === 'serve' ? null : ['call: function', 'on: function'] })
  })

  test('B14: closing takes less than two seconds and leaves no process behind', async () => {
    const app = await stage.launch()
    await new StudioPage(app).ready()
    const hosts = descendants(app.pid, /-host\.js/)
    expect(hosts.length).toBeGreaterThan(0)
    expect(await app.close()).toBeLessThan(2_000)
    await eventually('the end of the host processes', () => !hosts.some(isAlive), 2_000)
  })

  test('the next start comes back to the project that was open; after closing it by hand, to the start screen', async () => {
    const first = await stage.launch()
    await new StudioPage(first).ready()
    await first.close()
    const second = await stage.launch()
    const studio = new StudioPage(second)
    await studio.ready()
    await studio.closeProject()
    await studio.startScreen()
    await stage.screenshot(second, 'start-screen')
    await second.close()
    const third = await stage.launch()
    await new StudioPage(third).startScreen()
  })
})
