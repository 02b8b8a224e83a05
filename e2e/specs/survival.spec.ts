import { descendants, eventually, isAlive } from '../harness/processes'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const firstImage = async (app: RunningApp) => {
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 1 })
  const image = items[0]?.image
  if (!image) throw new Error('the sample has no images')
  return image
}
const regionsOf = async (app: RunningApp) =>
  (await app.call('document.get', { imageId: (await firstImage(app)).id })).regions

inEveryShell('what was acknowledged stays', (stage) => {
  test('A7: undo and redo reach back over a restart', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.drawBox([0.1, 0.1, 0.3, 0.3])
    await studio.drawBox([0.5, 0.5, 0.7, 0.8])
    const drawn = await regionsOf(app)
    expect(drawn).toHaveLength(2)
    await app.close()

    const again = await stage.launch()
    const reopened = new StudioPage(again)
    await reopened.ready()
    expect(await regionsOf(again)).toEqual(drawn)
    await reopened.undo()
    await eventually('the second box to be gone', async () => (await regionsOf(again)).length === 1)
    await reopened.undo()
    await eventually('the first box to be gone', async () => (await regionsOf(again)).length === 0)
    await reopened.redo()
    await reopened.redo()
    await eventually('both boxes to be back', async () => (await regionsOf(again)).length === 2)
    expect((await regionsOf(again)).toSorted((a, b) => a.createdAtMs - b.createdAtMs)).toEqual(
      drawn.toSorted((a, b) => a.createdAtMs - b.createdAtMs)
    )
    expect(again.faults).toEqual([])
  })

  test('A4: after kill -9 in the middle of edits every acknowledged change is there, and the app says what happened', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const acknowledged = new Map<string, unknown>()
    for (let i = 0; i < 5; i++) {
      await studio.drawBox([0.05 + i * 0.15, 0.1, 0.15 + i * 0.15, 0.4])
      for (const region of await regionsOf(app)) acknowledged.set(region.id, region)
    }
    // One more gesture is under way when the power goes.
    const { mouse } = app.page
    await studio.chooseTool('box')
    await mouse.move(400, 600)
    await mouse.down()
    await mouse.move(600, 700)
    await app.kill()

    const again = await stage.launch()
    const reopened = new StudioPage(again)
    await reopened.noticeWith(/did not close/)
    await stage.screenshot(again, 'after-kill')
    await reopened.ready()
    const found = new Map((await regionsOf(again)).map((region) => [region.id, region]))
    for (const [id, region] of acknowledged) expect(found.get(id)).toEqual(region)
    expect(acknowledged.size).toBe(5)
  })

  test('B8: after kill -9 of the inference process in the middle of an answer nothing is lost, it is said, and the next question is answered', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.drawBox([0.2, 0.2, 0.5, 0.6])
    await studio.compose(['Where is the tree?'])
    await studio.send()
    const hosts = (): number[] => descendants(app.pid, /inference-host/)
    await eventually('the inference process', () => hosts().length > 0, 30_000)
    const [host] = hosts()
    if (host === undefined) throw new Error('the inference process is gone before it could be killed')
    process.kill(host, 'SIGKILL')
    await eventually('the end of the inference process', () => !isAlive(host))
    const killed = await studio.answerOrFailure()
    await stage.screenshot(app, 'after-inference-kill')
    expect(killed).toMatch(/ended|stopped|crash|died/i)
    expect(await regionsOf(app)).toHaveLength(1)

    await studio.compose(['Where is the cow?'])
    await studio.send()
    expect((await studio.answer()).status).toBe('complete')
    expect(isAlive(app.pid)).toBe(true)
  }, 120_000)
})
