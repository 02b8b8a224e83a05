import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { AppError } from '../../src-shared/errors'
import type { AskAnswer, InferenceService } from '../core/ports'
import { retryAfterMs } from './ask-endpoint'
import { ChatReader, errorText } from './chat-answer'
import { endpointsFile, parseEndpoint } from './config'
import type { Endpoint } from './config'
import { createEndpointList } from './list'
import { createEndpointRoom } from './room'
import { ServerPool } from './server-pool'
import { createEndpointService } from './service'
import type { EndpointService, EndpointServiceOptions } from './service'
import { event, sendJson, sendStream, startServer, streamOf } from './testing'
import type { Handler, TestServer } from './testing'

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)
const ANSWER = ['the ', 'dog', '[0.100', ',0.200,0.300,0.400]']
const endings: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

async function server(handler: Handler): Promise<TestServer> {
  const started = await startServer(handler)
  endings.push(() => started.close())
  return started
}

const endpointAt = (servers: readonly TestServer[], more: Partial<Endpoint> = {}): Endpoint => ({
  ...parseEndpoint({
    id: 'remote',
    name: 'Remote',
    baseUrls: servers.map(({ baseUrl }) => baseUrl),
    model: 'qwen',
    dialect: 'shikra'
  }),
  allowedHosts: servers.map(({ host }) => host),
  ...more
})

function serviceFor(endpoint: Endpoint, more: Partial<EndpointServiceOptions> = {}): EndpointService {
  const service = createEndpointService({
    list: async () => [endpoint],
    media: { forSending: async () => JPEG },
    environment: { SECRET: 'sk-very-secret' },
    firstPauseMs: 1,
    ...more
  })
  endings.push(() => service.close())
  return service
}

const ask = (service: EndpointService, texts: string[] = []): Promise<AskAnswer> =>
  service.ask(
    { requestId: 'q', modelId: 'remote', imagePath: '/x.jpg', messages: [{ role: 'user', text: 'Where is the dog?' }] },
    { text: (text) => texts.push(text) }
  )

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown as AppError
  )
  return error === null ? 'no error' : error.code
}

describe('a question', () => {
  test('goes with its picture, and the answer comes token by token with probabilities', async () => {
    const remote = await server((_, response) => sendStream(response, streamOf(ANSWER)))
    const texts: string[] = []
    const answer = await ask(serviceFor(endpointAt([remote])), texts)
    expect(answer).toMatchObject({ text: ANSWER.join(''), stop: 'end', provider: remote.host, tokenTexts: ANSWER })
    expect(answer.tokenLogProbs).toEqual(ANSWER.map(() => -0.5))
    expect(answer.timings).toMatchObject({ promptTokens: 7, newTokens: 4 })
    expect(texts.at(-1)).toBe(answer.text)
    const [sent] = remote.received
    expect(sent?.url).toBe('/v1/chat/completions')
    expect(sent?.body).toMatchObject({
      model: 'qwen',
      temperature: 0,
      logprobs: true,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${Buffer.from(JPEG).toString('base64')}` } },
            { type: 'text', text: 'Where is the dog?' }
          ]
        }
      ]
    })
    expect(sent?.headers.authorization).toBeUndefined()
  })

  test('I1: nothing is sent to a host that was not allowed, and the host is named', async () => {
    const remote = await server((_, response) => sendStream(response, streamOf(ANSWER)))
    const service = serviceFor(endpointAt([remote], { allowedHosts: [] }))
    await expect(ask(service)).rejects.toMatchObject({
      code: 'endpoint/not-allowed',
      message: expect.stringContaining(remote.host) as string
    })
    expect((await service.check('remote'))[0]).toMatchObject({ works: false })
    expect(remote.received).toEqual([])
    expect((await service.models())[0]).toMatchObject({ state: 'broken', endpoint: { isAllowed: false } })
  })

  test('I5: the key comes from the environment, goes in one header, and is in no error', async () => {
    const remote = await server((_, response) => sendJson(response, 401, { error: { message: 'bad key' } }))
    const service = serviceFor(endpointAt([remote], { keyVariable: 'SECRET' }))
    const error = await ask(service).catch((thrown: unknown) => thrown as AppError)
    expect(remote.received[0]?.headers.authorization).toBe('Bearer sk-very-secret')
    expect(error).toMatchObject({ code: 'endpoint/key-refused' })
    expect(JSON.stringify([error, (error as AppError).message, (error as AppError).data])).not.toContain('very-secret')
    expect(remote.received).toHaveLength(1)
    expect(await codeOf(ask(serviceFor(endpointAt([remote], { keyVariable: 'NOT_SET' }))))).toBe('endpoint/no-key')
  })

  test('a server that does not know log-probabilities is asked without them from then on', async () => {
    const remote = await server(({ body }, response) => {
      if (body?.['logprobs'] === true) sendJson(response, 400, { detail: 'logprobs is not supported' })
      else sendStream(response, streamOf(ANSWER, 'stop', null))
    })
    const service = serviceFor(endpointAt([remote]))
    expect(await ask(service)).toMatchObject({ text: ANSWER.join(''), tokenTexts: [], tokenLogProbs: [] })
    await ask(service)
    expect(remote.received.map(({ body }) => body?.['logprobs'] ?? null)).toEqual([true, true, true, null, null])
    expect(remote.received.map(({ body }) => body?.['top_logprobs'] ?? null)).toEqual([20, 5, null, null, null])
  })

  test('a server that tells fewer other tokens than are asked for is asked for fewer from then on', async () => {
    const remote = await server(({ body }, response) => {
      if (Number(body?.['top_logprobs'] ?? 0) > 5)
        sendJson(response, 400, { message: 'Requested sample logprobs of 20, which is greater than max allowed: 5' })
      else sendStream(response, streamOf(ANSWER))
    })
    const service = serviceFor(endpointAt([remote]))
    await ask(service)
    await ask(service)
    expect(remote.received.map(({ body }) => body?.['top_logprobs'])).toEqual([20, 5, 5])
  })

  test('what else the digits of a number might have been has the shape of the models of this computer', async () => {
    const told = (token: string, logprob: number, top: readonly (readonly [string, number])[]) => ({
      token,
      logprob,
      top_logprobs: top.map(([other, probability]) => ({ token: other, logprob: Math.log(probability) }))
    })
    const tokens = [
      told('dog [', -0.1, [['cat [', 0.2]]),
      told('0.1', Math.log(0.6), [
        ['0.1', 0.6],
        ['0.2', 0.3],
        [' 0.1', 0.05]
      ]),
      told('7', Math.log(0.5), [
        ['8', 0.3],
        ['7', 0.5],
        ['x', 0.1]
      ]),
      told(']', 0, [[']', 1]])
    ]
    const remote = await server((_, response) =>
      sendJson(response, 200, {
        choices: [{ message: { content: 'dog [0.17]' }, finish_reason: 'stop', logprobs: { content: tokens } }]
      })
    )
    const { tokenRivals, tokenTexts } = await ask(serviceFor(endpointAt([remote])))
    expect(tokenTexts).toEqual(['dog [', '0.1', '7', ']'])
    // A number of two runs of digits has no one place; the engine passes it over as well.
    expect(tokenRivals?.map((rivals) => rivals?.map(({ digits }) => digits))).toEqual([[], [], ['7', '8'], []])
    expect(tokenRivals?.[2]?.[1]?.probability).toBeCloseTo(0.3, 9)
  })

  test('counts of tokens are missing where the server tells none, and never 0', async () => {
    const remote = await server((_, response) =>
      sendJson(response, 200, { choices: [{ message: { content: 'a cat' }, finish_reason: 'stop' }] })
    )
    const { timings } = await ask(serviceFor(endpointAt([remote])))
    expect(Object.keys(timings)).not.toContain('promptTokens')
    expect(Object.keys(timings)).not.toContain('newTokens')
  })

  test('a server that does not stream is read too', async () => {
    const remote = await server((_, response) =>
      sendJson(response, 200, { choices: [{ message: { content: 'a cat' }, finish_reason: 'length' }] })
    )
    expect(await ask(serviceFor(endpointAt([remote])))).toMatchObject({
      text: 'a cat',
      stop: 'length',
      limit: 'tokens'
    })
  })

  test('taken back in the middle, what came is kept', async () => {
    const remote = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event({ choices: [{ delta: { content: 'the dog' } }] }))
    })
    const service = serviceFor(endpointAt([remote]))
    const texts: string[] = []
    const asked = ask(service, texts)
    await expect.poll(() => texts).toEqual(['the dog'])
    expect(service.cancel('q')).toBe(true)
    expect(await asked).toMatchObject({ text: 'the dog', stop: 'cancelled' })
    expect(service.cancel('q')).toBe(false)
  })

  test('taken back while it waits for a place, it is not sent', async () => {
    const remote = await server(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    )
    const service = serviceFor(endpointAt([remote], { atOnce: 1 }))
    const first = ask(service)
    await expect.poll(() => remote.received.length).toBe(1)
    const second = service.ask({ requestId: 'w', modelId: 'remote', imagePath: '/x.jpg', messages: [] })
    const refused = codeOf(second)
    await new Promise((resolve) => setTimeout(resolve, 20))
    service.cancel('w')
    expect(await refused).toBe('inference/cancelled')
    service.cancel('q')
    await codeOf(first)
    expect(remote.received).toHaveLength(1)
  })
})

describe('faults', () => {
  const limits = { firstByteMs: 2_000, idleMs: 700, totalMs: 10_000 }

  test.each([
    ['the connection breaks', event({ choices: [{ delta: { content: 'the dog' } }] }), 'break'],
    ['it ends without an end', event({ choices: [{ delta: { content: 'the dog' } }] }), 'end'],
    ['it stalls', event({ choices: [{ delta: { content: 'the dog' } }] }), 'stall'],
    ['it sends nonsense', `${event({ choices: [{ delta: { content: 'the dog' } }] })}data: {"choices": \n\n`, 'end'],
    [
      'it tells of an error',
      event({ choices: [{ delta: { content: 'the dog' } }] }) + event({ error: { message: 'out of memory' } }),
      'end'
    ]
  ])('I4: %s in the middle: what came is kept and marked', async (_, body, then) => {
    const remote = await server((_received, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (then === 'end') response.end(body)
      else response.write(body, () => (then === 'break' ? response.destroy() : undefined))
    })
    const answer = await ask(serviceFor(endpointAt([remote]), { limits }))
    expect(answer).toMatchObject({ text: 'the dog', stop: 'length', limit: 'connection' })
  })

  test('I4: letters of several bytes split over chunks come out exact', async () => {
    const bytes = Buffer.from(streamOf(['在', '左边的狗', '😀']), 'utf8')
    const remote = await server(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const byte of bytes) {
        response.write(Buffer.of(byte))
        if (byte > 0x7f) await new Promise((resolve) => setImmediate(resolve))
      }
      response.end()
    })
    expect((await ask(serviceFor(endpointAt([remote])))).text).toBe('在左边的狗😀')
  })

  test('I2: an endless answer ends at its longest length', async () => {
    const piece = event({ choices: [{ delta: { content: 'x'.repeat(5_000) } }] })
    const remote = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
        response.once('drain', more)
      }
      more()
    })
    const answer = await ask(serviceFor(endpointAt([remote])))
    expect(answer).toMatchObject({ stop: 'length', limit: 'characters' })
    expect(answer.text.length).toBeLessThan(200_000)
  })

  test.each([
    ['no answer', (): void => undefined, 'endpoint/timeout'],
    ['an event without an end', 'endless', 'endpoint/bad-answer'],
    ['a page of a proxy', '<html>hello</html>', 'endpoint/bad-answer']
  ])('I2: %s is an error with a reason', async (_, how, code) => {
    const remote = await server((_received, response) => {
      if (typeof how === 'function') return how()
      if (how !== 'endless') return void response.writeHead(200, { 'content-type': 'application/json' }).end(how)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = (): void => {
        while (!response.destroyed && response.write(`data: ${'x'.repeat(60_000)}`));
        response.once('drain', more)
      }
      more()
    })
    expect(await codeOf(ask(serviceFor(endpointAt([remote]), { limits })))).toBe(code)
  })

  test('I2: 503 is tried again a few times, 400 is not; a break of an hour is not waited for', async () => {
    const busy = await server((_, response, count) => {
      if (count < 3) sendJson(response, 503, { error: { message: 'loading' } })
      else sendStream(response, streamOf(ANSWER))
    })
    expect((await ask(serviceFor(endpointAt([busy])))).text).toBe(ANSWER.join(''))
    expect(busy.received).toHaveLength(3)
    const wrong = await server((_, response) => sendJson(response, 400, { error: { message: 'no such image' } }))
    await expect(ask(serviceFor(endpointAt([wrong])))).rejects.toMatchObject({
      code: 'endpoint/refused',
      message: expect.stringContaining('no such image') as string
    })
    expect(wrong.received).toHaveLength(1)
    const full = await server((_, response) =>
      sendJson(response, 429, { error: 'slow down' }, { 'retry-after': '3600' })
    )
    expect(await codeOf(ask(serviceFor(endpointAt([full]))))).toBe('endpoint/busy')
    expect(full.received).toHaveLength(1)
  }, 20_000)

  test('I2: a server that goes silent is not asked the same again; another one is', async () => {
    const silent = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    })
    expect(await codeOf(ask(serviceFor(endpointAt([silent]), { limits })))).toBe('endpoint/timeout')
    expect(silent.received).toHaveLength(1)
    const good = await server((_, response) => sendStream(response, streamOf(ANSWER)))
    expect((await ask(serviceFor(endpointAt([silent, good]), { limits }))).text).toBe(ANSWER.join(''))
    expect(silent.received).toHaveLength(2)
    expect(good.received).toHaveLength(1)
  })

  test('of two servers the one that answers is used, and the other is left alone for a while', async () => {
    const good = await server((_, response) => sendStream(response, streamOf(ANSWER)))
    const bad = await server((_, response) => sendJson(response, 500, {}))
    const service = serviceFor(endpointAt([bad, good]), { firstPauseMs: 500 })
    for (let i = 0; i < 4; i++) expect((await ask(service)).text).toBe(ANSWER.join(''))
    expect(bad.received.length).toBe(1)
    expect(good.received.length).toBe(4)
  })

  test.each([
    ['to another server', 307, 'http://127.0.0.1:1/v1/chat/completions', 'endpoint/redirect'],
    ['to a file', 307, 'file:///etc/passwd', 'endpoint/redirect'],
    ['round and round', 307, '/v1/chat/completions', 'endpoint/redirect'],
    ['to a GET', 302, '/v1/other', 'endpoint/redirect']
  ])('I3: sent %s, it does not go', async (_, status, location, code) => {
    const remote = await server((_received, response) => void response.writeHead(status, { location }).end())
    expect(await codeOf(ask(serviceFor(endpointAt([remote], { keyVariable: 'SECRET' }))))).toBe(code)
  })

  test('I3: sent on within the server, it goes', async () => {
    const remote = await server(({ url }, response) => {
      if (url === '/v1/chat/completions') response.writeHead(308, { location: '/v2/chat/completions' }).end()
      else sendStream(response, streamOf(ANSWER))
    })
    expect((await ask(serviceFor(endpointAt([remote])))).text).toBe(ANSWER.join(''))
  })

  test.each([
    ['identity', 200, 'the dog'],
    ['Identity', 200, 'the dog'],
    ['gzip', 200, 'endpoint/bad-answer'],
    ['gzip', 401, 'endpoint/key-refused']
  ])('I2: packed as %s, %i', async (encoding, status, expected) => {
    const remote = await server((_, response) => {
      const head = { 'content-type': 'text/event-stream', 'content-encoding': encoding }
      response.writeHead(status, head).end(streamOf(['the dog']))
    })
    const asked = ask(serviceFor(endpointAt([remote])))
    expect(
      await asked.then(
        ({ text }) => text,
        ({ code }: AppError) => code
      )
    ).toBe(expected)
  })

  test('I2: a server that packs what it says while it is busy is asked again', async () => {
    const remote = await server((_, response, count) =>
      count === 1
        ? void response.writeHead(503, { 'content-encoding': 'gzip' }).end('x')
        : sendStream(response, streamOf(['the dog']))
    )
    expect((await ask(serviceFor(endpointAt([remote])))).text).toBe('the dog')
  })

  test('I2: headers without end are refused', async () => {
    const remote = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-long': 'x'.repeat(40_000) })
      response.end()
    })
    expect(await codeOf(ask(serviceFor(endpointAt([remote]), { limits: { maxHeaderBytes: 16_384 } })))).toBe(
      'endpoint/unreachable'
    )
  }, 20_000)
})

describe('what a server says', () => {
  test.each([
    ['{"error":{"message":"a\\u001b[31mb"}}', 'a [31mb'],
    ['{"error":"x"}', 'x'],
    ['{"detail":"y"}', 'y'],
    ['<h1>502</h1>', '502'],
    ['[]', ''],
    ['null', '']
  ])('%s', (body, said) => expect(errorText(body)).toBe(said))

  test('Retry-After is seconds or a date', () => {
    expect(retryAfterMs('3', 0)).toBe(3_000)
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4_000)).toBe(6_000)
    expect(retryAfterMs('soon', 0)).toBeNull()
  })

  test('an answer is the same wherever it is cut', () => {
    const bytes = Buffer.from(streamOf(['在', 'a[0.1', ',0.2]']))
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new ChatReader('host', 'text/event-stream')
      const pieces = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut)), ...reader.end()]
      expect(pieces.map(({ text }) => text).join('')).toBe('在a[0.1,0.2]')
      expect(reader.isDone).toBe(true)
    }
  })
})

describe('places at servers', () => {
  const signal = new AbortController().signal

  test('few at once, in turn, and no more in a minute than was set', async () => {
    let now = 0
    const pool = new ServerPool(['a', 'b'], { atOnce: 1, requestsPerMinute: 2 }, () => now)
    const [first, second] = [await pool.lease(signal), await pool.lease(signal)]
    expect([first.url, second.url].sort()).toEqual(['a', 'b'])
    let third: string | null = null
    void pool.lease(signal).then(({ url }) => (third = url))
    await Promise.resolve()
    expect(third).toBeNull()
    first.release({ failedForMs: null })
    await expect.poll(() => third).toBe(first.url)
    second.release({ failedForMs: null })
    expect((await pool.lease(signal)).url).toBe(second.url)
    expect(pool.state().map(({ inFlight }) => inFlight)).toEqual([1, 1])
    now = 61_000
  })

  test('one that fails is left alone longer each time, and is forgiven', async () => {
    let now = 0
    const pool = new ServerPool(['a'], { atOnce: 1, requestsPerMinute: null }, () => now)
    const breaks: number[] = []
    for (let i = 0; i < 3; i++) {
      const lease = await pool.lease(signal)
      lease.release({ failedForMs: 0 })
      const [state] = pool.state()
      breaks.push(state?.awayMs ?? 0)
      now += state?.awayMs ?? 0
    }
    expect(breaks).toEqual([1_000, 2_000, 4_000])
    ;(await pool.lease(signal)).release({ failedForMs: null })
    expect(pool.state()).toMatchObject([{ failures: 0, awayMs: 0 }])
  })
})

describe('the list on disk', () => {
  async function folder(): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'eyrie-endpoints-'))
    endings.push(() => rm(dir, { recursive: true }))
    return dir
  }
  const draft = {
    id: 'a',
    name: 'A',
    baseUrls: ['https://one/v1'],
    model: 'm',
    dialect: 'shikra',
    keyVariable: 'SECRET'
  }

  test('I5: holds the name of the key and no key; consent is for the hosts that were shown', async () => {
    const dir = await folder()
    const list = createEndpointList(dir, () => undefined)
    await list.put(draft)
    await list.allow('a', ['one', 'another'])
    expect((await createEndpointList(dir, () => undefined).all())[0]).toMatchObject({
      keyVariable: 'SECRET',
      allowedHosts: ['one']
    })
    await list.remove('a')
    expect(await list.all()).toEqual([])
    await expect(list.remove('a')).rejects.toMatchObject({ code: 'endpoint/unknown' })
  })

  test('changed, it keeps its limits, and consent for the hosts that stay', async () => {
    const dir = await folder()
    const limits = { atOnce: 9, requestsPerMinute: 30, maxNewTokens: 77, allowedHosts: ['one'] }
    await createEndpointList(dir, () => undefined).put({ ...draft, ...limits })
    const local = { listModels: async () => [] } as unknown as InferenceService
    const { endpoints } = createEndpointRoom({ dataDir: dir, media: { forSending: async () => JPEG }, local })
    const changed = { ...draft, name: 'B', space: 'original', baseUrls: ['https://one/v1', 'https://two/v1'] } as const
    expect(await endpoints.put(changed)).toMatchObject({
      name: 'B',
      isAllowed: false,
      hosts: [
        { host: 'one', isAllowed: true },
        { host: 'two', isAllowed: false }
      ]
    })
    expect((await createEndpointList(dir, () => undefined).all())[0]).toMatchObject(limits)
  })

  test('B15: what cannot be read is set aside and told of', async () => {
    const dir = await folder()
    await writeFile(endpointsFile(dir), JSON.stringify([draft, { id: '../x' }]))
    const told: string[] = []
    const list = createEndpointList(dir, (message) => told.push(message))
    expect((await list.all()).map(({ id }) => id)).toEqual(['a'])
    expect(told).toHaveLength(1)
    expect(await readFile(`${endpointsFile(dir)}.broken`, 'utf8')).toContain('../x')
  })

  test.each([
    [{ ...draft, baseUrls: ['http://example.org/v1'] }, 'baseUrls.0'],
    [{ ...draft, id: 'a b' }, 'id'],
    [{ ...draft, keyVariable: 'sk-1234' }, 'keyVariable'],
    [{ ...draft, extra: 1 }, '']
  ])('a draft that is wrong names its field', (wrong, field) => {
    expect(() => parseEndpoint(wrong)).toThrow(
      expect.objectContaining({ code: 'endpoint/bad-config', data: { field } }) as Error
    )
  })
})
