import { sendJson, sendStream, startServer, streamOf } from '../../src-main/endpoints/testing'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

/** In thousandths, as Qwen3-VL writes: a box in the middle of the picture. */
const ANSWER = ['```json\n[{"bbox_2d": ', '[250, 250, 750, 750]', ', "label": "meadow"}]\n```']

inEveryShell('model servers', (stage) => {
  test('I1: a question goes to a server only after its host was allowed, and its boxes become proposals', async () => {
    const server = await startServer(({ url }, response) => {
      if (url.endsWith('/models')) sendJson(response, 200, { data: [{ id: 'qwen' }] })
      else sendStream(response, streamOf(ANSWER))
    })
    try {
      const app = await stage.launch()
      const studio = new StudioPage(app)
      await studio.ready()
      await studio.addServer({ name: 'Lab GPU', model: 'qwen', url: server.baseUrl, dialect: 'qwen3-vl' })
      await stage.screenshot(app, 'servers-1-consent')
      const [{ items }] = [await app.call('images.list', { filter: 'all', offset: 0, limit: 1 })]
      const imageId = items[0]?.image.id ?? ''
      const children = [{ type: 'text' as const, value: 'Where is the meadow?' }]
      const refused = app.call('dialogue.ask', {
        requestId: 'q',
        imageId,
        dialogueId: null,
        children,
        modelId: 'lab-gpu',
        form: null
      })
      await expect(refused).rejects.toMatchObject({ code: 'endpoint/not-allowed' })
      expect(server.received).toEqual([])

      await studio.allowServer()
      await stage.screenshot(app, 'servers-2-allowed')
      await studio.useServer('Lab GPU')
      await studio.compose(['Where is the meadow?'])
      await studio.send()
      expect((await studio.answer()).status).toBe('complete')
      await stage.screenshot(app, 'servers-3-answer')
      const { regions } = await app.call('document.get', { imageId })
      expect(regions).toMatchObject([{ state: 'proposed', phrase: 'meadow', provenance: { provider: server.host } }])
      const shape = regions[0]?.shape
      expect(shape?.type === 'box' ? shape.box.map((side) => Math.round(side * 100)) : []).toEqual([25, 25, 75, 75])
      expect(server.received.map(({ url }) => url)).toEqual(['/v1/chat/completions'])
      expect(app.faults).toEqual([])
    } finally {
      await server.close()
    }
  })
})
