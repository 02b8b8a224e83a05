/** @file The service against real host processes: what a person, a driver or the system does to them. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../src-shared/errors'
import type { Events } from '../../src-shared/ipc/contract'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import type { AskAnswer, AskObserver, AskRequest, InferenceService, SpawnHost } from '../core/ports'
import { writePicture } from '../testing/pictures'
import { spawnFromSource, spawnSource } from '../testing/spawn-from-source'
import { DEFAULT_STOP_LIMITS } from './decode/stop-rules'
import type { InferenceLimits } from './limits'
import { createInferenceService } from './service'
import { writeTinyModel } from './testing/tiny-model'

/** One call of the slow decoder takes some milliseconds, one of the endless one never ends. */
const SLOW = 400n
const ENDLESS = 1n << 60n
const stop = { ...DEFAULT_STOP_LIMITS, maxRepeatedTokens: 1_000_000 }

let dir = ''
const at = (name: string): string => join(dir, name)
const open: InferenceService[] = []
let statuses: Events['model.status'][] = []

function serve(limits: Partial<InferenceLimits> = {}, spawnHost: SpawnHost = spawnFromSource): InferenceService {
  const service = createInferenceService({ spawnHost, modelPlaces: [at('models')], limits: { stop, ...limits } })
  service.onStatus((status) => statuses.push(status))
  open.push(service)
  return service
}

const question = (modelId: string, more: Partial<AskRequest> = {}): AskRequest => ({
  requestId: crypto.randomUUID(),
  modelId,
  imagePath: at('picture.png'),
  messages: [{ role: 'user', text: 'What is this?' }],
  maxNewTokens: 12,
  ...more
})
const long = { maxNewTokens: 900 } as const

/** For tests whose limits grow with what else the machine does. */
const PATIENT = { timeout: 120_000 } as const

/**
 * How many times longer than alone things take at the moment, because of what else this machine does: 1 on a quiet one.
 * Limits of time are the promised ones times this, so that they bite on a quiet machine and do not fail on a busy one.
 */
function crowding(): number {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const spentMs = (): number => {
    const { user, system } = process.cpuUsage(cpu)
    return (user + system) / 1_000
  }
  while (spentMs() < 40);
  return Math.min(6, Math.max(1, (performance.now() - started) / spentMs()))
}

interface Started {
  readonly answer: Promise<AskAnswer>
  /** Resolves when the first words are there. */
  readonly begun: Promise<void>
  text(): string
}
function start(service: InferenceService, request: AskRequest, until: 'text' | 'decoding' = 'text'): Started {
  let text = ''
  let observer: AskObserver = {}
  const begun = new Promise<void>((resolve) => {
    observer = {
      phase: (phase) => void (phase === until && resolve()),
      text: (whole) => {
        text = whole
        if (until === 'text') resolve()
      }
    }
  })
  const answer = service.ask(request, observer)
  answer.catch(() => undefined)
  return { answer, begun, text: () => text }
}
const errorOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: AppError) => error
  )

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-inference-'))
  await writePicture(at('picture.png'))
  await writeTinyModel(at('models/tiny'))
  await writeTinyModel(at('models/slow'), { id: 'slow', rounds: SLOW })
  await writeTinyModel(at('models/endless'), { id: 'endless', rounds: ENDLESS })
  await writeTinyModel(at('models/nan'), { id: 'nan', isNaN: true })
})
afterEach(async () => {
  for (const service of open.splice(0)) await service.close()
  statuses = []
})
afterAll(() => rm(dir, { recursive: true }))

describe('inference service', () => {
  it('starts a host when it is first needed, answers, and records what really ran', async () => {
    const service = serve()
    expect(service.hostPid()).toBeNull()
    const phases: string[] = []
    const texts: string[] = []
    const answer = await service.ask(question('tiny'), {
      phase: (phase) => phases.push(phase),
      text: (text) => texts.push(text)
    })
    expect(phases).toEqual(['queued', 'loading-model', 'reading-image', 'prefill', 'decoding'])
    expect(answer).toMatchObject({ stop: 'length', limit: 'tokens', provider: 'cpu', providerNotes: [] })
    expect(answer.tokenTexts.join('')).toBe(answer.text)
    expect(answer.tokenLogProbs.length).toBe(answer.tokenTexts.length)
    expect(texts.every((text, i) => text.startsWith(texts[i - 1] ?? ''))).toBe(true)
    expect(answer.text.startsWith(texts.at(-1) ?? '-')).toBe(true)
    expect(service.hostPid()).toBeGreaterThan(0)
    expect(statuses.map(({ state }) => state)).toEqual(['starting', 'ready'])
    expect((await service.ask(question('tiny'))).text).toBe(answer.text)
  })

  it('holds an answer to the form it was asked for, and the next one to nothing', async () => {
    const service = serve()
    const form: AnswerForm = { kind: 'labels', labels: ['dog house', 'dog', '图'] }
    const held = await service.ask({ ...question('tiny'), form })
    expect(form.labels).toContain(held.text)
    expect(held.stop).toBe('end')
    const empty = service.ask({ ...question('tiny'), form: { kind: 'labels', labels: [' '] } })
    expect(await errorOf(empty)).toMatchObject({ code: 'inference/cannot-constrain' })
    expect(await service.ask(question('tiny'))).toMatchObject({ stop: 'length' })
  })

  it('gives other answers when they are asked for: the same words, then another place', async () => {
    const service = serve()
    const items = { type: 'integer', minimum: 0, maximum: 999 }
    const schema = { type: 'array', items, minItems: 4, maxItems: 4 }
    const asked = { ...question('tiny'), maxNewTokens: 200, form: { kind: 'json-schema', schema } as const }
    const alone = await service.ask(asked)
    expect(alone.alternatives).toBeUndefined()
    const several = await service.ask({ ...asked, requestId: crypto.randomUUID(), nBest: 4 })
    expect(several.text).toBe(alone.text)
    const others = several.alternatives ?? []
    expect(others.length).toBeGreaterThanOrEqual(3)
    expect(new Set([several.text, ...others.map(({ text }) => text)]).size).toBe(others.length + 1)
    for (const { text, tokenTexts, tokenLogProbs, tokenRivals = [] } of others) {
      expect(tokenTexts.join('')).toBe(text)
      expect(JSON.parse(text)).toHaveLength(4)
      expect([tokenLogProbs.length, tokenRivals.length]).toEqual([tokenTexts.length, tokenTexts.length])
      const turn = tokenTexts.findIndex((token, place) => token !== several.tokenTexts[place])
      expect(tokenTexts[turn]).toMatch(/\d/)
      expect(tokenLogProbs.every((value) => value <= 0)).toBe(true)
    }
  })

  it('answers in the order asked, and a failed question harms none of the others', async () => {
    const service = serve()
    const ended: string[] = []
    const ask = (name: string, request: AskRequest): Promise<void> =>
      service.ask(request).then(
        () => void ended.push(name),
        (error: AppError) => void ended.push(`${name}: ${error.code}`)
      )
    await Promise.all([
      ask('first', question('tiny')),
      ask('second', question('nan')),
      ask('third', question('none')),
      ask('fourth', question('tiny'))
    ])
    expect(ended).toEqual(['first', 'second: inference/bad-output', 'third: model/not-found', 'fourth'])
  })

  it('answers questions that wait for one picture together, each as it would be alone, in their order', async () => {
    const texts = ['What is this?', 'Where is the dog, and what is left of it?', 'the cat', 'red']
    const alone: string[] = []
    const single = serve()
    for (const text of texts)
      alone.push((await single.ask(question('tiny', { messages: [{ role: 'user', text }] }))).text)
    const posted: { kind: string; beside?: readonly unknown[] }[] = []
    const watched: SpawnHost = (_entry, env) => {
      const host = spawnSource('src-main/inference/host-entry.ts', env)
      return { ...host, post: (message) => (posted.push(message as { kind: string }), host.post(message)) }
    }
    const service = serve({}, watched)
    const ended: string[] = []
    const together = await Promise.all(
      texts.map(async (text) => {
        const seen: string[] = []
        const observer = { text: (whole: string) => seen.push(whole) }
        const answer = await service.ask(question('tiny', { messages: [{ role: 'user', text }] }), observer)
        ended.push(text)
        expect(answer.tokenTexts.join('')).toBe(answer.text)
        expect(seen.length).toBeGreaterThan(1)
        return answer.text
      })
    )
    expect(together).toEqual(alone)
    expect([...ended].sort()).toEqual([...texts].sort())
    expect(posted.map(({ kind, beside }) => [kind, beside?.length])).toEqual([['ask', 3]])
    // Another picture, model or form of asking is not beside it.
    posted.length = 0
    await Promise.all([
      service.ask(question('tiny')),
      service.ask(question('tiny', { nBest: 2 })),
      service.ask(question('tiny'))
    ])
    expect(posted.map(({ beside }) => beside?.length)).toEqual([0, 0, 0])
  })

  it('B8: questions asked together with a bad one, or with one that ends the host, are answered all the same', async () => {
    const service = serve()
    const bad = { messages: [{ role: 'user' as const, text: 'dog '.repeat(2_000) }] }
    const outcomes = await Promise.all(
      [question('tiny'), question('tiny', bad), question('tiny')].map((asked) =>
        service.ask(asked).then(
          ({ text }) => text,
          ({ code }: AppError) => code
        )
      )
    )
    expect(outcomes[1]).toBe('inference/prompt-too-long')
    expect(outcomes[0]).toBe(outcomes[2])
    expect(outcomes[0]?.length).toBeGreaterThan(3)

    const first = start(service, question('slow', { maxNewTokens: 40 }))
    const second = start(service, question('slow', { maxNewTokens: 41 }))
    await Promise.race([first.begun, second.begun])
    process.kill(service.hostPid() ?? 0, 'SIGKILL')
    expect([(await first.answer).tokenTexts.length, (await second.answer).tokenTexts.length]).toEqual([40, 41])
  })

  it('one of several questions on a picture is taken back, and the others go on', async () => {
    const service = serve()
    const taken = question('slow', long)
    const first = start(service, question('slow', { maxNewTokens: 60 }))
    const second = start(service, taken)
    await Promise.race([first.begun, second.begun])
    expect(await service.cancel(taken.requestId)).toBe(true)
    expect((await second.answer).stop).toBe('cancelled')
    expect((await first.answer).tokenTexts.length).toBe(60)
  })

  it('B10: a provider that failed in a batch is given up once, for all that is asked afterwards, and each answer says so', async () => {
    let starts = 0
    const fragile: SpawnHost = (_entry, env) => {
      starts++
      const host = spawnSource('src-main/inference/host-entry.ts', env)
      if (starts > 1) return host
      return { ...host, post: () => process.kill(host.pid ?? 0, 'SIGSEGV') }
    }
    const service = serve({}, fragile)
    const gpu = { providers: ['webgpu'] as const }
    const batch = await Promise.all([1, 2, 3].map(() => service.ask(question('tiny', gpu))))
    const later = await service.ask(question('tiny', gpu))
    for (const { provider, providerNotes } of [...batch, later]) {
      expect(provider).toBe('cpu')
      expect(providerNotes).toEqual([expect.stringMatching(/^webgpu was given up: .*SIGSEGV/)])
    }
    expect(starts).toBe(2)
  })

  it(
    'B8: kill -9 of the host in mid-answer is a crash with its signal, and the next question is answered',
    PATIENT,
    async () => {
      const service = serve()
      const { answer, begun } = start(service, question('slow', long))
      await begun
      const pid = service.hostPid() ?? 0
      const killedAt = performance.now()
      process.kill(pid, 'SIGKILL')
      const error = await errorOf(answer)
      expect(error).toMatchObject({ code: 'inference/crashed', data: { signal: 'SIGKILL', modelId: 'slow' } })
      expect(error.nextStep).toBeTruthy()
      expect((await service.ask(question('tiny'))).tokenTexts.length).toBe(12)
      expect(performance.now() - killedAt).toBeLessThan(3_000 * crowding())
      expect(service.hostPid()).not.toBe(pid)
      expect(statuses.map(({ state }) => state)).toContain('crashed')
    }
  )

  it('B8: a host that is started after a crash runs the model as it was found to run best', async () => {
    const service = serve()
    await service.ask(question('tiny'))
    const found = /; (split|delta|present-past): a step behind/.exec(statuses.at(-1)?.detail ?? '')?.[1]
    expect(found).toBeDefined()
    process.kill(service.hostPid() ?? 0, 'SIGKILL')
    await service.ask(question('tiny')).catch(() => undefined)
    await service.ask(question('tiny'))
    const ready = statuses.filter(({ state }) => state === 'ready')
    expect(ready.at(-1)?.detail).toContain(`; ${found}: as found before`)
  })

  it('a model that was measured before the app was closed is not measured again', async () => {
    const cached = (): InferenceService => {
      const options = {
        spawnHost: spawnFromSource,
        modelPlaces: [at('models')],
        limits: { stop },
        cacheDir: at('cache')
      }
      const service = createInferenceService(options)
      service.onStatus((status) => statuses.push(status))
      open.push(service)
      return service
    }
    const first = cached()
    const { text } = await first.ask(question('tiny'))
    await first.close()
    expect((await cached().ask(question('tiny'))).text).toBe(text)
    const ready = statuses.filter(({ state }) => state === 'ready').map(({ detail }) => detail ?? '')
    expect(ready[0]).toMatch(/: a step behind/)
    expect(ready[1]).toMatch(/; (split|delta|present-past): as found before/)
  })

  it('B8: a graph that asks for ten times the memory there is costs its question, with the reason, and no other', async () => {
    await writeTinyModel(at('models/hungry'), { id: 'hungry', bytes: 10n * BigInt(totalmem()) })
    const service = serve()
    const error = await errorOf(service.ask(question('hungry')))
    expect(['model/corrupt-graph', 'inference/failed', 'inference/crashed']).toContain(error.code)
    expect(error.message.length).toBeGreaterThan(20)
    expect((await service.ask(question('tiny'))).stop).toBe('length')
    await rm(at('models/hungry'), { recursive: true })
  })

  it('B8: an item that ends the host twice is set aside and the batch goes on', async () => {
    const service = serve()
    const deadly = (): AskRequest => question('slow', long)
    for (let times = 0; times < 2; times++) {
      const { answer, begun } = start(service, deadly())
      await begun
      process.kill(service.hostPid() ?? 0, 'SIGSEGV')
      expect((await errorOf(answer)).code).toBe('inference/crashed')
    }
    const pidBefore = service.hostPid()
    expect(await errorOf(service.ask(deadly()))).toMatchObject({ code: 'inference/set-aside', data: { times: 2 } })
    expect(service.hostPid()).toBe(pidBefore)
    expect((await service.ask(question('tiny'))).stop).toBe('length')
  })

  it('B9: the parent ends a host that was stopped, and the next question is answered', PATIENT, async () => {
    const silenceMs = 1_000 * crowding()
    const service = serve({ silenceMs })
    const { answer, begun } = start(service, question('slow', long))
    await begun
    process.kill(service.hostPid() ?? 0, 'SIGSTOP')
    const stoppedAt = performance.now()
    expect(await errorOf(answer)).toMatchObject({ code: 'inference/timeout' })
    const waited = performance.now() - stoppedAt
    expect(waited).toBeGreaterThan(silenceMs * 0.5)
    expect(waited).toBeLessThan(2 * silenceMs + 2_000 * crowding())
    expect((await service.ask(question('tiny'))).stop).toBe('length')
  })

  it('B13: raises no alarm about the host when it was the parent that stood still', PATIENT, async () => {
    const silenceMs = 1_000 * crowding()
    const service = serve({ silenceMs })
    const { answer, begun } = start(service, question('slow', { maxNewTokens: 60 }))
    await begun
    // Without work: a parent that stands still takes nothing of the machine from its host.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2.25 * silenceMs)
    expect((await answer).tokenTexts.length).toBe(60)
  })

  it('B9: the parent ends a graph that never ends, and Stop ends it within 1 s', PATIENT, async () => {
    const service = serve({ silenceMs: 1_500 * crowding() })
    expect(await errorOf(service.ask(question('endless')))).toMatchObject({ code: 'inference/timeout' })
    const patient = serve()
    const request = question('endless')
    const { answer, begun } = start(patient, request, 'decoding')
    const prefill = new Promise((resolve) => setTimeout(resolve, 1_200))
    await Promise.race([begun, prefill])
    const cancelledAt = performance.now()
    expect(await patient.cancel(request.requestId)).toBe(true)
    expect(performance.now() - cancelledAt).toBeLessThan(1_000 * crowding())
    expect(await answer).toMatchObject({ stop: 'cancelled', text: '' })
    expect((await patient.ask(question('tiny'))).stop).toBe('length')
  })

  it('H4: Stop in mid-answer ends it within 1 s with the words so far, and the host lives on', PATIENT, async () => {
    const service = serve()
    const request = question('slow', long)
    const { answer, begun, text } = start(service, request)
    await begun
    const pid = service.hostPid()
    const cancelledAt = performance.now()
    expect(await service.cancel(request.requestId)).toBe(true)
    expect(performance.now() - cancelledAt).toBeLessThan(1_000 * crowding())
    const result = await answer
    expect(result.stop).toBe('cancelled')
    expect(result.text.startsWith(text())).toBe(true)
    expect(result.text.length).toBeGreaterThan(0)
    expect(service.hostPid()).toBe(pid)
    expect(await service.cancel(request.requestId)).toBe(false)
  })

  it('cancels a question that is still waiting without touching the one that runs', async () => {
    const service = serve()
    const running = start(service, question('slow', { maxNewTokens: 40 }))
    const waiting = question('tiny')
    const { answer } = start(service, waiting)
    await running.begun
    expect(await service.cancel(waiting.requestId)).toBe(true)
    expect(await answer).toMatchObject({ stop: 'cancelled', provider: 'none', text: '' })
    expect((await running.answer).tokenTexts.length).toBe(40)
  })

  it('refuses an id that is running and a provider nobody knows', async () => {
    const service = serve()
    const request = question('tiny')
    const first = service.ask(request)
    expect(await errorOf(service.ask(request))).toMatchObject({ code: 'inference/duplicate-request' })
    await first
    expect(await errorOf(service.ask(question('tiny', { providers: ['abacus'] })))).toMatchObject({
      code: 'inference/unknown-provider'
    })
  })

  it('names a missing picture, and a graph whose bytes are damaged', async () => {
    const service = serve()
    expect(await errorOf(service.ask(question('tiny', { imagePath: at('gone.png') })))).toMatchObject({
      code: 'image/unreadable',
      data: { fileName: 'gone.png' }
    })
    await writeTinyModel(at('models/hurt'), { id: 'hurt' })
    const decoderFile = at('models/hurt/onnx/decoder_model_merged.onnx')
    await writeFile(decoderFile, 'not a graph')
    const askHurt = (): Promise<AppError> => errorOf(service.ask(question('hurt')))
    expect(await askHurt()).toMatchObject({ code: 'model/wrong-size', data: { model: 'hurt' } })
    const card = JSON.parse(await readFile(at('models/hurt/eyrie.json'), 'utf8')) as object
    await writeFile(at('models/hurt/eyrie.json'), JSON.stringify({ ...card, files: [] }))
    expect(await askHurt()).toMatchObject({
      code: 'model/corrupt-graph',
      message: expect.stringContaining('decoder_model_merged.onnx')
    })
    await copyFile(at('models/hurt/onnx/embed_tokens.onnx'), decoderFile)
    expect(await askHurt()).toMatchObject({ code: 'model/unsupported-graph' })
    await rm(at('models/hurt/onnx/embed_tokens.onnx'))
    expect(await askHurt()).toMatchObject({
      code: 'model/missing-file',
      message: expect.stringContaining('embed_tokens.onnx')
    })
    await rm(at('models/hurt'), { recursive: true })
    expect((await service.ask(question('tiny'))).stop).toBe('length')
  })

  it('B10: a provider that is not there is given up once, with the reason in the answer', async () => {
    const service = serve()
    const answer = await service.ask(question('tiny', { providers: ['cuda'] }))
    expect(answer.provider).toBe('cpu')
    expect(answer.providerNotes).toEqual([expect.stringMatching(/^cuda was given up: .+/)])
  })

  it('B10: a provider that takes the process with it is given up, and the question is answered on the CPU', async () => {
    let starts = 0
    const fragile: SpawnHost = (_entry, env) => {
      starts++
      const host = spawnSource('src-main/inference/host-entry.ts', env)
      if (starts > 1) return host
      return { ...host, post: () => process.kill(host.pid ?? 0, 'SIGSEGV') }
    }
    const service = serve({}, fragile)
    const answer = await service.ask(question('tiny', { providers: ['webgpu'] }))
    expect(answer.provider).toBe('cpu')
    expect(answer.providerNotes).toEqual([expect.stringMatching(/^webgpu was given up: .*SIGSEGV/)])
    expect(starts).toBe(2)
  })

  it(
    'B10: a provider that never comes back is given up, and the question is answered on the CPU',
    PATIENT,
    async () => {
      let starts = 0
      const stuck: SpawnHost = (_entry, env) => {
        starts++
        const host = spawnSource('src-main/inference/host-entry.ts', env)
        return starts > 1 ? host : { ...host, post: () => undefined }
      }
      const patience = 3_000 * crowding()
      const service = serve({ silenceMs: patience, startMs: patience }, stuck)
      const answer = await service.ask(question('tiny', { providers: ['webgpu'] }))
      expect([answer.provider, starts]).toEqual(['cpu', 2])
      expect(answer.providerNotes).toEqual(['webgpu was given up: it gave no sign of life'])
    }
  )

  it('probes every provider in a process of its own and reports the CPU as working', PATIENT, async () => {
    const service = serve({ probeMs: 20_000 * crowding() })
    const reports = await service.probe()
    expect(reports.at(-1)).toMatchObject({ name: 'cpu', works: true })
    expect(reports.filter(({ works }) => !works).every(({ detail }) => detail.length > 10)).toBe(true)
    expect(service.hostPid()).toBeNull()
  })

  it('ends its host and tells everyone waiting when it closes', async () => {
    const service = serve()
    const { answer, begun } = start(service, question('slow', long))
    const { answer: waiting } = start(service, question('tiny'))
    await begun
    const pid = service.hostPid() ?? 0
    await service.close()
    expect([(await errorOf(answer)).code, (await errorOf(waiting)).code]).toEqual([
      'inference/closed',
      'inference/closed'
    ])
    expect(() => process.kill(pid, 0)).toThrow()
    expect((await errorOf(service.ask(question('tiny')))).code).toBe('inference/closed')
  })
})
