import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { text } from '../../src-shared/grounded/build'
import type { EventName, Events } from '../../src-shared/ipc/contract'
import { writeTinyModel } from '../inference/testing/tiny-model'
import { writePicture } from '../testing/pictures'
import { spawnSource } from '../testing/spawn-from-source'
import { composeCore } from './compose'
import type { Core } from './core-options'
import type { HostProcess, SpawnHost } from './ports'

let folder: string
let core: Core
const hosts: HostProcess[] = []
const seen: { readonly event: EventName; readonly value: unknown }[] = []
const events = <E extends EventName>(event: E): Events[E][] =>
  seen.filter((e) => e.event === event).map((e) => e.value as Events[E])

const spawnHost: SpawnHost = (entry, env) => {
  const host = spawnSource(
    entry === 'media-host' ? 'src-main/media/host-entry.ts' : 'src-main/inference/host-entry.ts',
    env
  )
  if (entry === 'inference-host') hosts.push(host)
  return host
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyrie-compose-'))
  await mkdir(join(folder, 'scans'))
  await writePicture(join(folder, 'scans', 'a.jpg'))
  // Slow enough to be killed while it answers.
  await writeTinyModel(join(folder, 'models', 'tiny'), { id: 'tiny', rounds: 20_000n })
  core = composeCore({
    dataDir: join(folder, 'data'),
    homeDir: folder,
    sampleDir: join(folder, 'scans'),
    shippedModelsDir: join(folder, 'models'),
    app: { version: '0', shell: 'serve', platform: 'test', nodeVersion: '0', locale: 'en', folderPicker: 'browse' },
    spawnHost,
    emit: (event, value) => void seen.push({ event, value })
  })
  await core.openPath(join(folder, 'scans'))
})
afterAll(async () => {
  await core.close()
  await rm(folder, { recursive: true, force: true })
})

test('kill -9 of the model process in mid-answer: the question and what came are kept, it is said, and the next answer comes', async () => {
  const { items } = await core.handlers['images.list']({ filter: 'all', offset: 0, limit: 1 })
  const imageId = items[0]?.image.id ?? ''
  const ask = (requestId: string, dialogueId: string | null) =>
    core.handlers['dialogue.ask']({
      requestId,
      imageId,
      dialogueId,
      children: [text('What is this?')],
      modelId: 'tiny',
      form: null
    })

  const asked = ask('doomed', null)
  await expect
    .poll(() => events('answer.progress').some(({ text: words }) => words !== ''), { timeout: 20_000 })
    .toBe(true)
  process.kill(hosts.at(-1)?.pid ?? Number.NaN, 'SIGKILL')
  expect(await asked).toMatchObject({ status: 'failed', statusReason: expect.stringMatching(/SIGKILL|died|ended/) })
  const { turns, dialogues } = await core.handlers['document.get']({ imageId })
  expect(turns.map(({ role, status }) => [role, status])).toEqual([
    ['user', 'complete'],
    ['assistant', 'failed']
  ])
  expect(turns[1]?.rawText).not.toBe('')
  expect(events('notice').map(({ code, nextStep }) => [code, nextStep !== null])).toEqual([['inference/crashed', true]])

  const again = ask('second', dialogues[0]?.id ?? '')
  await expect
    .poll(
      () => events('answer.progress').some(({ requestId, text: words }) => requestId === 'second' && words !== ''),
      { timeout: 20_000 }
    )
    .toBe(true)
  const cancelledAtMs = performance.now()
  await core.handlers['dialogue.cancel']({ requestId: 'second' })
  expect(await again).toMatchObject({ status: 'partial', provider: 'cpu' })
  expect(performance.now() - cancelledAtMs).toBeLessThan(3_000)
  expect(new Set(hosts.map(({ pid }) => pid)).size).toBeGreaterThan(1)
})
