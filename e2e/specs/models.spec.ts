import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendFile, stall, startSource } from '../../src-main/model-store/testing'
import type { TestSource, Trouble } from '../../src-main/model-store/testing'
import { zipOf } from '../../src-main/testing/zip'
import { ROOT } from '../harness/places'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const FIXTURES = join(ROOT, 'models', 'export', 'fixtures')

/** A tiny random model of a family, as its publisher would lay it out. */
function filesOf(fixture: string, licence: string): Record<string, Buffer> {
  const files: Record<string, Buffer> = { 'README.md': Buffer.from(`---\nlicense: ${licence}\n---\n`) }
  for (const name of readdirSync(join(FIXTURES, fixture), { recursive: true, encoding: 'utf8' }))
    if (/\.(json|jinja|onnx)$/.test(name) && name !== 'reference.json')
      files[name.replaceAll('\\', '/')] = readFileSync(join(FIXTURES, fixture, name))
  return files
}

inEveryShell('adding models', (stage) => {
  test('a known model is looked at, accepted, stopped, gone on with and used; no server hears of it before', async () => {
    const files = filesOf('qwen2.5-vl', 'other')
    const decoder = files['onnx/decoder_model_merged.onnx'] ?? Buffer.alloc(0)
    let isBroken = true
    const trouble: Trouble = (asked, response) => {
      if (asked.method !== 'GET' || !asked.path.endsWith('decoder_model_merged.onnx')) return false
      if (isBroken) stall(decoder, 100_000, response)
      else sendFile(decoder, asked, response)
      return true
    }
    const source: TestSource = await startSource({
      repository: 'onnx-community/Qwen2.5-VL-3B-Instruct-ONNX',
      files,
      trouble
    })
    try {
      const app = await stage.launch()
      const studio = new StudioPage(app)
      await studio.ready()
      await studio.appearance('dark', 'en')
      await studio.addModel('known')
      await stage.screenshot(app, 'models-1-known')
      await studio.modelSource('http://127.0.0.1:9')
      await studio.lookAtModel('qwen2.5-vl-3b-instruct', 'fp32')
      expect(await studio.addModelError()).toMatch(/nothing answers/)
      expect(await studio.addModelError()).toMatch(/add it from disk/)
      expect(source.asked).toEqual([])

      await studio.modelSource(source.url)
      await studio.lookAtModel('qwen2.5-vl-3b-instruct', 'fp32')
      expect(await studio.modelOffer()).toMatch(/Qwen Research License/)
      expect(await studio.modelOffer()).toMatch(/at least .+ for its weights/)
      expect(await studio.mayAddModel()).toBe(false)
      await stage.screenshot(app, 'models-2-offer')
      await studio.acceptLicence()
      await studio.runAddModel()
      await studio.modelBytesHaveComeOf('decoder_model_merged')
      await stage.screenshot(app, 'models-3-running')
      await studio.cancelAddModel()
      await studio.modelOffer()
      await studio.backFromOffer()
      await studio.knownModelSays('qwen2.5-vl-3b-instruct', /here already/)
      expect((await app.call('models.list', {})).map(({ id }) => id)).not.toContain('qwen2.5-vl-3b-instruct-fp32')

      isBroken = false
      await studio.lookAtModel('qwen2.5-vl-3b-instruct', 'fp32')
      expect(await studio.modelOffer()).toMatch(/here already/)
      await studio.acceptLicence()
      await studio.runAddModel()
      await studio.modelIsAdded()
      expect(source.asked.some(({ headers }) => /^bytes=[1-9]/.test(headers.range ?? ''))).toBe(true)
      await studio.useAddedModel('qwen2.5-vl-3b-instruct-fp32')
      await stage.screenshot(app, 'models-4-used')
      const runs = await studio.howModelRuns('qwen2.5-vl-3b-instruct-fp32')
      expect(runs).toMatch(/cpu, loaded in/)
      expect(runs).toMatch(/passed/)
      await stage.screenshot(app, 'models-8-how-it-runs')
      await studio.closeModels()
      await studio.compose(['What is there?'])
      await studio.send()
      // Its weights are random: that it answers is what counts.
      expect((await studio.answer()).status).not.toBe('failed')
      expect(app.faults).toEqual([])
    } finally {
      await source.close()
    }
  })

  test('an archive of this computer is added without a network, and removed again; in Chinese and light', async () => {
    const { home } = stage.place()
    const files = filesOf('llava', 'apache-2.0')
    writeFileSync(
      join(home, 'my-llava.zip'),
      zipOf(Object.entries(files).map(([name, content]) => ({ name, content })))
    )
    writeFileSync(join(home, 'holiday.zip'), zipOf([{ name: 'beach.txt', content: 'sand' }]))
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.appearance('light', 'zh-CN')
    await studio.addModel('known')
    await stage.screenshot(app, 'models-5-known-zh')
    await studio.closeAddModel()
    await studio.addModel('disk')
    await studio.modelFromDisk({ archive: 'holiday.zip' })
    expect(await studio.addModelError()).toContain('holiday.zip')
    await studio.modelFromDisk({ archive: 'my-llava.zip' })
    expect(await studio.modelOffer()).toContain('apache-2.0')
    await stage.screenshot(app, 'models-6-disk-zh')
    await studio.runAddModel()
    await studio.modelIsAdded()
    await stage.screenshot(app, 'models-7-done-zh')
    await studio.useAddedModel('my-llava')
    await studio.removeModel('my-llava')
    expect((await app.call('models.list', {})).map(({ id }) => id)).not.toContain('my-llava')
    expect(readdirSync(join(stage.place().data, 'models'))).toEqual([])
    expect(app.faults).toEqual([])
  })
})
