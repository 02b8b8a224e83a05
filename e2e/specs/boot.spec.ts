import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../harness/places'
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
    expect(await app.close()).toBeLessThan(2_000)
    const again = await stage.launch()
    await new StudioPage(again).startScreen()
  })
})
